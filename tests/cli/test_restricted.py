"""What `--restricted` takes, and what it refuses before anything else happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskero_tui.cli import main
from deskero_tui.cli.exits import Exit
from deskero_tui.config import Places
from deskero_tui.domain.drop_names import folder_name_of


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--restricted"], "needs --agent"),
        (["--restricted", "--agent", ""], "needs --agent"),
        (["--restricted", "--agent", " \t"], "needs --agent"),
        (["--restricted", "--agent", "x", "--demo"], "no other command"),
        (["--restricted", "--agent", "x", "ticket", "list"], "no other command"),
        (["--restricted", "--agent", "x", "doctor"], "no other command"),
        (["--restricted", "--agent", "x", "serve"], "no other command"),
        (["--drop-folder", "/srv/drop"], "goes with --restricted"),
    ],
)
def test_what_it_does_not_go_with_is_wrong_usage(
    arguments: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == Exit.WRONG_USAGE
    out, err = capsys.readouterr()
    assert (out, reason in err, err.count("\n")) == ("", True, 1)


def test_agents_who_share_a_login_share_its_config_and_nothing_else(tmp_path: Path) -> None:
    shared = Places(tmp_path / "config", tmp_path / "data", tmp_path / "state")
    ines, bruno = (shared.of_agent(folder_name_of(who)) for who in ("Ines", "Bruno"))
    assert ines.config_file == bruno.config_file == shared.config_file
    assert ines.token_file == bruno.token_file == shared.token_file
    for name in ("log_file", "uses_file", "searches_file", "drop_folder", "local_desk_folder"):
        places = {getattr(places, name) for places in (shared, ines, bruno)}
        assert len(places) == 3, name
    assert ines.store_file("a") != bruno.store_file("a")
