"""Which cells follow from one that cannot run here: those that read what it would have made."""

import pytest
from nbformat.v4 import new_code_cell

from lab_helpers.pages.notebooks import cannot_run

MAKES = new_code_cell("for one in range(3):\n    found = one", metadata={"tags": ["needs:grafana"]})


@pytest.mark.parametrize(
    ("source", "follows"),
    [
        ("print(found)", True),
        ("found = 1\nprint(found)", False),
        ("print(next(one for one in range(3)))\nfor one in range(3):\n    print(one)", False),
        ("print({one: two for one, two in pairs})\nprint(one)", True),
        ("print([one for two in range(3)])", True),
        ("pairs = [(one, two) for one in range(3) for two in range(one)]", False),
    ],
)
def test_a_cell_follows_if_it_reads_what_is_missing(source: str, follows: bool) -> None:
    cells = [MAKES, new_code_cell(source)]
    found = cannot_run(cells, lambda _: "there is no image")
    assert sorted(found) == ([0, 1] if follows else [0])
