"""The rules of the house that a machine can see: arrows, names, styles, imports."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "deskero_tui"

ARROWS: dict[str, frozenset[str]] = {
    "domain": frozenset(),
    "private_files": frozenset(),
    "config": frozenset({"domain", "private_files"}),
    "credentials": frozenset({"domain"}),
    "macro_files": frozenset({"domain"}),
    "api": frozenset({"domain"}),
    "store": frozenset({"domain", "private_files"}),
    "server": frozenset({"private_files"}),
    "sync": frozenset({"domain", "private_files", "api", "store"}),
    "tui": frozenset({"sync", "domain", "config", "private_files"}),
    "cli": frozenset(
        {
            *("domain", "config", "credentials", "private_files", "macro_files"),
            *("api", "store", "server", "sync", "tui"),
        }
    ),
    "__main__": frozenset({"cli"}),
}
"""Which parts of the package each part may import of ours."""

OUTSIDERS: dict[str, frozenset[str]] = {
    "domain": frozenset({"textual", "httpx", "sqlite3", "sqlalchemy", "fastapi"}),
    "api": frozenset({"textual", "sqlite3"}),
    "store": frozenset({"textual", "httpx"}),
    "sync": frozenset({"textual", "httpx"}),
    "tui": frozenset({"httpx", "sqlite3"}),
    "server": frozenset({"textual", "httpx"}),
}
"""What each part never imports from outside."""

SOURCES = sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    """`store` for deskero_tui/store/lookups.py, `config` for deskero_tui/config.py."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> Iterator[str]:
    """Every module that a file imports anywhere, with relative ones spelled out."""
    package = ("deskero_tui", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Import(names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module, names, level):
                base = ".".join(package[: len(package) - level + 1]) if level else ""
                stem = ".".join(part for part in (base, module) if part)
                yield from (f"{stem}.{alias.name}" for alias in names)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_arrow_points_down(path: Path) -> None:
    part = part_of(path)
    if part == "__init__":
        return
    ours = {
        name.split(".")[1]
        for name in imports_of(path)
        if name.startswith("deskero_tui.") and name.count(".") >= 1
    }
    assert ours - {part} <= ARROWS[part], f"{part} must not import {ours - ARROWS[part]}"
    outside = {name.split(".")[0] for name in imports_of(path)}
    assert not outside & OUTSIDERS.get(part, frozenset())


def test_only_the_clock_asks_for_the_time() -> None:
    asks = re.compile(r"datetime\.(now|utcnow|today)\(|\btime\.time\(|\bdate\.today\(")
    guilty = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if part_of(path) != "server"
        and path.name != "clock.py"
        and asks.search(path.read_text("utf-8"))
    ]
    assert guilty == []


def test_nothing_catches_everything() -> None:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, f"{path}: a bare except"
                is_all = isinstance(node.type, ast.Name) and node.type.id == "Exception"
                assert not is_all, f"{path}:{node.lineno} catches Exception"


CREATING = frozenset(
    {
        *("mkdir", "makedirs", "mkdtemp", "mkstemp", "TemporaryDirectory", "NamedTemporaryFile"),
        *("TemporaryFile", "SpooledTemporaryFile", "write_text", "write_bytes", "O_CREAT"),
        *("FileHandler", "copyfile", "copytree", "mkfifo", "mknod"),
    }
)
"""Names that create files or folders, with whatever mode the umask leaves."""
OPENING = frozenset({"open", "FileIO"})


def creations_in(source: str) -> list[int]:
    """Return the lines that create a file or folder without `private_files`."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(attr=name) | ast.Name(id=name) if name in CREATING:
                lines.append(node.lineno)
            case ast.ImportFrom(names=names) if CREATING & {alias.name for alias in names}:
                lines.append(node.lineno)
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in OPENING:
                modes = [*node.args, *(word.value for word in node.keywords)]
                if any(isinstance(mode, ast.Constant) and _writes(mode.value) for mode in modes):
                    lines.append(node.lineno)
    return lines


def _writes(mode: object) -> bool:
    return (
        isinstance(mode, str)
        and re.fullmatch(r"[rwaxbt+]{1,4}", mode) is not None
        and (bool(set("wax+") & set(mode)))
    )


def test_files_and_folders_are_created_in_one_place_only() -> None:
    guilty = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCES
        if path.name != "private_files.py" and (lines := creations_in(path.read_text("utf-8")))
    }
    assert guilty == {}


@pytest.mark.parametrize(
    "source",
    [
        "path.mkdir(parents=True)",
        "os.makedirs(path)",
        "open(path, 'w')",
        "path.open(mode='ab')",
        "io.FileIO(path, 'x+')",
        "os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)",
        "from os import O_CREAT",
        "path.write_text('x')",
        "tempfile.NamedTemporaryFile()",
        "from tempfile import mkdtemp",
        "logging.FileHandler(path)",
        "shutil.copyfile(one, other)",
    ],
)
def test_the_rule_of_one_place_finds(source: str) -> None:
    assert creations_in(source) == [1]


@pytest.mark.parametrize("source", ["open(path, 'rb')", "path.open()", "os.open(p, os.O_RDONLY)"])
def test_the_rule_of_one_place_lets_others_read(source: str) -> None:
    assert creations_in(source) == []


def test_colours_are_variables_and_stand_in_the_sheets_only() -> None:
    literal = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(")
    for sheet in (ROOT / "styles").glob("*.tcss"):
        for line in sheet.read_text("utf-8").splitlines():
            if ":" in line and ";" in line:
                assert not literal.search(line), f"{sheet.name}: {line}"
    for path in (PACKAGE / "tui").rglob("*.py"):
        assert "DEFAULT_CSS" not in path.read_text("utf-8"), f"{path} has styles of its own"


HEAVY = ("textual", "rich", "httpx", "pydantic", "fastapi", "sqlalchemy", "alembic", "uvicorn")


@pytest.mark.parametrize(
    ("statement", "may_load"),
    [
        ("from deskero_tui.cli.arguments import parser; parser().format_help()", ()),
        ("import deskero_tui.cli.program", ()),
        ("import deskero_tui.server.local.desk, deskero_tui.server.settings", ()),
        ("import deskero_tui.sync.desk", ("rich",)),
    ],
)
def test_starting_loads_nothing_heavy(statement: str, may_load: tuple[str, ...]) -> None:
    code = f"import sys; {statement}; print(*sorted(sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = {name.split(".")[0] for name in ran.stdout.split()}
    assert loaded & set(HEAVY) <= set(may_load)


def test_every_module_says_what_it_holds() -> None:
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        assert not tree.body or ast.get_docstring(tree), f"{path} has no docstring"
