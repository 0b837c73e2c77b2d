"""Settings: defaults, then the file, then the environment, then flags; and where files live.

The API token is no setting: it never stands in the config file (`credentials.py`).
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from deskero_tui.domain.errors import BadConfig
from deskero_tui.domain.mistake import Mistake
from deskero_tui.domain.text.utf8 import NotText, decode_text, is_utf8
from deskero_tui.domain.time.waiting import WaitLimits, read_limit
from deskero_tui.private_files import write_private

VENDOR_URL: Final = "https://api.deskero.com/"
LANGUAGES: Final = ("en", "it", "es", "fr")
COLOURS: Final = ("auto", "none", "16", "256", "truecolor")
GLYPHS: Final = ("auto", "unicode", "ascii")
THEMES: Final = ("default", "high-contrast", "colour-blind", "light", "terminal")
SLOW_REFRESH_S: Final = 120.0
"""Between two looks at what is new over a slow line, where nobody says otherwise."""
APP_NAME: Final = "deskero-tui"


@dataclass(frozen=True, slots=True)
class Places:
    """Where files live: the platform's own places, or all under `DESKERO_HOME`."""

    config_folder: Path
    data_folder: Path
    state_folder: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Places:
        """The places that `environment` asks for."""
        if home := environment.get("DESKERO_HOME"):
            folder = Path(home).expanduser().absolute()
            return cls(folder, folder, folder)
        import platformdirs

        folders = platformdirs.PlatformDirs(APP_NAME, appauthor=False)
        return cls(folders.user_config_path, folders.user_data_path, folders.user_state_path)

    def of_agent(self, folder_name: str) -> Places:
        """The places of one of several agents who share a login: all but the config their own."""
        part = Path("agents", folder_name)
        return Places(self.config_folder, self.data_folder / part, self.state_folder / part)

    @property
    def config_file(self) -> Path:
        return self.config_folder / "config.toml"

    @property
    def macro_folder(self) -> Path:
        """The agent's own canned answers and macros; nothing makes it."""
        return self.config_folder / "macros"

    @property
    def token_file(self) -> Path:
        """Holds the API token when neither environment nor command gives it; mode 0600."""
        return self.config_folder / "token"

    @property
    def log_file(self) -> Path:
        return self.state_folder / "deskero-tui.log"

    @property
    def uses_file(self) -> Path:
        """How often which command was given in the palette."""
        return self.state_folder / "palette.json"

    @property
    def searches_file(self) -> Path:
        """What was searched for, to be found again by Up."""
        return self.state_folder / "searches.json"

    @property
    def looks_file(self) -> Path:
        """How the list looked last, for the first picture of the next console."""
        return self.state_folder / "looks.json"

    @property
    def local_desk_folder(self) -> Path:
        """The desk of an agent without any account."""
        return self.data_folder / "desk"

    @property
    def drop_folder(self) -> Path:
        """The files that somebody in a restricted login may use."""
        return self.data_folder / "drop"

    def store_file(self, account: str) -> Path:
        """The store of one account; `account` is a short name fit for a file."""
        return self.data_folder / "accounts" / f"{account}.sqlite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set. Each field's `about` is what the README says of it."""

    url: str = field(
        default="",
        metadata={
            "about": "Base URL of the desk; empty: the vendor's once there is a token, "
            "else the local desk",
            "env": "DESKERO_URL",
        },
    )
    client_id: str = field(
        default="", metadata={"about": "Client id of the account", "env": "DESKERO_CLIENT_ID"}
    )
    agent: str = field(
        default="",
        metadata={"about": "Who am I: agent id, e-mail or name", "env": "DESKERO_AGENT"},
    )
    token_command: str = field(
        default="",
        metadata={"about": "A command that prints the API token, such as `pass show deskero`"},
    )
    allow_http: bool = field(
        default=False,
        metadata={
            "about": "Plain http to hosts other than this machine",
            "env": "DESKERO_ALLOW_HTTP",
        },
    )
    ca_file: str = field(
        default="",
        metadata={
            "about": "A file with certificate authorities to trust besides those of the system "
            "(or of `SSL_CERT_FILE` and `SSL_CERT_DIR`), such as your company's"
        },
    )
    proxy: str = field(
        default="",
        repr=False,
        metadata={
            "about": "An HTTP proxy such as `http://proxy.example:3128`, or none; empty: as "
            "`HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY` say. `NO_PROXY` names exceptions"
        },
    )
    lang: str = field(
        default="en",
        metadata={"about": "Language of statuses, types and the like: en, it, es or fr"},
    )
    timezone: str = field(
        default="",
        metadata={"about": "Time zone such as `Europe/Rome`; empty: that of this machine"},
    )
    reply_format: str = field(
        default="html",
        metadata={"about": "How replies leave: html (the vendor's service shows that) or text"},
    )
    file_encoding: str = field(
        default="hex", metadata={"about": "How attachments are spelled: hex or base64"}
    )
    custom_fields: str = field(
        default="object", metadata={"about": "How custom fields are spelled: object or list"}
    )
    file_hosts: tuple[str, ...] = field(
        default=(),
        metadata={"about": "Hosts besides the desk's own from which attachments are fetched"},
    )
    download_folder: str = field(
        default="~/Downloads", metadata={"about": "Where saved attachments go"}
    )
    macro_folders: tuple[str, ...] = field(
        default=(),
        metadata={
            "about": "Folders of canned answers and macros that a team shares; your own in "
            "`macros` beside this file go before them"
        },
    )
    refresh_s: float = field(
        default=30.0, metadata={"about": "Seconds between two looks at what is new, from 5 on"}
    )
    page_limit: int = field(default=100, metadata={"about": "Tickets asked for at once, 1 to 1000"})
    waiting_warn: str = field(
        default="4h",
        metadata={
            "about": "From when on the age of a ticket says that its customer has waited long, "
            "such as 30m, 4h, 2d; empty: never"
        },
    )
    waiting_late: str = field(
        default="1d", metadata={"about": "From when on it says that they have waited too long"}
    )
    bell: bool = field(
        default=True, metadata={"about": "Ring the terminal's bell when a reminder falls due"}
    )
    notice: str = field(
        default="auto",
        metadata={
            "about": "Have the terminal show a notice when a reminder falls due: auto, osc9, "
            "osc777 or off; tmux passes it on with `allow-passthrough`"
        },
    )
    open_links: bool = field(
        default=False,
        metadata={
            "about": "“Open a link” in the palette hands web and mail addresses to the desktop's "
            "program; never at the far end of an ssh, never in a restricted login"
        },
    )
    colors: str = field(
        default="auto",
        metadata={
            "about": "How many colours the terminal has: auto, none, 16, 256 or truecolor; auto "
            "goes by `NO_COLOR`, `COLORTERM` and `TERM`"
        },
    )
    glyphs: str = field(
        default="auto",
        metadata={
            "about": "What lines and signs are drawn with: auto, unicode or ascii; auto goes by "
            "`TERM` and the locale"
        },
    )
    theme: str = field(
        default="default",
        metadata={"about": "Colours: default, high-contrast, colour-blind, light or terminal"},
    )
    slow: bool = field(
        default=False,
        metadata={
            "about": "For a slow line: no boxes, no counters, the ticket only when it is opened, "
            "and news every 120 seconds unless `refresh_s` is set"
        },
    )
    screen_reader: bool = field(
        default=False,
        metadata={
            "about": "For those who hear the screen: sentences instead of columns and signs, one "
            "pane at a time, the terminal's cursor where the agent is"
        },
    )
    keys: Mapping[str, object] = field(
        default_factory=dict,
        metadata={"about": "`[keys]`: a preset and keys of your own, see Keys of your own"},
    )
    views: tuple[Mapping[str, object], ...] = field(
        default=(), metadata={"about": "`[[views]]`: views of your own, see Views of your own"}
    )
    columns: Mapping[str, object] = field(
        default_factory=dict,
        metadata={"about": "`[columns]`: what lists show, see Columns of your own"},
    )
    hidden_views: tuple[str, ...] = field(
        default=(), metadata={"about": "Ids of built-in views that have no tab"}
    )

    mistakes: tuple[Mistake, ...] = field(default=(), compare=False)
    """What is wrong with the configuration and was left out; no setting."""

    @property
    def wait_limits(self) -> WaitLimits:
        """From when on customers have waited long, and too long."""
        return WaitLimits(read_limit(self.waiting_warn), read_limit(self.waiting_late))


