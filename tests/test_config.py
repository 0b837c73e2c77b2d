"""Where settings come from, which one counts, and what is said of a wrong one."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from deskero_tui.config import SLOW_REFRESH_S, Places, Settings, read_settings, write_settings
from deskero_tui.credentials import find_token
from deskero_tui.domain.errors import BadConfig
from deskero_tui.domain.time.waiting import WaitLimits


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
        ("colour = 1", 'Unknown setting "colour". Did you mean '),
        ("futur_setting = true", 'Unknown setting "futur_setting".'),
        ("refresh = 10", 'Unknown setting "refresh". Did you mean refresh_s?'),
        ("token_comand = 'x'", 'Unknown setting "token_comand". Did you mean token_command?'),
        ("mistakes = []", 'Unknown setting "mistakes".'),
        ("[future]\nx = 1", "Unknown section [future]."),
        ("[kyes]\npreset = 'vi'", "Unknown section [kyes]. Did you mean [keys]?"),
        ("[[view]]\nid = 'x'", "Unknown section [[view]]. Did you mean [[views]]?"),
        ("[colums.mine]\nx = 1", "Unknown section [colums]. Did you mean [columns]?"),
        ("lang = 7", "lang must be text."),
        ('lang = "de"', "lang must be one of en, it, es, fr."),
        ('waiting_warn = "4"', "waiting_warn: 4 is no span"),
        ('waiting_late = "soon"', "waiting_late: soon is no span"),
        ("bell = 1", "bell must be true or false."),
        ('bell = "yes"', "bell must be true or false."),
        ('notice = "loud"', "notice must be one of"),
        ('theme = "colorblind"', "Did you mean colour-blind?"),
        ('glyphs = "asci"', "glyphs must be one of auto, unicode, ascii. Did you mean ascii?"),
        ("refresh_s = 1", "between 5 and 86400."),
        ("refresh_s = nan", "between 5 and 86400."),
        ("refresh_s = true", "refresh_s must be a number."),
        ("refresh_s = 1979-05-27", "refresh_s must be a number."),
        ("page_limit = 0", "between 1 and 1000."),
        ("page_limit = 2.5", "page_limit must be a whole number."),
        ("file_hosts = [1]", "file_hosts must be a list of texts."),
        ('file_hosts = "one"', "file_hosts must be a list of texts."),
        ("agent = ['a']", "agent must be text."),
        ('download_folder = "a\\u0000b"', "download_folder must not hold a NUL character."),
        ('keys = "vi"', "keys must be a table."),
        ("[[keys]]\nx = 1", "keys must be a table."),
        ("views = 1", "views must be tables, each headed [[views]]."),
        ("views = [1]", "views must be tables"),
        ("[views]\nid = 'x'", "views must be tables"),
    ],
)
def test_what_is_wrong_is_named_and_left_out(tmp_path: Path, text: str, says: str) -> None:
    settings = read(tmp_path, f"page_limit = 7\n{text}" if "page_limit" not in text else text)
    [mistake] = settings.mistakes
    assert mistake.where == "config.toml"
    assert says in mistake.says
    assert settings == replace(Settings(), page_limit=settings.page_limit)
    assert settings.page_limit == (100 if "page_limit" in text else 7)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("url = ", "not valid TOML"),
        ("a = " + "[" * 5000, "not valid TOML"),
        ('api_token = "x"', "a secret does not belong there"),
        ("url = 5", "url must be text"),
        ("client_id = 5", "client_id must be text"),
        ("token_command = ['pass']", "token_command must be text"),
    ],
)
def test_what_would_reach_another_desk_or_is_no_toml_ends_the_program(
    tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(BadConfig, match=says):
        read(tmp_path, text)


def test_a_wrong_flag_or_variable_ends_the_program(tmp_path: Path) -> None:
    places = Places(tmp_path, tmp_path, tmp_path)
    with pytest.raises(BadConfig, match=r"--theme must be one of .* Did you mean light\?"):
        read_settings(places, {}, {"theme": "ligth"})
    with pytest.raises(BadConfig, match="DESKERO_AGENT is not UTF-8"):
        read_settings(places, {"DESKERO_AGENT": "\udce9"}, {})


TEXT = 'lang = "it"\n# caff\u00e8\n'


@pytest.mark.parametrize("content", [TEXT.encode(), TEXT.encode("utf-8-sig")])
def test_a_byte_order_mark_is_no_part_of_the_config(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content.replace(b"\n", b"\r\n"))
    places = Places(tmp_path, tmp_path, tmp_path)
    assert read_settings(places, {}, {}).lang == "it"
    write_settings(path, {"lang": "fr"})
    assert read_settings(places, {}, {}) == Settings(lang="fr")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (TEXT.encode("utf-16"), "config.toml is UTF-16. Convert it to UTF-8."),
        ("a = 1\n".encode("utf-16-be"), r"\(line 1\) holds a NUL character."),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "is UTF-16"),
        (TEXT.encode("utf-32"), "is UTF-16"),
        (TEXT.encode("latin-1"), r"config.toml \(line 2\) is not UTF-8."),
        (b"#" * 1_000_001, "it is too large"),
    ],
)
def test_a_config_in_another_encoding_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "config.toml").write_bytes(content)
    with pytest.raises(BadConfig, match=says):
        read_settings(Places(tmp_path, tmp_path, tmp_path), {}, {})


def test_a_config_that_is_no_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    makers: tuple[Callable[[], None], ...] = (
        path.mkdir,
        lambda: os.mkfifo(path),
        lambda: path.symlink_to(path),
    )
    for make in makers:
        make()
        with pytest.raises(BadConfig, match=r"config.toml cannot be read: .*\.$"):
            read_settings(Places(tmp_path, tmp_path, tmp_path), {}, {})
        path.rmdir() if path.is_dir() else path.unlink()


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
