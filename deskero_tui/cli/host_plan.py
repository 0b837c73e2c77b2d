"""What a host sets up so that agents come in by OpenSSH, as text to read and to copy. Pure.

Facts about OpenSSH are those of sshd_config(5) and sshd(8), tried with 9.2. A command that stands
in `authorized_keys` says who the key is; `ForceCommand` would go before it, so there is none.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import Final

from deskero_tui.domain.errors import BadInput

KEY_TYPES: Final = ("ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-")
_UNIX_NAME: Final = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
_PLAIN_PATH: Final = re.compile(r"/[A-Za-z0-9._/+@-]+")
"""A path that means the same in a shell, in `sshd_config` and in `authorized_keys`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostPlan:
    """One account of the system that all agents log in to, and where its parts lie."""

    user: str
    group: str
    program: str
    """The absolute path of `deskero-tui`."""

    def __post_init__(self) -> None:
        for name in (self.user, self.group):
            if not _UNIX_NAME.fullmatch(name):
                raise BadInput(f"{name!r} is no name for an account: a-z, 0-9, _ and - will do.")
        if not _PLAIN_PATH.fullmatch(self.program):
            raise BadInput(
                f"{self.program!r} is no plain absolute path. Say --program /path/to/deskero-tui."
            )

    @property
    def home(self) -> str:
        """The account's home: root's, so that nobody plants a file there that a shell reads."""
        return f"/var/lib/{self.user}"

    @property
    def data(self) -> str:
        """What `--home` says: config and token, and below it a folder for each agent."""
        return f"{self.home}/data"

    @property
    def wrapper(self) -> str:
        return f"/usr/local/lib/{self.user}/console"

    @property
    def keys(self) -> str:
        """Where sshd looks for the agents' keys, outside of what the account can write."""
        return f"/etc/ssh/{self.user}.keys"

    @property
    def sftp_group(self) -> str:
        return f"{self.user}-sftp"


def account_commands(plan: HostPlan) -> str:
    """What root types to make the account and its folders."""
    return f"""\
groupadd --system {plan.group}
useradd --system --gid {plan.group} --home-dir {plan.home} --no-create-home \\
  --shell /bin/sh --password '*' {plan.user}
install -d -o root -g root -m 755 {plan.home} {plan.wrapper.rpartition("/")[0]}
install -d -o {plan.user} -g {plan.group} -m 700 {plan.data}
install -o root -g root -m 644 /dev/null {plan.keys}
"""


def wrapper_script(plan: HostPlan) -> str:
    """What every key starts: a clean environment, and who the agent is as its first word."""
    return f"""\
#!/bin/sh
# Opens the console of one agent. $1: id, address or name on the desk; $2: a drop folder, if any.
umask 077
cd / || exit 1
exec env -i PATH=/usr/bin:/bin HOME={plan.home} LANG=C.UTF-8 \\
  TERM="$TERM" COLORTERM="$COLORTERM" SSH_TTY="$SSH_TTY" SSH_CONNECTION="$SSH_CONNECTION" \\
  SSH_ORIGINAL_COMMAND="$SSH_ORIGINAL_COMMAND" \\
  {plan.program} --restricted --home {plan.data} --agent="$1" ${{2:+--drop-folder="$2"}}
"""


def match_block(plan: HostPlan) -> str:
    """What sshd is told about the account.

    Keys of any other source, such as a company's directory or its certificates, say no command, and
    so would open a shell.
    """
    return f"""\
Match User {plan.user}
    AuthorizedKeysFile {plan.keys}
    AuthorizedKeysCommand none
    TrustedUserCAKeys none
    AuthenticationMethods publickey
    PasswordAuthentication no
    KbdInteractiveAuthentication no
    DisableForwarding yes
    PermitUserRC no
    PermitTTY yes
    AcceptEnv LANG LC_* COLORTERM
    ClientAliveInterval 15
    ClientAliveCountMax 2
"""


def key_line(plan: HostPlan, who: str, public_key: str) -> str:
    """The line of one agent's key.

    Raises:
        BadInput: `who` is nobody or holds what would end the line, or it is no public key.
    """
    if not who.strip() or not who.isprintable():
        raise BadInput("Say who the agent is by --agent: an id, an address or a name on the desk.")
    key = public_key.strip()
    if "\n" in key or not key.startswith(KEY_TYPES) or len(key.split()) < 2 or '"' in key:
        raise BadInput("That is no public key: the file of one ends in .pub and is one line.")
    command = f"{plan.wrapper} {shlex.quote(who.strip())}".replace('"', '\\"')
    return f'restrict,pty,command="{command}" {key}\n'


def sftp_block(plan: HostPlan) -> str:
    """An sftp drop box beside the console: files go up by sftp, and come down by `get`.

    The folder is root's, and open by its group, or whoever comes could open it to others.
    """
    return f"""\
# The limits of `put` are not those of sftp: a quota of the file system would be.
groupadd --system {plan.sftp_group}
# For each agent, here called ines:
useradd --system --gid {plan.group} --groups {plan.sftp_group} --home-dir / --no-create-home \\
  --shell /usr/sbin/nologin --password '*' ines
install -d -o root -g root -m 755 /srv/{plan.user} /srv/{plan.user}/ines
install -d -o root -g {plan.group} -m 2770 /srv/{plan.user}/ines/drop

Match Group {plan.sftp_group}
    ChrootDirectory /srv/{plan.user}/%u
    ForceCommand internal-sftp -u 007 -d /drop
    AuthorizedKeysFile /etc/ssh/{plan.user}-sftp.%u.keys
    AuthenticationMethods publickey
    DisableForwarding yes
    PermitTTY no

# And in the agent's line of {plan.keys}, behind the name: /srv/{plan.user}/ines/drop
"""


def whole_text(plan: HostPlan, line: str) -> str:
    """Everything in the order in which it is done; `line` is that of a key."""
    parts = (
        (
            "1. The account: keys only, and a plain shell, for sshd starts a key's command by it.",
            account_commands(plan),
        ),
        (f"2. The wrapper: {plan.wrapper}, root's, mode 755", wrapper_script(plan)),
        (
            f"3. For sshd: /etc/ssh/sshd_config.d/{plan.user}.conf, then `sshd -t` and reload.\n"
            "# No ForceCommand: it would go before the command of each key, and so before who the\n"
            "# agent is. PermitUserEnvironment stays no, which is what it is anyway.",
            match_block(plan),
        ),
        (f"4. One line for each agent's key: {plan.keys}, root's, mode 644", line),
        (
            "5. The desk's address and token, shared by all, asked for once",
            f"setpriv --reuid {plan.user} --regid {plan.group} --clear-groups \\\n"
            f"  env -i HOME={plan.home} TERM=xterm PATH=/usr/bin:/bin LANG=C.UTF-8 \\\n"
            f"  {plan.program} --home {plan.data} login\n",
        ),
        ("6. If wanted: an sftp drop box besides", sftp_block(plan)),
        ("7. Look it over", f"{plan.program} host-setup --check --user {plan.user}\n"),
    )
    return "\n".join(f"# {heading}\n\n{text}" for heading, text in parts)
