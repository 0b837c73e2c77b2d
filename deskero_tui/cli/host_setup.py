"""`deskero-tui host-setup`: prints what lets agents in by OpenSSH, or looks over what is there.

Nothing is ever installed or changed from here: what is printed is for a host to read first.
"""

from __future__ import annotations

import glob
import grp
import os
import pwd
import shutil
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from deskero_tui.cli.exits import Exit
from deskero_tui.cli.host_plan import HostPlan, key_line, whole_text
from deskero_tui.cli.host_rules import (
    Effective,
    Finding,
    effective_as_told,
    effective_of,
    included_by,
    judge_file,
    judge_keys,
    judge_shell,
    judge_sshd,
    judge_wrapper,
)
from deskero_tui.domain.errors import BadConfig, BadInput

SSHD_CONFIG: Final = Path("/etc/ssh/sshd_config")
SSHD_WAIT_S: Final = 20
_DEEPEST_INCLUDE: Final = 4
_SBIN: Final = "/usr/local/sbin:/usr/sbin:/sbin"


def run_host_setup(given: Namespace) -> int:
    """Prints the set-up, one key's line, or with `--check` what is wrong; the exit code.

    Raises:
        BadInput: A flag cannot be used.
        BadConfig: What is to be looked over cannot be read.
    """
    program = given.program or shutil.which("deskero-tui") or os.path.abspath(sys.argv[0])
    plan = HostPlan(user=given.user, group=given.group or given.user, program=program)
    if given.check:
        findings = list(_findings(plan, given.sshd_config))
        print("\n".join(map(str, findings)))
        return Exit.DONE if all(finding.is_good for finding in findings) else Exit.FAILED
    if given.sshd_config is not None:
        raise BadInput("--sshd-config goes with --check.")
    if given.key is not None:
        print(key_line(plan, given.agent or "", _read(given.key)), end="")
        return Exit.DONE
    example = "# deskero-tui host-setup --key FILE.pub --agent WHO\n"
    print(whole_text(plan, example), end="")
    return Exit.DONE


def _findings(plan: HostPlan, config: Path | None) -> Iterator[Finding]:
    groups: list[str] = []
    try:
        account = pwd.getpwnam(plan.user)
    except KeyError:
        yield Finding("account", False, f"there is no user {plan.user}")
    else:
        groups = [grp.getgrgid(id).gr_name for id in os.getgrouplist(plan.user, account.pw_gid)]
        yield judge_shell(account.pw_shell)
        yield _looked_over("home", Path(account.pw_dir))
    effective, reading = _effective(plan, config, groups)
    yield reading
    yield from judge_sshd(effective)
    for place in " ".join(effective.get("authorizedkeysfile", [])).split():
        path = Path(place.replace("%u", plan.user))
        if path.is_absolute():
            yield _looked_over("keys", path)
            yield from judge_keys(_text_of(path), wrapper=plan.wrapper)
    yield _looked_over("program", Path(plan.program))
    yield _looked_over("wrapper", Path(plan.wrapper))
    if script := _text_of(Path(plan.wrapper)):
        yield judge_wrapper(script)


def _effective(plan: HostPlan, config: Path | None, groups: list[str]) -> tuple[Effective, Finding]:
    """What counts for the account by sshd's own word, else by the file; and which of both it was.

    Raises:
        BadConfig: The file cannot be read, either.
    """
    sshd = shutil.which("sshd", path=f"{os.environ.get('PATH', os.defpath)}:{_SBIN}")
    reason = "there is none here"
    if sshd is not None:
        named = [] if config is None else ["-f", str(config)]
        asked = ["-C", f"user={plan.user},host=localhost,addr=127.0.0.1"]
        command = [sshd, "-T", *named, *asked]
        try:
            ran = subprocess.run(
                command, capture_output=True, text=True, timeout=SSHD_WAIT_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            reason = "it does not answer"
        else:
            if ran.returncode == 0:
                return effective_as_told(ran.stdout), Finding("sshd", True, "as `sshd -T` says")
            reason = next(iter(ran.stderr.splitlines()), "it says nothing")
    path = config or SSHD_CONFIG
    text = "\n".join(_lines_of(path, path.parent))
    said = f"as {path} says, without the word of `sshd -T`: {reason}"
    return effective_of(text, user=plan.user, groups=groups), Finding("sshd", True, said)


def _lines_of(path: Path, folder: Path, depth: int = 0) -> Iterator[str]:
    """The lines of a config file, each Include in its place; names are relative to `folder`."""
    for line in _read(path).splitlines():
        patterns = included_by(line) if depth < _DEEPEST_INCLUDE else []
        if not patterns:
            yield line
        for pattern in patterns:
            for found in sorted(glob.glob(str(folder / pattern))):
                yield from _lines_of(Path(found), folder, depth + 1)


def _looked_over(what: str, path: Path) -> Finding:
    """The file, and every folder by which another could take its place, also behind a link."""
    folders = sorted({*path.parents, *path.resolve().parents})
    above = [(str(folder), *about) for folder in folders if (about := _about(folder))]
    return judge_file(f"{what} {path}", _about(path), above=above)


def _about(path: Path) -> tuple[int, int] | None:
    """Mode and owner; `None` where it is not there, or not to be seen."""
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_mode, about.st_uid


def _text_of(path: Path) -> str:
    """What a file holds; empty where it cannot be read."""
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfig(f"{path} cannot be read: {error}.") from error
