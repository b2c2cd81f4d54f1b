"""Every dashboard against the schema that Grafana publishes, the npm package @grafana/schema.

The package holds TypeScript; it is turned into a JSON Schema here, once for each version, and kept
in `.workshop`. Where Node and npm are missing, or the packages cannot be had, they are skipped.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab_helpers import dashboards
from lab_helpers.dashboards import as_json
from lab_helpers.setup import images

PACKAGES = ("@grafana/schema@11.6.0", "ts-json-schema-generator@2.4.0", "typescript@5.9.3")
KEPT = images.ROOT / ".workshop" / f"grafana-schema-{PACKAGES[0].rpartition('@')[2]}.json"
# What the Prometheus data source reads of an annotation. The package has Grafana's own part alone.
OF_PROMETHEUS = {"expr", "step", "titleFormat", "useValueForTime"}


def generate(folder: Path) -> str:
    """The JSON Schema of a dashboard, made in an empty folder."""
    if not shutil.which("npm") or not shutil.which("node"):
        pytest.skip("Node and npm are not here: they turn Grafana's schema into a JSON Schema")
    (folder / "package.json").write_text("{}")
    (folder / "dashboard.ts").write_text(
        "import { Dashboard } from '@grafana/schema';\nexport type Root = Dashboard;\n"
    )
    install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    try:
        subprocess.run([*install, *PACKAGES], cwd=folder, check=True, timeout=90)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as problem:
        pytest.skip(f"{', '.join(PACKAGES)} cannot be installed: {problem}")
    command = ["node_modules/.bin/ts-json-schema-generator", "--no-type-check"]
    made = subprocess.run(
        [*command, "--path", "dashboard.ts", "--type", "Root"],
        cwd=folder, check=True, timeout=90, capture_output=True, text=True,
    )  # fmt: skip
    return made.stdout


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Any:
    if not KEPT.exists():
        text = generate(tmp_path_factory.mktemp("schema"))
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(text)
    return pytest.importorskip("jsonschema").Draft7Validator(json.loads(KEPT.read_text()))


def problems(schema: Any, model: dict[str, Any]) -> list[str]:
    """What the schema says against a dashboard, as "place: message"."""
    plain = json.loads(json.dumps(model))
    for one in plain.get("annotations", {}).get("list", []):
        for key in OF_PROMETHEUS:
            one.pop(key, None)
    return sorted(line for error in schema.iter_errors(plain) for line in _reasons(error))


def _reasons(error: Any) -> Iterator[str]:
    """The reasons beneath an "is not valid under any of": those of the form that fits best."""
    if not error.context:
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
        return
    forms: dict[int, list[Any]] = {}
    for one in error.context:
        forms.setdefault(one.schema_path[0], []).append(one)
    for one in min(forms.values(), key=len):
        yield from _reasons(one)


@pytest.mark.parametrize("name", dashboards.names())
def test_a_dashboard_fits_grafanas_schema(name: str, schema: Any) -> None:
    assert problems(schema, as_json(dashboards.load(name))) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"title": 7}, "title: 7 is not of type 'string'"),
        ({"rows": []}, "'rows' was unexpected"),
        ({"panels": [{"title": "no type"}]}, "'type' is a required property"),
        ({"panels": [{"type": "stat", "gridPos": {"x": 0}}]}, "'h' is a required property"),
        ({"panels": [{"type": "stat", "datasource": "Prometheus"}]}, "is not of type 'object'"),
        ({"panels": [{"type": "stat", "span": 4}]}, "'span' was unexpected"),
    ],
)
def test_the_schema_catches(change: dict[str, Any], told: str, schema: Any) -> None:
    model = as_json(dashboards.load("shop"))
    assert told in "\n".join(problems(schema, model | change))
