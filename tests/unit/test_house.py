"""The house that CONTRIBUTING draws: modules import from below, by full names, and are short."""

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from lab_helpers.setup.images import ROOT

PACKAGE = ROOT / "lab_helpers"
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}
PYTHON = [
    path for folder in ("lab_helpers", "labs", "tests", "compose")
    for path in (ROOT / folder).rglob("*.py")
]  # fmt: skip


def floors() -> dict[str, int]:
    """The rooms with their floors, as CONTRIBUTING draws them."""
    drawn = re.findall(r"^(\d) +(.+)$", (ROOT / "CONTRIBUTING.md").read_text(), re.M)
    return {room: int(floor) for floor, rooms in drawn for room in rooms.split()}


def room(module: str) -> str:
    return module.split(".")[1]


def imports(path: Path) -> set[str]:
    """The modules of `lab_helpers` that a file imports, at its top or later."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: line {node.lineno} counts dots"
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (inner & MODULES.keys()) or {str(node.module)}
    return {module for module in found if module.startswith("lab_helpers.")}


@pytest.mark.parametrize("name", sorted(MODULES.keys() - {"lab_helpers"}))
def test_a_module_imports_only_from_below(name: str) -> None:
    above = {
        module
        for module in imports(MODULES[name])
        if room(module) != room(name) and floors()[room(module)] >= floors()[room(name)]
    }
    assert not above, f"{name} is on floor {floors()[room(name)]}: {above} are not below it"


def test_the_drawing_has_each_room_and_no_other() -> None:
    assert floors().keys() == {room(name) for name in MODULES if name != "lab_helpers"}


def test_no_two_modules_need_each_other() -> None:
    needs = {name: imports(path) - {name} for name, path in MODULES.items()}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as found:
        pytest.fail(" → ".join(found.args[1]))


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_short_and_import_by_full_names(path: Path) -> None:
    imports(path)
    assert len(path.read_text().splitlines()) < 300, "split it"
