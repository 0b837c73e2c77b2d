"""The scripts, in a real bash; the words that come from store and config."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deskero_tui.cli import main
from deskero_tui.cli.arguments import SHELLS
from deskero_tui.cli.exits import Exit
from tests.support.running_desk import RunningDesk

BASH = shutil.which("bash")
_COMPLETE = """
source <(deskero-tui completion bash)
COMP_WORDS=({words})
COMP_CWORD={place}
_shtab_deskero_tui
printf '%s\\n' "${{COMPREPLY[@]}}"
"""

in_bash = pytest.mark.skipif(BASH is None, reason="there is no bash on this machine")


def completed(*words: str) -> list[str]:
    """What bash offers for the last of the words behind `deskero-tui`."""
    assert BASH is not None
    line = _COMPLETE.format(
        words=" ".join(map(shlex.quote, ("deskero-tui", *words))), place=len(words)
    )
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    ran = subprocess.run(
        [BASH, "--norc", "--noprofile", "-c", line],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PATH": programs},
    )
    assert ran.stderr == ""
    return ran.stdout.split()


@in_bash
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("ti",), ["ticket"]),
        (("ticket", "re"), ["reply"]),
        (("view", ""), ["list", "count"]),
        (("ticket", "list", "--l"), ["--lang", "--limit"]),
        (("--lang", ""), ["en", "it", "es", "fr"]),
        (("keys", "--place", "re"), ["review"]),
        (("completion", ""), list(SHELLS)),
        (("completion", "--k"), []),
    ],
)
def test_bash_completes_commands_flags_and_their_values(
    home: Path, words: tuple[str, ...], offered: list[str]
) -> None:
    assert completed(*words) == offered


@in_bash
def test_bash_completes_views_also_own_ones(home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text('[[views]]\nid = "my-late"\nquery = "age>2d"')
    assert completed("view", "count", "m") == ["mine", "my-late"]
    assert completed("ticket", "list", "--view", "my") == ["my-late"]


@in_bash
def test_bash_completes_tickets_from_the_store_without_asking_the_desk(
    account: RunningDesk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["ticket", "list", "--json"]) == Exit.DONE
    numbers = {row["number"] for row in json.loads(capsys.readouterr().out)}
    monkeypatch.setenv("DESKERO_API_TOKEN", "d3Jvbmc6dG9rZW4=")
    assert numbers <= set(completed("ticket", "show", ""))
    one = min(numbers)
    assert completed("ticket", "reply", one[:-1]) == [one]
    assert completed("ticket", "set", one[:-1]) == [one]


def test_without_an_account_there_are_no_tickets_to_complete(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completion", "bash", "--known", "tickets"]) == Exit.DONE
    assert capsys.readouterr().out.strip() == ""


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_has_a_script_that_knows_every_command(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completion", shell]) == Exit.DONE
    script = capsys.readouterr().out
    for word in ("ticket", "reply", "outbox", "view", "count", "keys", "doctor", "dry-run"):
        assert word in script
    assert "--known" not in script.replace("completion bash --known", "")


def test_the_library_is_loaded_for_nothing_else() -> None:
    code = "import sys, deskero_tui.cli.completion; print('shtab' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
