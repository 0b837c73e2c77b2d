"""The command line as one parser. Imports nothing heavy: `--help` answers at once."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from deskero_tui.config import COLOURS, GLYPHS, LANGUAGES, THEMES

DEMO_TICKETS: Final = 200
PLACES: Final = ("list", "ticket", "compose", "review")
"""Where commands can be given; the table that has them is not light enough for `--help`."""
SHELLS: Final = ("bash", "zsh", "fish")


def parser(*, has_commands: bool = True) -> argparse.ArgumentParser:
    """The command line of `deskero-tui`.

    Without its commands, which take most of the time, it is enough where nothing was given.
    """
    top = argparse.ArgumentParser(
        prog="deskero-tui",
        description="The helpdesk console for the terminal. Without a command it opens the "
        "console on the configured account, or on a desk of your own when there is none.",
        allow_abbrev=False,
    )
    top.add_argument("--version", action=_SayVersion, nargs=0, help="which version this is")
    _add_account(top, is_top=True)
    top.add_argument(
        "--demo", action="store_true", help="a throw-away desk with sample tickets, gone at exit"
    )
    top.add_argument(
        "--tickets",
        type=_count,
        metavar="N",
        default=DEMO_TICKETS,
        help=f"how many sample tickets --demo makes (default {DEMO_TICKETS})",
    )
    _add_host(top)
    _add_looks(top)
    if not has_commands:
        top.set_defaults(command=None)
        return top
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    _add_login(commands)
    _add_serve(commands)
    _add_ticket(commands)
    _add_macro(commands)
    _add_outbox(commands)
    _add_drafts(commands)
    _add_view(commands)
    _add_keys(commands)
    _add_completion(commands)
    _add_doctor(commands)
    _add_host_setup(commands)
    _add_warm(commands)
    return top


class _SayVersion(argparse.Action):
    """Answers `--version`; looking it up takes a tenth of a start, so nobody else pays for it."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("deskero-tui")
        except PackageNotFoundError:
            number = "(not installed)"
        print(f"{parser.prog} {number}")
        parser.exit()


