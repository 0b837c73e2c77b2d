"""The HTTP client for a Deskero desk. It knows the wire and nothing of the app around it."""

import sys

# Where click is installed, httpx imports its own command line, with pygments and half of rich: four
# megabytes of each console that nothing here uses. A module that is None cannot be imported, which
# httpx takes for a missing click.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