_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "lang": LANGUAGES,
    "reply_format": ("html", "text"),
    "file_encoding": ("hex", "base64"),
    "custom_fields": ("object", "list"),
    "notice": ("auto", "osc9", "osc777", "off"),
    "colors": COLOURS,
    "glyphs": GLYPHS,
    "theme": THEMES,
}
_RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "refresh_s": (5, 86_400),
    "page_limit": (1, 1_000),
}
_SECRET: Final = re.compile(r"(?:token|secret|password)\Z", re.IGNORECASE)
_MOST_BYTES: Final = 1_000_000


_REQUIRED: Final = ("url", "client_id", "token_command", "ca_file", "proxy")
"""With a wrong value left out, another desk would be called, with another token, or another way."""


def setting_fields() -> Mapping[str, Field[Any]]:
    """Return the fields that can be set, by name."""
    return {one.name: one for one in fields(Settings) if "about" in one.metadata}


def read_settings(
    places: Places, environment: Mapping[str, str], flags: Mapping[str, object]
) -> Settings:
    """Return the settings in force. Flags that are `None` were not given.

    What is wrong in the file is left out and named in `mistakes`.

    Raises:
        BadConfig: The file cannot be read at all, or the environment or a flag is wrong.
    """
    mistakes: list[Mistake] = []
    values: dict[str, object] = {
        **_from_file(places.config_file, mistakes),
        **_from_environment(environment),
        **_from_flags(flags),
    }
    if values.get("slow") is True:
        values.setdefault("refresh_s", SLOW_REFRESH_S)
    settings = replace(Settings(), **values, mistakes=tuple(mistakes))  # type: ignore[arg-type]  # checked
    if not settings.ca_file:
        return settings
    # As for the other files that the config names: relative to the config file.
    return replace(
        settings, ca_file=str(places.config_folder / os.path.expanduser(settings.ca_file))
    )


