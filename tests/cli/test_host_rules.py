"""The check of a host's set-up says BAD for everything that opens more than the console."""

from __future__ import annotations

import stat

import pytest

from deskero_tui.cli.host_plan import HostPlan, key_line, match_block
from deskero_tui.cli.host_rules import (
    effective_of,
    judge_file,
    judge_keys,
    judge_shell,
    judge_sshd,
    judge_wrapper,
)

PLAN = HostPlan(user="desk", group="desk", program="/opt/deskero-tui")
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIM04"
LINE = key_line(PLAN, "Ines", KEY).strip()


PRINTED = f"""\
clientaliveinterval 15
clientalivecountmax 2
passwordauthentication no
kbdinteractiveauthentication no
x11forwarding no
permittty yes
permituserrc no
permitemptypasswords no
allowtcpforwarding yes
allowagentforwarding yes
disableforwarding yes
allowstreamlocalforwarding yes
forcecommand none
trustedusercakeys none
authorizedkeyscommand none
authorizedkeysfile {PLAN.keys}
acceptenv LANG
acceptenv LC_*
acceptenv COLORTERM
authenticationmethods publickey
permittunnel no
permituserenvironment no
"""
"""What `sshd -T` of OpenSSH 9.2 prints for the block, without what is not judged."""


def bad(printed: str) -> set[str]:
    """The keywords that are found wrong."""
    findings = judge_sshd(effective_of(printed))
    return {finding.says.split()[0] for finding in findings if not finding.is_good}


def test_what_sshd_prints_for_our_block_is_good() -> None:
    assert bad(PRINTED) == set()
    for line in match_block(PLAN).splitlines()[1:]:
        keyword, _, values = line.strip().partition(" ")
        separate = values.split() if keyword == "AcceptEnv" else [values]
        for value in separate:
            assert f"{keyword.lower()} {value}\n" in PRINTED


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("passwordauthentication no", "passwordauthentication yes"),
        ("kbdinteractiveauthentication no", "kbdinteractiveauthentication yes"),
        ("permituserrc no", "permituserrc yes"),
        ("permittty yes", "permittty no"),
        ("permituserenvironment no", "permituserenvironment yes"),
        ("forcecommand none", "forcecommand /bin/sh"),
        ("trustedusercakeys none", "trustedusercakeys /etc/ssh/ca.pub"),
        ("authorizedkeyscommand none", "authorizedkeyscommand /x"),
        ("authenticationmethods publickey", "authenticationmethods any"),
        ("authenticationmethods publickey", "authenticationmethods publickey password"),
        ("clientaliveinterval 15", "clientaliveinterval 0"),
        ("acceptenv COLORTERM", "acceptenv *"),
        ("acceptenv COLORTERM", "acceptenv PYTHON*"),
        ("acceptenv LC_*", "acceptenv L*"),
        (f"authorizedkeysfile {PLAN.keys}", "authorizedkeysfile .ssh/authorized_keys"),
        (f"authorizedkeysfile {PLAN.keys}", "authorizedkeysfile %h/keys"),
    ],
)
def test_each_value_that_opens_more_is_found(line: str, instead: str) -> None:
    assert f"{line}\n" in PRINTED
    assert bad(PRINTED.replace(f"{line}\n", f"{instead}\n")) == {line.split()[0]}


def test_keyword_that_this_sshd_does_not_know_is_found() -> None:
    assert bad(PRINTED.replace("permituserrc no\n", "")) == {"permituserrc"}


def test_no_variable_at_all_is_good() -> None:
    lines = PRINTED.splitlines()
    assert bad("\n".join(line for line in lines if not line.startswith("acceptenv"))) == set()


def test_forwarding_may_be_forbidden_one_by_one() -> None:
    allowed = PRINTED.replace("disableforwarding yes", "disableforwarding no")
    three = {"allowtcpforwarding", "allowagentforwarding", "allowstreamlocalforwarding"}
    assert bad(allowed) == three
    for keyword in three:
        allowed = allowed.replace(f"{keyword} yes", f"{keyword} no")
    assert bad(allowed) == set()
    assert bad(allowed.replace("x11forwarding no", "x11forwarding yes")) == {"x11forwarding"}


# -- keys ------------------------------------------------------------------------------------------


def flaws(text: str) -> str:
    """What is found wrong with keys."""
    findings = judge_keys(text, wrapper=PLAN.wrapper)
    return " ".join(finding.says for finding in findings if not finding.is_good)


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", "there is none"),
        (KEY, "opens a shell"),
        (f"restrict,pty {KEY}", "opens a shell"),
        (LINE.replace("restrict,", ""), "lacks `restrict`"),
        (LINE.replace("pty,", ""), "lacks `pty`"),
        (f"port-forwarding,{LINE}", "take away port-forwarding"),
        (f'environment="A=b",{LINE}', "take away environment"),
        (LINE.replace(" Ines", ""), "who the agent is"),
        (LINE.replace(" Ines", " ''"), "who the agent is"),
        (LINE.replace(" Ines", " Ines; sh"), "a shell acts upon"),
        (LINE.replace(" Ines", " $SSH_ORIGINAL_COMMAND"), "a shell acts upon"),
        (LINE.replace(PLAN.wrapper, "/bin/sh"), "who the agent is"),
        (LINE.replace(f"{PLAN.wrapper} Ines", "deskero-tui --agent Ines"), "who the agent is"),
        (f"{LINE}\n{LINE.replace('Ines', 'Bruno')}", "that of line 1 again"),
    ],
)
def test_a_key_that_opens_more_is_found(text: str, flaw: str) -> None:
    assert flaw in flaws(text)


def test_a_key_may_start_the_program_itself() -> None:
    direct = LINE.replace(f"{PLAN.wrapper} Ines", "/opt/deskero-tui --restricted --agent=Ines")
    assert flaws(f"# agents\n\n{direct}\n") == ""


# -- files and account -----------------------------------------------------------------------------


def test_a_file_that_others_may_change_is_found() -> None:
    plain = stat.S_IFREG | 0o644
    assert judge_file("keys", (plain, 0)).is_good
    assert "not there" in judge_file("keys", None).says
    assert "belongs to user 7" in judge_file("keys", (plain, 7)).says
    assert "others may write" in judge_file("keys", (plain | 0o020, 0)).says


def test_a_file_whose_place_others_may_fill_is_found() -> None:
    plain, folder = (stat.S_IFREG | 0o755, 0), stat.S_IFDIR | 0o755
    sound = [("/opt", folder, 0), ("/tmp", stat.S_IFDIR | 0o1777, 0)]
    assert judge_file("program", plain, above=sound).is_good
    for loose in (("/opt/x", folder | 0o020, 0), ("/home/joe", folder, 7)):
        found = judge_file("program", plain, above=[*sound, loose])
        assert f"others may put another there, in {loose[0]}" in found.says


def test_only_a_plain_shell_will_do() -> None:
    assert judge_shell("/bin/sh").is_good
    for shell in ("/bin/bash", "/usr/sbin/nologin", ""):
        assert not judge_shell(shell).is_good


def test_a_wrapper_that_hands_the_environment_on_is_found() -> None:
    finding = judge_wrapper('#!/bin/sh\nexec deskero-tui --restricted --agent="$1"\n')
    assert not finding.is_good
    assert "env -i" in finding.says
