from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deskero_tui.domain.ids import TicketId
from deskero_tui.domain.outbox.drafts import Draft, DraftKey, DraftKind
from deskero_tui.tui.compose.rescue import Rescue

ROOT = Path(__file__).parents[2]
KEY = DraftKey(TicketId("t1"), DraftKind.REPLY)
OTHER = DraftKey(TicketId("t2"), DraftKind.NOTE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "rescued"


def test_words_lie_in_a_file_for_its_owner_only(folder: Path) -> None:
    rescue = Rescue([folder])
    place = rescue.keep(KEY, Draft(text="Grüße\nfrom here"))
    assert place.read_text("utf-8") == "Grüße\nfrom here"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert rescue.places == [place]


def test_a_new_tickets_subject_comes_first(folder: Path) -> None:
    draft = Draft(text="It is lost.", fields={"subject": "My key"})
    place = Rescue([folder]).keep(DraftKey(None, DraftKind.CREATE), draft)
    assert place.read_text() == "My key\n\nIt is lost."


def test_the_same_writing_stays_in_the_same_file_and_others_in_theirs(folder: Path) -> None:
    rescue = Rescue([folder])
    first = rescue.keep(KEY, Draft(text="half"))
    other = rescue.keep(OTHER, Draft(text="a note"))
    assert rescue.keep(KEY, Draft(text="half a word")) == first
    assert (first.read_text(), other.read_text()) == ("half a word", "a note")
    assert sorted(folder.iterdir()) == sorted([first, other])


def test_words_of_an_earlier_time_are_never_written_over(folder: Path) -> None:
    earlier = Rescue([folder]).keep(KEY, Draft(text="earlier"))
    later = Rescue([folder]).keep(KEY, Draft(text="later"))
    assert (earlier.read_text(), later.read_text()) == ("earlier", "later")


def test_where_one_folder_fails_the_next_is_taken(tmp_path: Path, folder: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("in the way")
    place = Rescue([in_the_way / "below", folder]).keep(KEY, Draft(text="words"))
    assert place.parent == folder


def test_where_all_fail_it_is_said(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("in the way")
    with pytest.raises(OSError, match="Not a directory"):
        Rescue([in_the_way / "below"]).keep(KEY, Draft(text="words"))


def test_a_folder_that_has_gone_meanwhile_is_made_again(folder: Path) -> None:
    rescue = Rescue([folder])
    place = rescue.keep(KEY, Draft(text="half"))
    place.unlink()
    folder.rmdir()
    again = rescue.keep(KEY, Draft(text="half a word"))
    assert again.read_text() == "half a word"
    assert rescue.places == [again]


def test_an_id_made_by_strangers_stays_in_the_folder(folder: Path) -> None:
    key = DraftKey(TicketId("../../etc/passwd\x1b[2J"), DraftKind.REPLY)
    place = Rescue([folder]).keep(key, Draft(text="words"))
    assert place.parent == folder
    assert place.name.isprintable()


def test_words_that_are_kept_elsewhere_by_now_leave_no_file(folder: Path) -> None:
    rescue = Rescue([folder])
    settled, other = rescue.keep(KEY, Draft(text="half")), rescue.keep(OTHER, Draft(text="a note"))
    rescue.settle(KEY)
    assert not settled.exists()
    assert rescue.places == [other]
    again = rescue.keep(KEY, Draft(text="half"))
    assert again.read_text() == "half"
    again.unlink()
    rescue.settle(KEY)
    rescue.settle(KEY)
    assert rescue.places == [other]


def test_words_of_a_program_that_has_ended_are_found_and_those_of_a_living_one_are_not(
    folder: Path,
) -> None:
    program = (
        "import sys; from pathlib import Path; from deskero_tui.tui.compose.rescue import Rescue;"
        " from tests.tui.test_rescue import KEY, Draft;"
        " Rescue([Path(sys.argv[1])], account='acc1').keep(KEY, Draft(text='left behind'))"
    )
    subprocess.run([sys.executable, "-c", program, str(folder)], check=True, cwd=ROOT)
    alive = Rescue([folder], account="acc1")
    alive.keep(OTHER, Draft(text="alive"))
    alive.keep(OTHER, Draft(text="alive still"))
    [left] = Rescue([folder], account="acc1").left_behind()
    assert (left.key, left.text) == (KEY, "left behind")
    assert list(Rescue([folder], account="acc2").left_behind()) == []
    alive.settle(OTHER)
    alive.forget(left)
    assert list(folder.iterdir()) == []


def test_only_files_of_ours_count_as_left_behind(folder: Path, tmp_path: Path) -> None:
    folder.mkdir()
    (tmp_path / "secret").write_text("secret")
    (folder / "draft-acc1-reply-t1-abcdefgh.txt").symlink_to(tmp_path / "secret")
    (folder / "draft-acc1-note-t1-abcdefgh.txt").mkdir()
    os.mkfifo(folder / "draft-acc1-note-t2-abcdefgh.txt")
    (folder / "draft-acc1-else-t1-abcdefgh.txt").write_text("another kind")
    (folder / "draft-acc1-create-new-abcdefgh.txt").write_bytes(b"words \xff")
    [left] = Rescue([folder], account="acc1").left_behind()
    assert (left.key, left.text) == (DraftKey(None, DraftKind.CREATE), "words \ufffd")
