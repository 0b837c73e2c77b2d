"""Where settings come from, which one counts, and what is said of a wrong one."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from deskero_tui.config import SLOW_REFRESH_S, Places, Settings, read_settings, write_settings
from deskero_tui.credentials import find_token
from deskero_tui.domain.errors import BadConfig
from deskero_tui.domain.waiting import WaitLimits


def read(folder: Path, text: str = "", environment: dict[str, str] | None = None) -> Settings:
    (folder / "config.toml").write_text(text, "utf-8")
    return read_settings(Places(folder, folder, folder), environment or {}, {})


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    assert read_settings(Places(tmp_path, tmp_path, tmp_path), {}, {}) == Settings()


def test_flags_go_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('url = "file"\nagent = "file"\nclient_id = "file"')
    environment = {"DESKERO_URL": "environment", "DESKERO_AGENT": "environment"}
    settings = read_settings(
        Places(tmp_path, tmp_path, tmp_path), environment, {"url": "flag", "agent": None}
    )
    assert (settings.url, settings.agent, settings.client_id) == ("flag", "environment", "file")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("url = ", "not valid TOML"),
        ("colour = 1", "colour, which is not known"),
        ("lang = 7", "lang must be text"),
        ('lang = "de"', "lang must be one of en, it, es, fr"),
        ('waiting_warn = "4"', "waiting_warn: 4 is no span"),
        ('waiting_late = "soon"', "waiting_late: soon is no span"),
        ("bell = 1", "bell must be true or false"),
        ('notice = "loud"', "notice must be one of"),
        ('theme = "colorblind"', "theme must be one of .* Did you mean colour-blind?"),
        ('glyphs = "asci"', "glyphs must be one of auto, unicode, ascii. Did you mean ascii?"),
        ("refresh_s = 1", "between 5 and"),
        ("page_limit = 0", "between 1 and 1000"),
        ("file_hosts = [1]", "a list of texts"),
        ('api_token = "x"', "a secret does not belong there"),
        ('keys = "vi"', "keys must be a table"),
        ("views = 1", r"views must be tables, each headed \[\[views\]\]"),
        ("views = [1]", "views must be tables"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadConfig, match=says):
        read(tmp_path, text)


def test_over_a_slow_line_news_is_looked_for_less_often_unless_said_otherwise(
    tmp_path: Path,
) -> None:
    assert read(tmp_path, "slow = true").refresh_s == SLOW_REFRESH_S
    assert read(tmp_path, "slow = true\nrefresh_s = 45").refresh_s == 45
    assert read(tmp_path, "slow = false").refresh_s == Settings().refresh_s


def test_limits_of_waiting_are_read(tmp_path: Path) -> None:
    settings = read(tmp_path, 'waiting_warn = ""\nwaiting_late = "2d"')
    assert settings.wait_limits == WaitLimits(None, timedelta(days=2))


def test_every_kind_of_setting_is_read(tmp_path: Path) -> None:
    settings = read(
        tmp_path, 'lang = "it"\nrefresh_s = 60\npage_limit = 25\nfile_hosts = ["files.example"]'
    )
    assert settings == Settings(
        lang="it", refresh_s=60.0, page_limit=25, file_hosts=("files.example",)
    )


def test_keys_and_views_are_handed_on_as_they_are_written(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        'hidden_views = ["all"]\n[keys]\npreset = "vi"\n[keys.list]\n"ticket.reply" = "x"\n'
        '[[views]]\nid = "late"\nquery = "age>2d"\n',
    )
    assert settings.keys == {"preset": "vi", "list": {"ticket.reply": "x"}}
    assert settings.views == ({"id": "late", "query": "age>2d"},)
    assert settings.hidden_views == ("all",)


@pytest.mark.parametrize(("said", "allows"), [("1", True), ("yes", True), ("0", False)])
def test_plain_http_is_allowed_by_the_environment(tmp_path: Path, said: str, allows: bool) -> None:
    assert read(tmp_path, "", {"DESKERO_ALLOW_HTTP": said}).allow_http is allows


def test_writing_keeps_the_other_lines(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('# mine\nlang = "it"\nurl = "old"\n')
    write_settings(path, {"url": 'new"\\', "agent": "a1"})
    assert path.read_text().startswith('# mine\nlang = "it"\n')
    settings = read_settings(Places(tmp_path, tmp_path, tmp_path), {}, {})
    assert (settings.url, settings.agent) == ('new"\\', "a1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_one_folder_holds_everything_when_it_is_named(tmp_path: Path) -> None:
    places = Places.of({"DESKERO_HOME": str(tmp_path)})
    assert {places.config_file.parent, places.log_file.parent, places.token_file.parent} == {
        tmp_path
    }


# -- the token -------------------------------------------------------------------------------------


def test_the_environment_goes_before_the_command_and_that_before_the_file(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("of-file\n")
    path.chmod(0o600)
    found = [
        find_token({"DESKERO_API_TOKEN": "of-environment"}, "echo of-command", path),
        find_token({}, "echo of-command", path),
        find_token({}, "", path),
    ]
    assert [(token.value, token.source) for token in found if token] == [
        ("of-environment", "environment"),
        ("of-command", "command"),
        ("of-file", "file"),
    ]


def test_no_token_anywhere_is_none(tmp_path: Path) -> None:
    assert find_token({}, "", tmp_path / "token") is None


def test_a_token_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("x")
    path.chmod(0o644)
    with pytest.raises(BadConfig, match="chmod 600"):
        find_token({}, "", path)


@pytest.mark.parametrize("command", ["false", "true", "no-such-program", "echo 'unbalanced"])
def test_a_command_that_gives_no_token_is_said(tmp_path: Path, command: str) -> None:
    with pytest.raises(BadConfig, match="token_command"):
        find_token({}, command, tmp_path / "token")


def test_a_token_is_never_in_a_repr() -> None:
    token = find_token({"DESKERO_API_TOKEN": "sesame"}, "", Path("nowhere"))
    assert "sesame" not in repr(token)
