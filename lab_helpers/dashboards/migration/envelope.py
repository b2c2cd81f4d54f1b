"""What dashboards are wrapped in: exports, answers of Grafana's APIs, Kubernetes resources."""

import json
from typing import Any

from lab_helpers.errors import WorkshopError

#: A dashboard has at least one of these, whatever its age.
_OF_A_DASHBOARD = ("panels", "rows", "elements", "templating", "schemaVersion")


def unwrapped(found: dict[str, Any]) -> dict[str, Any]:
    """The dashboard inside of what an API answers or a file wraps it in.

    Raises:
        WorkshopError: there is none inside.
    """
    for key in ("dashboard", "json", "spec", "model"):
        inner = found.get(key)
        if isinstance(inner, str):  # of the Grafana operator
            try:
                inner = json.loads(inner)
            except ValueError:
                continue
        if isinstance(inner, dict) and not _is_dashboard(found):
            inside = unwrapped(inner)
            name = (found.get("metadata") or {}).get("name")
            return {"uid": name, **inside} if name else inside
    if not _is_dashboard(found) and "title" not in found:
        if "__elements" in found or found.get("kind") == "LibraryPanel" or "type" in found:
            raise WorkshopError(
                "That is a panel, no dashboard: put it into one, {'title': …, 'panels': [it]}."
            )
        keys = ", ".join(map(repr, list(found)[:6])) or "nothing"
        raise WorkshopError(
            f"That is no dashboard of Grafana's: it has {keys}, and neither panels nor rows nor "
            "elements. In Grafana: Share, Export, Save to file."
        )
    return found


def _is_dashboard(found: dict[str, Any]) -> bool:
    return any(isinstance(found.get(key), dict | list | int) for key in _OF_A_DASHBOARD)
