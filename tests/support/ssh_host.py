"""A real sshd on a loopback port, set up as `host-setup` prints it, with keys made for the moment.

It runs as whoever runs the tests, and lets in that account alone. Nothing of it outlives `with`.
"""

from __future__ import annotations

import getpass
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from deskero_tui.cli.host_plan import HostPlan, key_line, match_block, wrapper_script
from deskero_tui.private_files import write_private
from tests.support.pty_console import CONSOLE, PATIENCE_S, PtyConsole, home_environment
from tests.support.running_desk import RunningDesk

_PATH: Final = f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin:/sbin"
SSHD: Final = shutil.which("sshd", path=_PATH)
LOOSE: Final = "TEXTUAL* PYTHON* DESKERO_* XDG_* HTTP_PROXY COLUMNS LINES EDITOR TMPDIR"
"""What this sshd lets through beside what it is told to: so a host's mistake is tried as well."""
_LOST: Final = 255
"""What ssh ends with when the connection does."""
_BY_HAND: Final = "by-hand"
"""Before the name of an agent: the key starts the program itself, without the wrapper."""


def lacking() -> str:
    """Which program of OpenSSH is not here; empty when all are."""
    found = {"sshd": SSHD, **{name: shutil.which(name) for name in ("ssh", "ssh-keygen", "sftp")}}
    return ", ".join(name for name, path in found.items() if path is None)