def _from_file(path: Path, mistakes: list[Mistake]) -> dict[str, object]:
    """Return the settings of the file that can be used; what is wrong goes into `mistakes`."""
    text = _text_of(path)
    if text is None:
        return {}
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadConfig(f"{path} is not valid TOML: {error}") from error
    except RecursionError as error:
        raise BadConfig(f"{path} is not valid TOML: it is nested too deeply.") from error
    values: dict[str, object] = {}
    for name, value in read.items():
        if _SECRET.search(name):
            raise BadConfig(
                f"{path} holds {name}: a secret does not belong there. "
                "Take it out and run `deskero-tui login`."
            )
        if name not in setting_fields():
            mistakes.append(Mistake(path.name, _unknown(name, value)))
            continue
        value = _converted(name, value)
        flaw = _flaw(name, value)
        if not flaw:
            values[name] = value
        elif name in _REQUIRED:
            raise BadConfig(f"{path}: {flaw}")
        else:
            mistakes.append(Mistake(path.name, f"{flaw} It is left out."))
    return values


def _text_of(path: Path) -> str | None:
    """Return the text of the config file; `None` where there is none.

    Raises:
        BadConfig: It cannot be read, or is no text in UTF-8.
    """
    try:
        # Without waiting for somebody to write, should it be a pipe.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            content = file.read(_MOST_BYTES + 1) if stat.S_ISREG(os.fstat(handle).st_mode) else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise BadConfig(f"{path} cannot be read: {why}.") from error
    if content is None:
        raise BadConfig(f"{path} cannot be read: it is no regular file.")
    if len(content) > _MOST_BYTES:
        raise BadConfig(f"{path} cannot be read: it is too large.")
    try:
        return decode_text(content)
    except NotText as error:
        raise BadConfig(error.about(str(path))) from error


