"""What a host is told to set up fits together, and nothing in it can mean something else."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from deskero_tui.cli.host_plan import (
    HostPlan,
    account_commands,
    key_line,
    match_block,
    sftp_block,
    whole_text,
    wrapper_script,
)
from deskero_tui.cli.host_rules import judge_keys, judge_wrapper
from deskero_tui.domain.errors import BadInput

PLAN = HostPlan(user="desk", group="agents", program="/opt/deskero/bin/deskero-tui")
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIM04 ines@laptop"


def test_what_is_printed_passes_its_own_check() -> None:
    # The block for sshd is checked in `test_host_rules.py`, as sshd itself prints it.
    findings = [
        *judge_keys(key_line(PLAN, "Ines Marchetti", KEY), wrapper=PLAN.wrapper),
        judge_wrapper(wrapper_script(PLAN)),
    ]
    assert [str(finding) for finding in findings if not finding.is_good] == []


def test_the_whole_has_every_part_once_and_names_the_account() -> None:
    text = whole_text(PLAN, key_line(PLAN, "Ines", KEY))
    for part in (account_commands, wrapper_script, match_block, sftp_block):
        assert text.count(part(PLAN)) == 1
    assert "--password '*' desk" in text
    assert "\nMatch User desk\n" in text


@pytest.mark.parametrize(
    "who", ["Ines Marchetti", "O'Brien", 'a "b" c', "x; id", "$(id)", "--demo"]
)
def test_the_key_hands_on_who_it_is_and_nothing_runs(who: str, tmp_path: Path) -> None:
    line = key_line(PLAN, who, KEY)
    assert line.endswith(f" {KEY}\n")
    command = line.partition('command="')[2].rpartition(f'" {KEY}')[0].replace('\\"', '"')
    assert shlex.split(command) == [PLAN.wrapper, who]
    program = tmp_path / "program"
    program.write_text("""#!/bin/sh\nprintf '%s|' "$@"\n""")
    program.chmod(0o755)
    script = wrapper_script(PLAN).replace(PLAN.program, str(program))
    wrapper = tmp_path / "console"
    wrapper.write_text(script)
    ran = subprocess.run(
        ["sh", "-c", command.replace(PLAN.wrapper, f"sh {wrapper}")],
        env={"TERM": "x; touch pwned", "SSH_ORIGINAL_COMMAND": "`touch pwned`"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == f"--restricted|--home|{PLAN.data}|--agent={who}|"
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("who", ["", "  ", "a\nb", "a\x00b"])
def test_nobody_gets_no_line(who: str) -> None:
    with pytest.raises(BadInput, match="--agent"):
        key_line(PLAN, who, KEY)


@pytest.mark.parametrize(
    "key", ["", "-----BEGIN OPENSSH PRIVATE KEY-----", f"{KEY}\n{KEY}", f"pty {KEY}", "ssh-rsa"]
)
def test_only_one_public_key_makes_a_line(key: str) -> None:
    with pytest.raises(BadInput, match="public key"):
        key_line(PLAN, "Ines", key)


@pytest.mark.parametrize(
    ("name", "value"),
    [("user", "a b"), ("user", "x;id"), ("group", "Ä"), ("program", "a/b"), ("program", "/a b")],
)
def test_a_name_or_path_that_a_shell_acts_upon_is_refused(name: str, value: str) -> None:
    with pytest.raises(BadInput):
        HostPlan(**{"user": "desk", "group": "desk", "program": "/bin/x", name: value})
