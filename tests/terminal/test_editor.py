"""Writing goes to the agent's own editor and comes back, whatever the editor does on its way."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.pty_console import CONSOLE, ESC, PATIENCE_S, PtyConsole, is_running, until
from tests.terminal.restored import assert_restored

EDIT = "\x0f"
"""Ctrl+O."""
BEGUN = "words of before"
EDITOR = """#!/bin/sh
# Does what lies in `todo` beside it, with the file as $1, and says where it is.
cd "$(dirname "$0")" || exit 9
ls -ld "$1" "$(dirname "$1")" > seen
echo $$ > pid
. ./todo
"""
BELOW_SH = ("sh", "-c", " ".join(CONSOLE) + "; exit $?")
"""The console as a child of a shell that only waits: a hang-up is told to that, not to us."""
WAITS = """
printf 'saved so far\\n' > "$1"
echo "in the editor"
while :; do sleep 0.1; done
"""

MESS = """
stty raw -echo
printf '\\033[?1049h\\033[5;10r\\033[?6h\\033[4h\\033(0\\016'
printf '\\033[?1000h\\033[?25h\\033[?7h\\033[41mXXX'
"""
"""As after a kill: scroll region, origin mode, insertion, other signs, mouse, wrapping, colours."""
HEARS = """
grep -q interrupted "$1" && more=" again"
trap 'echo "interrupted$more" > "$1"; exit 0' INT
trap 'echo "now $(stty size)" > "$1"; exit 0' WINCH
echo "in the editor"
while :; do sleep 0.1; done
"""
INTERRUPT = "\x03"
"""Ctrl+C."""


class Editor:
    """The agent's editor: a script that does what it was told."""

    def __init__(self, folder: Path) -> None:
        # A name with a space: it is taken apart as a shell would, and no shell is asked.
        self.folder = folder / "my editor"
        self.folder.mkdir()
        self.program = self.folder / "edit"
        self.program.write_text(EDITOR, "utf-8")
        self.program.chmod(0o700)

    def will(self, commands: str) -> None:
        (self.folder / "todo").write_text(commands, "utf-8")

    @property
    def pid(self) -> int:
        return int((self.folder / "pid").read_text("utf-8"))

    @property
    def modes(self) -> list[str]:
        """Of the file and its folder, as `ls` writes them."""
        lines = (self.folder / "seen").read_text("utf-8").splitlines()
        return sorted(line[:10] for line in lines)


@pytest.fixture
def editor(home: Path) -> Editor:
    return Editor(home)


@pytest.fixture
def environment(account: dict[str, str], editor: Editor) -> dict[str, str]:
    return account | {"EDITOR": f"'{editor.program}' ", "VISUAL": ""}


@contextmanager
def writing(
    home: Path,
    environment: dict[str, str],
    key: str = "r",
    program: Sequence[str] = CONSOLE,
) -> Iterator[PtyConsole]:
    """A console in which something is being written."""
    with PtyConsole(home=home, environment=environment, size=(100, 30), program=program) as console:
        console.wait_for("tickets · online", "opened")
        console.press(key)
        console.wait_for("Ctrl+S Review")
        console.press(BEGUN)
        console.wait_for(BEGUN)
        yield console


