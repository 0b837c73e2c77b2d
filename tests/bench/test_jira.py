from __future__ import annotations

import httpx

from bench.jira import jira_served
from bench.made_up import items


def test_the_stand_in_lists_the_items_and_hands_out_each() -> None:
    first = next(items(3))
    with jira_served(3) as url:
        found = httpx.post(f"{url}/rest/api/3/search/jql", json={"jql": "x"}).json()
        assert [issue["key"] for issue in found["issues"]] == ["DESK-1", "DESK-2", "DESK-3"]
        opened = httpx.get(f"{url}/rest/api/3/issue/DESK-1").json()
        assert opened["fields"]["summary"] == first.subject
        assert first.body in str(opened["fields"]["description"]).replace("\\n", "\n")
        assert httpx.get(f"{url}/rest/api/3/issue/DESK-9").json() == {}
