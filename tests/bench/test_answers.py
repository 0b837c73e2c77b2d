from __future__ import annotations

import pytest

from bench.answers import Answerer

SIZE = (120, 40)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (b"\x1b[?2026$p", b"\x1b[?2026;2$y"),
        (b"\x1b[?2048$p", b"\x1b[?2048;0$y"),
        (b"\x1b[6n", b"\x1b[1;1R"),
        (b"\x1b[5n", b"\x1b[0n"),
        (b"\x1b[c", b"\x1b[?62;22c"),
        (b"\x1b[>c", b"\x1b[>1;4000;0c"),
        (b"\x1b[18t", b"\x1b[8;40;120t"),
        (b"\x1b]11;?\x07", b"\x1b]11;rgb:0000/0000/0000\x1b\\"),
        (b"\x1b]10;?\x1b\\", b"\x1b]10;rgb:ffff/ffff/ffff\x1b\\"),
        (b"\x1bP+q524742\x1b\\", b"\x1bP0+r\x1b\\"),
    ],
)
def test_questions_are_answered_however_they_are_cut(question: bytes, answer: bytes) -> None:
    for cut in range(len(question)):
        answerer = Answerer(SIZE)
        answers = [
            answerer.answers_to(part) for part in (b"text\x1b[m" + question[:cut], question[cut:])
        ]
        assert b"".join(answers) == answer, cut


def test_answers_come_in_the_order_of_the_questions_and_once() -> None:
    answerer = Answerer(SIZE)
    assert answerer.answers_to(b"\x1b[5n\x1b[1;31mred\x1b[6n") == b"\x1b[0n\x1b[1;1R"
    assert answerer.answers_to(b"more\x1b[m") == b""


def test_what_is_no_question_is_not_answered() -> None:
    painted = b"\x1b[?2026h\x1b[3;7H\x1b[38;5;247mtext\x1b[K\x1b]0;title\x07\x1b[>25u\x1b[?1049h"
    assert Answerer(SIZE).answers_to(painted * 50) == b""