def _count(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 1_000_000:
        raise ValueError(text)
    return number


_count.__name__ = "number from 0 to 1000000"


def _add_account(one: argparse.ArgumentParser, *, is_top: bool = False) -> None:
    """Flags of every command that works with an account; given twice, the later one counts."""
    missing = None if is_top else argparse.SUPPRESS
    group = one.add_argument_group("account")
    group.add_argument("--url", metavar="URL", default=missing, help="base URL of the desk")
    group.add_argument(
        "--agent", metavar="WHO", default=missing, help="who you are: agent id, e-mail or name"
    )
    group.add_argument(
        "--lang", choices=LANGUAGES, default=missing, help="language of statuses and the like"
    )


def _add_host(top: argparse.ArgumentParser) -> None:
    """Flags for whoever lets others in; in a restricted login no variable takes their place."""
    group = top.add_argument_group("host")
    group.add_argument(
        "--home", metavar="FOLDER", help="config, store, state and log in one folder"
    )
    group.add_argument(
        "--restricted",
        action="store_true",
        help="for a forced command of OpenSSH, with --agent: the console, and nothing else of "
        "this machine but a drop folder",
    )
    group.add_argument(
        "--drop-folder", metavar="FOLDER", help="with --restricted: where that folder is"
    )


def _add_looks(top: argparse.ArgumentParser) -> None:
    group = top.add_argument_group("looks", "for this time; the settings of these names keep them")
    group.add_argument(
        "--slow",
        action="store_true",
        default=None,
        help="for a slow line: what costs fewest bytes",
    )
    group.add_argument(
        "--screen-reader",
        action="store_true",
        default=None,
        help="for those who hear the screen: sentences, no boxes",
    )
    group.add_argument("--theme", metavar="THEME", help=f"one of {', '.join(THEMES)}")
    group.add_argument("--colors", choices=COLOURS, help="how many colours the terminal has")
    group.add_argument("--glyphs", choices=GLYPHS, help="what lines and signs are drawn with")


def _add_login(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    login = commands.add_parser(
        "login",
        help="ask for address and token, try them, keep them",
        description="Asks for the desk's address, client id and API token, tries them with a "
        "real call, and asks which agent you are. The token goes into a private file, or stays "
        "where DESKERO_API_TOKEN or token_command has it.",
    )
    _add_account(login)
    login.add_argument("--client-id", metavar="ID", help="client id of the account")


def _add_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    serve = commands.add_parser(
        "serve",
        help="run a Deskero-compatible desk over HTTP",
        description="Runs a desk that speaks the documented Deskero API. Prints one line with "
        "its address when it answers.",
    )
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    serve.add_argument("--port", type=int, default=8077, help="port, 0 for any (%(default)s)")
    serve.add_argument("--database", metavar="URL", help="SQLAlchemy URL; default: a SQLite file")
    serve.add_argument("--client-id", metavar="ID", help="client id to accept (local)")
    serve.add_argument(
        "--api-token",
        metavar="TOKEN",
        help="API token to accept; seen in the process list, so better in DESKERO_API_TOKEN. "
        "Without one a token is made, and it is said where it lies",
    )
    serve.add_argument("--public-url", metavar="URL", help="address that clients know it by")
    serve.add_argument(
        "--demo", type=_count, metavar="N", default=0, help="fill an empty database with N tickets"
    )


def _add_doctor(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    doctor = commands.add_parser(
        "doctor",
        help="what is configured, and does it work",
        description="Says what is configured, which secret source is used, whether the desk "
        "can be reached, whether the store is sound, and what this terminal can do.",
    )
    _add_account(doctor)
    doctor.add_argument("--json", action="store_true", help="as JSON")
    doctor.add_argument(
        "--rebuild",
        action="store_true",
        help="make the store anew: drafts and outbox come along, tickets are read again",
    )


def _add_host_setup(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    setup = commands.add_parser(
        "host-setup",
        help="let agents in by OpenSSH, to this console and nothing else",
        description="Prints what a host does for it: account, wrapper, lines for sshd and for "
        "keys. Installs and changes nothing. With --check it looks over what is there, and leaves "
        "with 1 when something is wrong.",
    )
    setup.add_argument("--user", default="deskero", help="the account of all agents (%(default)s)")
    setup.add_argument("--group", help="its group; as the user, if left out")
    setup.add_argument("--program", metavar="PATH", help="this program, if not as it was started")
    setup.add_argument("--key", type=Path, metavar="FILE", help="print the line of a public key")
    setup.add_argument(
        "--agent", metavar="WHO", default=argparse.SUPPRESS, help="whose key it is, on the desk"
    )
    setup.add_argument("--check", action="store_true", help="say what is wrong with what is there")
    setup.add_argument("--sshd-config", type=Path, metavar="FILE", help="another file to check")


def _add_warm(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Accept `warm` as earlier versions did; without `help` it is not listed or completed."""
    warm = commands.add_parser("warm", description="Ends the helper of an earlier version.")
    for flag in ("--stop", "--status"):
        warm.add_argument(flag, action="store_true", help=argparse.SUPPRESS)


def _add_view(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    view = commands.add_parser(
        "view",
        help="the views, and how many tickets they show",
        description="The tabs of the console, with those of your own (`[[views]]` in the config).",
    )
    verbs = view.add_subparsers(dest="verb", metavar="VERB", required=True, title="verbs")
    _verb(verbs, "list", "the views in the order of the tabs", changes=False)
    count = _verb(verbs, "count", "how many tickets views show", changes=False)
    count.add_argument("view", nargs="*", metavar="ID", help="which views; all, if left out")


def _add_keys(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    keys = commands.add_parser(
        "keys",
        help="which key gives which command",
        description="Lists the keys in force, those of your own (`[keys]` in the config) among "
        "them. Leaves with 1 when there are mistakes in the config's keys.",
    )
    keys.add_argument("--json", action="store_true", help="as JSON")
    keys.add_argument("--place", choices=PLACES, help="only those of one place")


def _add_completion(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    completion = commands.add_parser(
        "completion",
        help="completes commands, tickets and views in your shell",
        description="Prints a script for your shell. For bash, put this into ~/.bashrc: "
        "source <(deskero-tui completion bash)",
    )
    completion.add_argument("shell", choices=SHELLS, help="which shell")
    completion.add_argument("--known", choices=("tickets", "views"), help=argparse.SUPPRESS)


def _add_outbox(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    outbox = commands.add_parser(
        "outbox",
        help="what waits to be sent, and what asks you",
        description="Lists what has not been sent, or decides about one of it. Leaves with 6 "
        "when something asks for a decision.",
    )
    _add_account(outbox)
    outbox.add_argument("--json", action="store_true", help="as JSON")
    verbs = outbox.add_subparsers(dest="verb", metavar="VERB", title="verbs")
    verbs.add_parser("list", help="what has not been sent")
    show = verbs.add_parser("show", help="one item: what is new on its ticket, and all of its text")
    show.add_argument("item", type=int)
    # Suppressed, or the default of this one would hide what was given before the verb.
    show.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="as JSON")
    for name, about in (
        ("send", "send it anyway, or again"),
        ("edit", "put the text back into its draft"),
        ("drop", "give it up"),
        ("look", "look again whether it has arrived"),
        ("sent", "it has arrived: you have seen it on the desk"),
    ):
        verb = verbs.add_parser(name, help=about)
        verb.add_argument("item", type=int)
        verb.add_argument("--wait", type=float, default=60.0, metavar="S", help="wait so long")


def _add_drafts(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    drafts = commands.add_parser(
        "drafts",
        help="what is half written",
        description="Lists what is half written. Earlier texts are kept for a day.",
    )
    _add_account(drafts)
    drafts.add_argument("--json", action="store_true", help="as JSON")
    verbs = drafts.add_subparsers(dest="verb", metavar="VERB", title="verbs")
    verbs.add_parser("list", help="what is half written")
    for name, about in (("show", "the whole text"), ("drop", "throw it away")):
        verbs.add_parser(name, help=about).add_argument("draft", type=int)
    recover = verbs.add_parser("recover", help="earlier texts, or bring one back")
    recover.add_argument("version", type=int, nargs="?")


def _add_ticket(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    ticket = commands.add_parser(
        "ticket",
        help="work with tickets without a screen",
        description="The console's actions without a screen. A ticket is named by its number "
        "(the year may be left out) or its id; texts come as an argument or, with -, from "
        "standard input.",
    )
    verbs = ticket.add_subparsers(dest="verb", metavar="VERB", required=True, title="verbs")
    _add_list(verbs)
    show = _verb(verbs, "show", "one ticket with all that was said", changes=False)
    show.add_argument("ticket")
    length = show.add_mutually_exclusive_group()
    length.add_argument("--full", action="store_true", help="do not cut long messages")
    length.add_argument(
        "--raw",
        action="store_true",
        help="each message as the desk gave it: exact in a pipe, made safe for a terminal",
    )
    reply = _verb(verbs, "reply", "write to the customer")
    reply.add_argument("ticket")
    reply.add_argument("text", nargs="?", default="-", help="the text, or - for standard input")
    reply.add_argument("--file", action="append", default=[], metavar="PATH", help="attach a file")
    reply.add_argument("--status", metavar="STATUS", help="the status after sending")
    note = _verb(verbs, "note", "write an internal note")
    note.add_argument("ticket")
    note.add_argument("text", nargs="?", default="-", help="the text, or - for standard input")
    note.add_argument(
        "--remind", metavar="WHEN", help="'tomorrow 9', 'fri 10:30', '3d', '3d?' unless answered"
    )
    note.add_argument("--for", dest="whom", metavar="AGENT", help="whose reminder (yours)")
    _add_set(verbs)
    _add_new(verbs)
    delete = _verb(verbs, "delete", "delete a ticket for everybody")
    delete.add_argument("ticket")
    delete.add_argument("--yes", action="store_true", help="do not ask")


def _add_list(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    lists = _verb(verbs, "list", "the tickets of a view", changes=False)
    lists.add_argument(
        "words",
        nargs="*",
        metavar="QUERY",
        help="only what meets this: words, status:onhold, from:arden, age>2d, …",
    )
    lists.add_argument(
        "--view",
        metavar="ID",
        default="all-open",
        help="which view (%(default)s); `deskero-tui view list` has them",
    )
    lists.add_argument(
        "--columns",
        metavar="A,B",
        help="what to show: number,customer,subject:40, … (an unknown one lists them)",
    )
    lists.add_argument("--csv", action="store_true", help="as CSV with a heading")
    lists.add_argument("--limit", type=_count, default=50, help="at most so many (%(default)s)")


def _add_set(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    sets = _verb(verbs, "set", "change fields of one ticket, or the same of several")
    sets.add_argument("tickets", nargs="+", metavar="ticket")
    sets.add_argument("--subject")
    sets.add_argument("--status")
    sets.add_argument("--assign", metavar="AGENT", help="agent, `me` or `nobody`")
    sets.add_argument("--priority", action=argparse.BooleanOptionalAction, default=None)
    sets.add_argument("--type")
    sets.add_argument("--area", help="area, or `none`")
    sets.add_argument("--group", help="group, or `none`")
    sets.add_argument("--tag", action="append", default=[], help="add a tag")
    sets.add_argument("--untag", action="append", default=[], help="take a tag away")


def _add_new(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    new = _verb(verbs, "new", "open a ticket for a customer")
    new.add_argument("text", nargs="?", default="-", help="description, or - for standard input")
    new.add_argument("--subject", required=True)
    new.add_argument("--customer", required=True, help="their e-mail address, name or id")
    new.add_argument("--type", help="the first one of the desk, if left out")
    new.add_argument("--assign", metavar="AGENT", help="agent or `me`")
    new.add_argument("--priority", action="store_true")
    new.add_argument("--file", action="append", default=[], metavar="PATH", help="attach a file")


def _add_macro(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    macro = commands.add_parser(
        "macro",
        help="canned answers and macros",
        description="Canned answers and macros: text files in `macros` in the config folder and "
        "in the folders of the setting macro_folders. A macro is named by its file.",
    )
    verbs = macro.add_subparsers(dest="verb", metavar="VERB", required=True, title="verbs")
    _verb(verbs, "list", "all macros, and which are not used", changes=False)
    _verb(verbs, "check", "all mistakes in the files; leaves with 1 if any", changes=False)
    show = _verb(verbs, "show", "one macro, filled in for a ticket if one is named", changes=False)
    show.add_argument("macro")
    show.add_argument("--ticket", help="fill it in for this ticket")
    run = _verb(verbs, "run", "send a macro's text and make its changes, for each ticket")
    run.add_argument("macro")
    run.add_argument("tickets", nargs="+", metavar="ticket")
    for verb in (show, run):
        verb.add_argument(
            "--answer",
            action="append",
            default=[],
            metavar="QUESTION=TEXT",
            help="answer a question that the macro asks",
        )


def _verb(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    about: str,
    *,
    changes: bool = True,
) -> argparse.ArgumentParser:
    verb = verbs.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".")
    _add_account(verb)
    verb.add_argument("--json", action="store_true", help="as JSON")
    if changes:
        verb.add_argument(
            "--dry-run", action="store_true", help="say what would be done, and do nothing"
        )
    return verb
