"""The check of a host's set-up says BAD for everything that opens more than the console."""

from __future__ import annotations

import stat

import pytest

from deskero_tui.cli.host_plan import HostPlan, key_line, match_block
from deskero_tui.cli.host_rules import (
    effective_as_told,
    effective_of,
    included_by,
    judge_file,
    judge_keys,
    judge_shell,
    judge_sshd,
    judge_wrapper,
)

PLAN = HostPlan(user="desk", group="desk", program="/opt/deskero-tui")
BLOCK = match_block(PLAN)
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIM04"
LINE = key_line(PLAN, "Ines", KEY).strip()


def bad(config: str, user: str = "desk", groups: tuple[str, ...] = ()) -> set[str]:
    """The keywords that are found wrong."""
    findings = judge_sshd(effective_of(config, user=user, groups=groups))
    return {finding.says.split()[0] for finding in findings if not finding.is_good}


@pytest.mark.parametrize(
    ("line", "instead", "keyword"),
    [
        ("PasswordAuthentication no", "PasswordAuthentication yes", "passwordauthentication"),
        ("PasswordAuthentication no", "", "passwordauthentication"),
        ("KbdInteractiveAuthentication no", "", "kbdinteractiveauthentication"),
        ("DisableForwarding yes", "", "allowtcpforwarding"),
        ("PermitUserRC no", "PermitUserRC yes", "permituserrc"),
        ("PermitTTY yes", "PermitTTY no", "permittty"),
        ("PermitTTY yes", "ForceCommand /bin/sh", "forcecommand"),
        ("TrustedUserCAKeys none", "TrustedUserCAKeys /etc/ssh/ca.pub", "trustedusercakeys"),
        ("AuthorizedKeysCommand none", "AuthorizedKeysCommand /x", "authorizedkeyscommand"),
        ("AuthenticationMethods publickey", "", "authenticationmethods"),
        ("ClientAliveInterval 15", "ClientAliveInterval 0", "clientaliveinterval"),
        ("AcceptEnv LANG LC_* COLORTERM", "AcceptEnv *", "acceptenv"),
        ("AcceptEnv LANG LC_* COLORTERM", "AcceptEnv LANG\n  AcceptEnv PYTHON*", "acceptenv"),
        ("AcceptEnv LANG LC_* COLORTERM", "AcceptEnv L*", "acceptenv"),
        (f"AuthorizedKeysFile {PLAN.keys}", "", "authorizedkeysfile"),
        (f"AuthorizedKeysFile {PLAN.keys}", "AuthorizedKeysFile %h/keys", "authorizedkeysfile"),
    ],
)
def test_each_line_that_is_missing_or_other_is_found(line: str, instead: str, keyword: str) -> None:
    assert line in BLOCK
    assert bad(BLOCK) == set()
    assert keyword in bad(BLOCK.replace(line, instead))


def test_forwarding_may_be_forbidden_one_by_one() -> None:
    one_by_one = BLOCK.replace(
        "DisableForwarding yes",
        "AllowTcpForwarding no\nAllowAgentForwarding no\nAllowStreamLocalForwarding no",
    )
    assert bad(one_by_one) == set()
    assert bad(one_by_one + "X11Forwarding yes\n") == {"x11forwarding"}


def test_the_block_of_another_account_does_not_count() -> None:
    assert "disableforwarding" not in bad(BLOCK)
    assert "allowtcpforwarding" in bad(BLOCK, user="root")
    assert bad(BLOCK.replace("User desk", "Group agents"), groups=("agents",)) == set()
    assert bad(BLOCK.replace("User desk", "User d*,!desktop")) == set()
    assert bad(BLOCK.replace("User desk", "User !desk,*")) != set()
    assert bad(BLOCK.replace("User desk", "Address 10.0.0.0/8")) != set()
    assert bad(f"Match User root\n PermitTTY no\nMatch all\n{BLOCK.partition(chr(10))[2]}") == set()


def test_a_block_goes_before_what_stands_outside_and_the_first_before_the_next() -> None:
    assert bad(f"PasswordAuthentication yes\nAcceptEnv LANG LC_*\n# x\n{BLOCK}") == set()
    assert bad(f"AcceptEnv FOO\n{BLOCK}") == set()
    assert bad(f"{BLOCK}Match all\n AcceptEnv FOO\n") == {"acceptenv"}
    assert bad(f"{BLOCK}Match User desk\n PermitTTY no\n") == set()


