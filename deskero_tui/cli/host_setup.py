"""`deskero-tui host-setup`: prints what lets agents in by OpenSSH, or looks over what is there.

Nothing is ever installed or changed from here: what is printed is for a host to read first.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from deskero_tui.cli.exits import Exit
from deskero_tui.cli.host_plan import HostPlan, key_line, whole_text
from deskero_tui.cli.host_rules import (
    Finding,
    effective_of,
    judge_file,
    judge_keys,
    judge_shell,
    judge_sshd,
    judge_wrapper,
)
from deskero_tui.domain.errors import BadConfig, BadInput, DeskeroError

SSHD_WAIT_S: Final = 20
SBIN: Final = "/usr/local/sbin:/usr/sbin:/sbin"


def run_host_setup(given: Namespace) -> int:
    """Prints the set-up, one key's line, or with `--check` what is wrong; the exit code.

    Raises:
        BadInput: A flag cannot be used.
        BadConfig: What is to be looked over cannot be read.
    """
    program = given.program or shutil.which("deskero-tui") or os.path.abspath(sys.argv[0])
    plan = HostPlan(user=given.user, group=given.group or given.user, program=program)
    if given.check:
        if given.sshd_config is not None:
            _read(given.sshd_config)
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
    try:
        account = pwd.getpwnam(plan.user)
    except KeyError:
        yield Finding("account", False, f"there is no user {plan.user}")
    else:
        yield judge_shell(account.pw_shell)
        yield _looked_over("home", Path(account.pw_dir))
    key_files: Sequence[str] = (plan.keys,)
    try:
        effective = effective_of(_printed_by_sshd(plan, config))
    except DeskeroError as error:
        yield Finding("sshd", False, error.user_message)
    else:
        yield from judge_sshd(effective)
        key_files = " ".join(effective.get("authorizedkeysfile", ())).split()
    for file in key_files:
        path = Path(file.replace("%u", plan.user))
        if path.is_absolute():
            yield _looked_over("keys", path)
            yield from judge_keys(_text_of(path), wrapper=plan.wrapper)
    yield _looked_over("program", Path(plan.program))
    yield _looked_over("wrapper", Path(plan.wrapper))
    if script := _text_of(Path(plan.wrapper)):
        yield judge_wrapper(script)


def _printed_by_sshd(plan: HostPlan, config: Path | None) -> str:
    """Return what `sshd -T` prints for the account: its configuration with everything resolved.

    Raises:
        DeskeroError: There is no sshd, or it does not accept its configuration or this user.
    """
    sshd = shutil.which("sshd", path=f"{os.environ.get('PATH', os.defpath)}:{SBIN}")
    if sshd is None:
        raise DeskeroError("sshd is not installed")
    named = [] if config is None else ["-f", str(config.absolute())]
    asked = ["-C", f"user={plan.user},host=localhost,addr=127.0.0.1"]
    try:
        ran = subprocess.run(
            [sshd, "-T", *named, *asked],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SSHD_WAIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DeskeroError(f"`sshd -T` failed: {error}") from error
    if ran.returncode:
        reason = "; ".join(ran.stderr.splitlines()[:3]) or f"exit code {ran.returncode}"
        hint = "" if os.geteuid() == 0 else "; run the check as root"
        raise DeskeroError(f"`sshd -T` failed: {reason}{hint}")
    return ran.stdout


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
