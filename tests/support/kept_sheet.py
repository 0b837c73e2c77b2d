"""Style sheets that are read once for all apps of a test run: reading is a sixth of a start."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import App
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation
from typing_extensions import override

Source = tuple[str, CSSLocation, bool, int, str]


class KeptSheet(Stylesheet):
    """Takes rules from what any sheet with the same variables has read."""

    _kept: ClassVar[dict[frozenset[tuple[str, str]], dict[Source, list[RuleSet]]]] = {}

    @override
    def _parse_rules(
        self,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        kept = self._kept.setdefault(frozenset(self._variables.items()), {})
        source = (css, read_from, is_default_rules, tie_breaker, scope)
        if source not in kept:
            kept[source] = super()._parse_rules(
                css, read_from, is_default_rules, tie_breaker, scope
            )
        return kept[source]


def keep_styles(app: App[Any]) -> None:
    """Lets an app that does not run yet take its rules from what others have read."""
    app.stylesheet = KeptSheet(variables=app.stylesheet._variables)