class SshHost:
    """One sshd from `with` to its end, and a key for each of its agents."""

    def __init__(self, folder: Path, desk: RunningDesk, agents: Sequence[str]) -> None:
        """`folder` is short enough for a home; the desk is that of the config that all share."""
        self.folder = folder
        self.data = folder / "data"
        """What `--home` says."""
        self.config = folder / "sshd_config"
        self.log = folder / "sshd.log"
        self._user = getpass.getuser()
        self._agents = agents
        self._desk = desk
        self._made_folder: Path | None = None
        write_private(
            self.data / "config.toml",
            f'url = "{desk.base_url}"\nclient_id = "{desk.client_id}"\ntimezone = "UTC"\n',
        )
        write_private(self.data / "token", desk.api_token)

    # -- life ----------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._make_keys()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._write_config()
        host_key = (self.folder / "host.pub").read_text("utf-8")
        (self.folder / "known").write_text(f"[127.0.0.1]:{self.port} {host_key}", "utf-8")
        self._start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE_S)
        if self._made_folder is not None:
            self._made_folder.rmdir()
        left = self.consoles()
        assert left == [], "a console was left behind"

    def _start(self) -> None:
        """Starts sshd; root's has to have a folder that a machine that boots makes for it."""
        while True:
            with self.log.open("w") as log:
                command = [str(SSHD), "-D", "-e", "-f", str(self.config)]
                self._process = subprocess.Popen(command, stderr=log, stdin=subprocess.DEVNULL)
            if self._answers():
                return
            said = self.log.read_text("utf-8")
            wanted = re.search(r"Missing privilege separation directory: (\S+)", said)
            assert wanted is not None, said
            assert self._made_folder is None, said
            self._made_folder = Path(wanted[1])
            self._made_folder.mkdir(mode=0o755)

    def _answers(self) -> bool:
        deadline = time.monotonic() + PATIENCE_S
        while self._process.poll() is None and time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return True
            time.sleep(0.02)
        return False

    # -- what a far end does -------------------------------------------------------------------

    def ran(
        self, agent: str, *words: str, sent: bytes = b"", options: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[bytes]:
        """What `ssh OPTIONS host WORDS` comes to, without a terminal."""
        return subprocess.run(
            [*self.ssh(agent, *options), "--", *words],
            env=home_environment(self.folder),
            input=sent,
            capture_output=True,
            timeout=PATIENCE_S,
            check=False,
        )

    def console(self, agent: str, *options: str, **environment: str) -> PtyConsole:
        """`ssh -tt OPTIONS host` in a terminal; the variables are those of the far end."""
        return PtyConsole(
            home=self.folder,
            environment=home_environment(self.folder, **environment),
            program=self.ssh(agent, "-tt", *options),
        )

    def gives_terminals(self) -> bool:
        """Whether a login gets a terminal here.

        An sshd that is not root's cannot where terminals are made for another group than `tty`
        (Linux: `devpts` mounted without `gid=`).
        """
        with self.console(self._agents[0], TERM="dumb") as console:
            return console.wait_for_end() != _LOST or os.getuid() == 0

    def ssh(self, agent: str, *options: str) -> tuple[str, ...]:
        """The command line of a client that has the key of an agent."""
        return ("ssh", *self._client(agent), "-p", str(self.port), *options, self._destination)

    def shown_ticket(self, number: str) -> dict[str, Any]:
        """A ticket as it stands on the desk, in the words of the wire."""
        ran = subprocess.run(
            [*CONSOLE, "ticket", "show", number, "--json"],
            env=home_environment(
                self.folder / "outside",
                DESKERO_URL=self._desk.base_url,
                DESKERO_CLIENT_ID=self._desk.client_id,
                DESKERO_API_TOKEN=self._desk.api_token,
            ),
            capture_output=True,
            timeout=PATIENCE_S,
            check=True,
        )
        shown: dict[str, Any] = json.loads(ran.stdout)
        return shown

    def sftp(self, agent: str) -> subprocess.CompletedProcess[bytes]:
        """What `sftp host` comes to."""
        command = ["sftp", *self._client(agent), "-P", str(self.port), self._destination]
        return subprocess.run(
            command, input=b"ls /\n", capture_output=True, timeout=PATIENCE_S, check=False
        )

    def consoles(self) -> list[int]:
        """The processes of consoles that run for our agents."""
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdecimal():
                try:
                    words = (folder / "cmdline").read_bytes().split(b"\0")
                except (FileNotFoundError, ProcessLookupError, PermissionError):
                    continue
                if b"--restricted" in words and str(self.data).encode() in words:
                    found.append(int(folder.name))
        return found

    def drop_folder(self, agent: str) -> Path:
        """Where the files of an agent lie; there once the agent has been here."""
        [folder] = self.data.glob(f"agents/{agent.split()[0].lower()}-*/drop")
        return folder

    @property
    def _destination(self) -> str:
        return f"{self._user}@127.0.0.1"

    def _client(self, agent: str) -> tuple[str, ...]:
        options = {
            "IdentityFile": str(self._key_of(agent)),
            "IdentitiesOnly": "yes",
            "UserKnownHostsFile": str(self.folder / "known"),
            "StrictHostKeyChecking": "yes",
            "BatchMode": "yes",
            "LogLevel": "ERROR",
        }
        return ("-F", "none", *(f"-o{name}={value}" for name, value in options.items()))

    # -- setting up ----------------------------------------------------------------------------

    def _key_of(self, agent: str) -> Path:
        return self.folder / f"key-{self._agents.index(agent)}"

    def _make_keys(self) -> None:
        program = shutil.which("deskero-tui", path=str(Path(sys.executable).parent))
        assert program is not None, "the program is not installed beside this Python"
        self.plan = HostPlan(user=self._user, group=self._user, program=program)
        script = wrapper_script(self.plan).replace(self.plan.data, str(self.data))
        self.wrapper = self.folder / "console"
        self.wrapper.write_text(script.replace(self.plan.home, str(self.folder)), "utf-8")
        self.wrapper.chmod(0o755)
        lines = []
        for agent in self._agents:
            public = self._new_key(self._key_of(agent))
            line = key_line(self.plan, agent.removeprefix(_BY_HAND).strip(), public)
            line = line.replace(self.plan.wrapper, str(self.wrapper))
            if agent.startswith(_BY_HAND):
                direct = shlex.join([program, "--restricted", "--home", str(self.data), "--agent"])
                line = line.replace(str(self.wrapper), direct)
            lines.append(line)
        (self.folder / "keys").write_text("".join(lines), "utf-8")
        self._new_key(self.folder / "host")

    @staticmethod
    def _new_key(path: Path) -> str:
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_S)
        return path.with_suffix(".pub").read_text("utf-8")

    def _write_config(self) -> None:
        block = match_block(self.plan).replace(self.plan.keys, str(self.folder / "keys"))
        block = block.replace("    AcceptEnv ", f"    AcceptEnv {LOOSE} ")
        self.config.write_text(
            f"""\
Port {self.port}
ListenAddress 127.0.0.1
HostKey {self.folder / "host"}
PidFile none
StrictModes no
UsePAM no
PermitRootLogin forced-commands-only
Subsystem sftp internal-sftp
{block}""",
            "utf-8",
        )
