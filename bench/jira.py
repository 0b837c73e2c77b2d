"""A stand-in for a Jira host with a few made-up items: what JiraTUI asks for to list and open one.

`python -m bench.jira COUNT` serves until it is ended, and first says at which port. The paths and
members are those of the public Jira REST API, version 3.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import urlsplit

from bench.made_up import Item, items
from bench.processes import end_all

_PREFIX: Final = "/rest/api/3/"
_PROJECT: Final = {"id": "1", "key": "DESK", "name": "Desk"}


def _issue(item: Item) -> dict[str, Any]:
    written = f"{item.written_at:%Y-%m-%dT%H:%M:%S}.000+0000"
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": item.body}]}
    return {
        "id": str(item.number),
        "key": f"DESK-{item.number}",
        "fields": {
            "summary": item.subject,
            "description": {"type": "doc", "version": 1, "content": [paragraph]},
            "status": {"id": "1", "name": "Open"},
            "issuetype": {"id": "1", "name": "Task"},
            "priority": {"id": "3", "name": "Medium"},
            "project": _PROJECT,
            "reporter": {
                "accountId": str(item.customer.number),
                "displayName": item.customer.name,
                "emailAddress": item.customer.address,
                "active": True,
            },
            "assignee": None,
            "created": written,
            "updated": written,
            "comment": {"comments": [], "total": 0},
            "attachment": [],
            "issuelinks": [],
            "subtasks": [],
        },
    }


def _answer(path: str, issues: list[dict[str, Any]]) -> Any:
    """What stands at a path of the API; an empty object where nothing of use does."""
    match path.removeprefix(_PREFIX).split("/"):
        case ["serverInfo"]:
            return {"baseUrl": "", "serverTitle": "Desk", "version": "1", "deploymentType": "Cloud"}
        case ["project", "search"]:
            return {"values": [_PROJECT], "isLast": True, "total": 1}
        case ["search", "approximate-count"]:
            return {"count": len(issues)}
        case ["search", *_]:
            return {"issues": issues, "isLast": True, "total": len(issues)}
        case ["issue", key]:
            return next((issue for issue in issues if issue["key"] == key), {})
        case ["issue", _, "remotelink"]:
            return []
        case _:
            return {}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    issues: list[dict[str, Any]]

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.dumps(_answer(urlsplit(self.path).path, self.issues)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the terminal belongs to what is measured."""


@contextmanager
def jira_served(count: int) -> Iterator[str]:
    """Serves so many items in a process of its own; its address."""
    command = (sys.executable, "-m", "bench.jira", str(count))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as serving:
        try:
            assert serving.stdout is not None
            port = serving.stdout.readline().strip()
            if not port:
                raise RuntimeError("the stand-in for Jira did not start")
            yield f"http://127.0.0.1:{port}"
        finally:
            end_all([serving.pid])


def main() -> None:
    _Handler.issues = [_issue(item) for item in items(int(sys.argv[1]))]
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