def _unknown(name: str, value: object) -> str:
    """Return the sentence for a setting or section that does not exist."""
    known = setting_fields()
    near = get_close_matches(name, known, n=1)
    if isinstance(value, dict):
        return f"Unknown section [{name}].{_hint(near, '[{}]')}"
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return f"Unknown section [[{name}]].{_hint(near, '[[{}]]')}"
    return f'Unknown setting "{name}".{_hint(near, "{}")}'


def _hint(near: list[str], form: str) -> str:
    return f" Did you mean {form.format(near[0])}?" if near else ""


def _converted(name: str, value: object) -> object:
    """Return what TOML read in the type of the setting, where that loses nothing."""
    wanted = type(getattr(Settings(), name))
    if wanted is tuple and isinstance(value, list):
        return tuple(value)
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


def _flaw(name: str, value: object) -> str:
    """Return what is wrong with the value of a setting, as a sentence; empty if nothing is."""
    wanted = type(getattr(Settings(), name))
    if name == "views":
        is_right = isinstance(value, tuple) and all(isinstance(view, dict) for view in value)
        return "" if is_right else "views must be tables, each headed [[views]]."
    if wanted is tuple:
        is_right = isinstance(value, tuple) and all(isinstance(one, str) for one in value)
        return "" if is_right else f"{name} must be {_in_words(wanted)}."
    if type(value) is not wanted:
        return f"{name} must be {_in_words(wanted)}."
    if name in _CHOICES and value not in _CHOICES[name]:
        allowed = _CHOICES[name]
        hint = _hint(get_close_matches(str(value), allowed, n=1), "{}")
        return f"{name} must be one of {', '.join(allowed)}.{hint}"
    if name in ("waiting_warn", "waiting_late"):
        try:
            read_limit(str(value))
        except ValueError as error:
            return f"{name}: {error}"
    if isinstance(value, str) and "\0" in value:
        return f"{name} must not hold a NUL character."
    least, most = _RANGES.get(name, (None, None))
    if least is not None and most is not None and isinstance(value, float | int):
        # Written so that "not a number" is outside, too.
        return "" if least <= value <= most else f"{name} must be between {least} and {most}."
    return ""


def _in_words(wanted: type[Any]) -> str:
    words = {
        str: "text",
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        dict: "a table",
    }
    return words.get(wanted, "a list of texts")


def _from_environment(environment: Mapping[str, str]) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, setting in setting_fields().items():
        variable = setting.metadata.get("env", "")
        if said := environment.get(variable):
            if not is_utf8(said):
                raise BadConfig(f"{variable} is not UTF-8.")
            is_flag = isinstance(setting.default, bool)
            values[name] = said not in ("0", "false", "no") if is_flag else said
    return values


def _from_flags(flags: Mapping[str, object]) -> dict[str, object]:
    values = {name: value for name, value in flags.items() if value is not None}
    for name, value in values.items():
        if flaw := _flaw(name, value):
            raise BadConfig(f"--{flaw}")
    return values


def write_settings(path: Path, values: Mapping[str, str]) -> None:
    """Puts text settings into the config file, which keeps its other lines; mode 0600.

    Raises:
        BadConfig: The file cannot be written.
    """
    try:
        lines = (_text_of(path) or "").splitlines()
        for name, value in values.items():
            line = f"{name} = {_quoted(value)}"
            place = next((n for n, old in enumerate(lines) if _names(old, name)), None)
            if place is None:
                lines.insert(_first_table(lines), line)
            else:
                lines[place] = line
        write_private(path, "\n".join(lines) + "\n")
    except OSError as error:
        raise BadConfig(f"{path} cannot be written: {error.strerror}.") from error


def _names(line: str, name: str) -> bool:
    return line.partition("=")[0].strip() == name


def _first_table(lines: list[str]) -> int:
    return next((n for n, line in enumerate(lines) if line.lstrip().startswith("[")), len(lines))


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'