def drafts(environment: dict[str, str], *arguments: str) -> str:
    """What the command line says of drafts."""
    ran = subprocess.run(
        [*CONSOLE, "drafts", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    return ran.stdout


def parent_of(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return int(fields[1])


def nothing_is_left(home: Path) -> bool:
    return list((home / "tmp").iterdir()) == []


def test_what_comes_back_replaces_the_text_and_the_file_was_nobody_elses(
    home: Path, environment: dict[str, str], editor: Editor
) -> None:
    with writing(home, environment) as console:
        editor.will('read word; echo "$word, and a second line" >> "$1"')
        console.press(EDIT)
        assert until(lambda: (editor.folder / "pid").exists())
        console.wait_until_quiet(0.2)
        console.press("typed\n")
        console.wait_for("The text is as edit left it", BEGUN, "typed, and a second line")
        assert editor.modes == ["-rw-------", "drwx------"]
        assert nothing_is_left(home)
        # What stops, by itself or by Ctrl+Z, has nobody but us to continue it.
        editor.will(
            "kill -STOP $$; trap 'echo got it > \"$1\"; exit 0' CONT; echo waits; "
            "while :; do read word; done"
        )
        console.press(EDIT)
        console.wait_for("waits")
        console.press("\x1a")
        console.wait_for("The text is as edit left it", "got it")
        console.press(ESC)
        console.wait_for("tickets · online")
        console.press("q")
        assert console.wait_for_end() == 0
    assert_restored(console.raw)
    assert "got it" in drafts(environment)


def test_whatever_goes_wrong_is_said_and_the_text_is_as_before(
    home: Path, environment: dict[str, str], editor: Editor
) -> None:
    with writing(home, environment, key="n") as console:
        for commands, said in (
            ("sleep 1.2", "Nothing was changed in edit."),
            (":", "edit came back at once and changed nothing; one in a window needs a flag to"),
            ('echo lost > "$1"; exit 3', "edit has failed (3); the text is as it was."),
            ('echo lost > "$1"; kill -KILL $$', "edit was ended by signal 9"),
            ('printf "\\377\\376" > "$1"', "is no text in UTF-8"),
            ('printf "a\\000b" > "$1"', "is no text."),
            ('rm "$1"', "left no file to read: No such file or directory."),
            ('head -c 1000001 /dev/zero > "$1"', "left more than 1.0 MB."),
        ):
            editor.will(commands)
            console.press(EDIT)
            console.wait_for(said, BEGUN)
            assert "lost" not in console.text
        editor.program.unlink()
        console.press(EDIT)
        console.wait_for("edit cannot be run: No such file or directory.", BEGUN)
        assert nothing_is_left(home)
        console.press(ESC)
        console.wait_for("tickets · online")
        console.press("q")
        assert console.wait_for_end() == 0
    assert_restored(console.raw)


def test_an_editor_that_leaves_a_mess_leaves_no_trace_of_it(
    home: Path, environment: dict[str, str], editor: Editor
) -> None:
    with writing(home, environment) as console:
        console.wait_until_quiet(0.2)
        before = console.picture
        editor.will(MESS)
        console.press(EDIT)
        console.wait_for("changed nothing", BEGUN)
        console.wait_until_quiet(0.2)
        # The status is all that has changed.
        assert console.picture[:26] == before[:26]
        assert console.picture[-1] == before[-1]
        console.press(ESC)
        console.wait_for("tickets · online", "q Quit")
        console.press("q")
        assert console.wait_for_end() == 0
    assert_restored(console.raw)


@pytest.mark.parametrize("defiance", ["", "trap '' HUP TERM\n"], ids=["goes", "does not heed it"])
@pytest.mark.parametrize("program", [CONSOLE, BELOW_SH], ids=["by itself", "below sh"])
def test_hung_up_on_in_the_editor_what_was_saved_is_the_draft_and_nobody_stays(
    home: Path,
    environment: dict[str, str],
    editor: Editor,
    program: Sequence[str],
    defiance: str,
) -> None:
    with writing(home, environment, program=program) as console:
        editor.will(defiance + WAITS)
        console.press(EDIT)
        console.wait_for("in the editor")
        ours = parent_of(editor.pid)
        console.close_terminal()
        assert console.wait_for_end() == (129 if program is CONSOLE else -signal.SIGHUP)
        assert until(lambda: not is_running(ours) and not is_running(editor.pid))
    assert "saved so far" in drafts(environment)
    assert nothing_is_left(home)


def test_told_to_end_in_the_editor_it_keeps_both_texts_and_restores_the_terminal(
    home: Path, environment: dict[str, str], editor: Editor
) -> None:
    with writing(home, environment) as console:
        editor.will(WAITS)
        console.press(EDIT)
        console.wait_for("in the editor")
        assert BEGUN in drafts(environment), "what was written before is on the disk meanwhile"
        console.kill(signal.SIGTERM)
        assert console.wait_for_end() == 143
    assert_restored(console.raw)
    assert not is_running(editor.pid)
    assert "saved so far" in drafts(environment)
    assert nothing_is_left(home)


def test_an_editor_of_ones_own_has_the_terminal_in_front(
    home: Path, environment: dict[str, str], editor: Editor
) -> None:
    with writing(home, environment) as console:
        editor.will('ps -o pgid=,tpgid= -p $$ | tr -s " " > "$1"')
        console.press(EDIT)
        console.wait_for("The text is as edit left it")
        group = str(editor.pid)
        console.wait_for(f"{group} {group}")
        assert os.getpgrp() != editor.pid
        console.kill(signal.SIGTERM)
        assert console.wait_for_end() == 143


def test_what_ctrl_c_means_is_the_editors_alone(
    home: Path, environment: dict[str, str], editor: Editor
) -> None:
    with writing(home, environment) as console:
        editor.will(HEARS)
        console.press(EDIT)
        console.wait_for("in the editor")
        # What is typed before the editor has the terminal in front is told to us.
        console.kill(signal.SIGINT)
        console.wait_for("The text is as edit left it", "interrupted")
        console.press(EDIT)
        console.wait_for("in the editor")
        console.wait_until_quiet(0.2)
        console.press(INTERRUPT)
        console.wait_for("interrupted again")
        console.press(ESC)
        console.wait_for("tickets · online")
        console.press("q")
        assert console.wait_for_end() == 0


def test_killed_below_a_shell_it_leaves_no_editor_that_takes_the_shells_keys(
    home: Path, environment: dict[str, str], editor: Editor
) -> None:
    editor.will(WAITS)
    shell = ("bash", "--norc", "--noprofile", "-i")
    environment |= {"PS1": "ready> ", "HISTFILE": ""}
    with PtyConsole(home=home, environment=environment, program=shell, size=(100, 30)) as console:
        console.wait_for("ready>")
        console.press(" ".join(CONSOLE) + "\r")
        console.wait_for("tickets · online", "opened")
        console.press("r")
        console.wait_for("Ctrl+S Review")
        console.press(EDIT)
        console.wait_for("in the editor")
        [pid] = console.children()
        os.kill(pid, signal.SIGKILL)
        console.wait_for("Killed")
        assert until(lambda: not is_running(editor.pid))
        console.press("exit\r")
        console.wait_for_end()
