"""The workshop's dashboards: their files, and the JSON that is kept beside them."""

import json
import runpy
from pathlib import Path
from typing import Any

from lab_helpers.dashboards.model import as_json
from lab_helpers.errors import WorkshopError
from lab_helpers.setup.images import ROOT

FOLDER = ROOT / "labs" / "07_grafana" / "dashboards"


def names() -> list[str]:
    """The dashboards of the workshop."""
    return sorted(file.name.removesuffix(".dashboard.py") for file in FOLDER.glob("*.dashboard.py"))


def load(name: str | Path) -> Any:
    """The dashboard of one of `names`, or of a file ``NAME.dashboard.py``.

    Raises:
        WorkshopError: there is no such file, or it makes no dashboard.
    """
    file = name if isinstance(name, Path) else FOLDER / f"{name}.dashboard.py"
    if not file.exists():
        raise WorkshopError(f"There is no dashboard {name}. There are: {', '.join(names())}.")
    found = runpy.run_path(str(file)).get("dashboard")
    if found is None:
        raise WorkshopError(f"{file.name} makes no variable `dashboard`.")
    return found


def json_text(dashboard: Any) -> str:
    """The text of a dashboard's JSON file."""
    return json.dumps(as_json(dashboard), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def write() -> None:
    """Write the JSON of every dashboard beside its Python."""
    for name in names():
        (FOLDER / f"{name}.json").write_text(json_text(load(name)))
