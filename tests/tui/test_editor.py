"""Which editor, and what is taken back from it."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

from deskero_tui.domain.errors import BadInput
from deskero_tui.tui.terminal.editor import MOST_BYTES, editor_command, lent


@pytest.mark.parametrize(
    ("environment", "there", "command"),
    [
        ({"VISUAL": "emacs -nw", "EDITOR": "vi"}, (), ["emacs", "-nw"]),
        ({"VISUAL": " ", "EDITOR": "'/opt/my ed' '$(id)'"}, (), ["/opt/my ed", "$(id)"]),
        ({"EDITOR": "vi; rm -rf x"}, (), ["vi;", "rm", "-rf", "x"]),
        ({}, ("nano", "vi"), ["nano"]),
        ({}, ("vi",), ["vi"]),
    ],
)  # fmt: skip
def test_the_editor_is_the_agents_own_or_what_is_there(
    environment: Mapping[str, str], there: tuple[str, ...], command: list[str]
) -> None:
    assert editor_command(environment, find=lambda name: name if name in there else None) == command


@pytest.mark.parametrize("environment", [{}, {"EDITOR": "vi 'unended"}])
def test_without_a_usable_editor_it_says_why(environment: Mapping[str, str]) -> None:
    with pytest.raises(BadInput, match="EDITOR"):
        editor_command(environment, find=lambda name: None)


@pytest.mark.parametrize("text", ["", "one", "one\n", "one\n\ntwo\r\n  ", "\n", "né 茶"])
def test_a_text_comes_back_as_it_went(text: str) -> None:
    with lent(text, name="a.md") as file:
        assert file.taken_back() is None
        file.path.write_bytes(file.path.read_bytes().replace(b"\n", b"!\n") + b"\n")
        assert file.taken_back() == text.replace("\n", "!\n") + "!\n"


def test_the_file_is_its_owners_alone_and_goes_with_all_that_lies_beside_it() -> None:
    with lent("x", name="a.md") as file:
        folder = file.path.parent
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
        (folder / ".a.md.swp").write_bytes(b"swap")
        (folder / "a.md").unlink()
    assert not folder.exists()


def test_what_an_editor_put_aside_when_it_was_cut_off_goes_before_what_it_saved() -> None:
    with lent("x", name="a.md") as file:
        assert file.rescued() is None
        file.path.write_text("saved\n", "utf-8")
        assert file.rescued() == "saved"
        file.path.with_name("a.md.save").write_text("all of it\n", "utf-8")
        assert file.rescued() == "all of it"


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a\0b", b"x" * (MOST_BYTES + 1)])
def test_what_is_no_text_is_not_taken(content: bytes) -> None:
    with lent("x", name="a.md") as file:
        file.path.write_bytes(content)
        with pytest.raises(BadInput):
            file.taken_back()


def test_where_no_file_can_be_written_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    with pytest.raises(BadInput, match="no place for the editor's file"), lent("x", name="a.md"):
        pass