def test_keywords_are_read_as_sshd_reads_them() -> None:
    spelled = BLOCK.replace("PermitUserRC no", 'permituserrc = "no"').replace("    ", "\t")
    assert bad(spelled) == set()
    assert included_by(" Include sshd_config.d/*.conf other") == ["sshd_config.d/*.conf", "other"]
    assert included_by("# Include x") == included_by("PermitTTY yes") == []


def test_what_sshd_prints_is_taken_as_it_is() -> None:
    told = effective_as_told(
        "permittty no\nacceptenv LANG\nacceptenv LC_*\ndisableforwarding yes\n"
    )
    assert told["acceptenv"] == ["LANG", "LC_*"]
    says = [finding.says for finding in judge_sshd(told) if not finding.is_good]
    assert any(said.startswith("permittty no") for said in says)


# -- keys ------------------------------------------------------------------------------------------


def flaws(text: str) -> str:
    """What is found wrong with keys."""
    findings = judge_keys(text, wrapper=PLAN.wrapper)
    return " ".join(finding.says for finding in findings if not finding.is_good)


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", "there is none"),
        (KEY, "opens a shell"),
        (f"restrict,pty {KEY}", "opens a shell"),
        (LINE.replace("restrict,", ""), "lacks `restrict`"),
        (LINE.replace("pty,", ""), "lacks `pty`"),
        (f"port-forwarding,{LINE}", "take away port-forwarding"),
        (f'environment="A=b",{LINE}', "take away environment"),
        (LINE.replace(" Ines", ""), "who the agent is"),
        (LINE.replace(" Ines", " ''"), "who the agent is"),
        (LINE.replace(" Ines", " Ines; sh"), "a shell acts upon"),
        (LINE.replace(" Ines", " $SSH_ORIGINAL_COMMAND"), "a shell acts upon"),
        (LINE.replace(PLAN.wrapper, "/bin/sh"), "who the agent is"),
        (LINE.replace(f"{PLAN.wrapper} Ines", "deskero-tui --agent Ines"), "who the agent is"),
        (f"{LINE}\n{LINE.replace('Ines', 'Bruno')}", "that of line 1 again"),
    ],
)
def test_a_key_that_opens_more_is_found(text: str, flaw: str) -> None:
    assert flaw in flaws(text)


def test_a_key_may_start_the_program_itself() -> None:
    direct = LINE.replace(f"{PLAN.wrapper} Ines", "/opt/deskero-tui --restricted --agent=Ines")
    assert flaws(f"# agents\n\n{direct}\n") == ""


# -- files and account -----------------------------------------------------------------------------


def test_a_file_that_others_may_change_is_found() -> None:
    plain = stat.S_IFREG | 0o644
    assert judge_file("keys", (plain, 0)).is_good
    assert "not there" in judge_file("keys", None).says
    assert "belongs to user 7" in judge_file("keys", (plain, 7)).says
    assert "others may write" in judge_file("keys", (plain | 0o020, 0)).says


def test_a_file_whose_place_others_may_fill_is_found() -> None:
    plain, folder = (stat.S_IFREG | 0o755, 0), stat.S_IFDIR | 0o755
    sound = [("/opt", folder, 0), ("/tmp", stat.S_IFDIR | 0o1777, 0)]
    assert judge_file("program", plain, above=sound).is_good
    for loose in (("/opt/x", folder | 0o020, 0), ("/home/joe", folder, 7)):
        found = judge_file("program", plain, above=[*sound, loose])
        assert f"others may put another there, in {loose[0]}" in found.says


def test_only_a_plain_shell_will_do() -> None:
    assert judge_shell("/bin/sh").is_good
    for shell in ("/bin/bash", "/usr/sbin/nologin", ""):
        assert not judge_shell(shell).is_good


def test_a_wrapper_that_hands_the_environment_on_is_found() -> None:
    finding = judge_wrapper('#!/bin/sh\nexec deskero-tui --restricted --agent="$1"\n')
    assert not finding.is_good
    assert "env -i" in finding.says
