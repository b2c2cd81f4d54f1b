"""Changes of the shop's program: each is a program, and differs where it says so."""

import ast

import pytest

from lab_helpers.incident import changes
from lab_helpers.incident.changes import Change

ALL = {name: one for name, one in vars(changes).items() if isinstance(one, Change)}


def test_there_are_some() -> None:
    assert len(ALL) == 4


@pytest.mark.parametrize("name", ALL)
def test_a_change_is_a_program_that_differs_where_it_says(name: str) -> None:
    change = ALL[name]
    ast.parse(change.program())
    lines = change.diff().splitlines()
    added = [line[1:] for line in lines if line.startswith("+") and not line.startswith("+++")]
    removed = [line[1:] for line in lines if line.startswith("-") and not line.startswith("---")]
    assert added
    assert all(line in change.program() for line in added)
    assert all(line in changes.original() for line in removed)
    assert len(added) + len(removed) <= 16, "a reviewer would have seen it"
    assert change.meant.endswith(".")


@pytest.mark.parametrize("name", ALL)
def test_only_a_release_has_another_version(name: str) -> None:
    change = ALL[name]
    kept = changes.VERSION in change.program()
    assert kept == (change.version is None)
    if change.version:
        assert f'"version": "{change.version}"' in change.program()


def test_a_passage_that_is_not_there_once_is_refused() -> None:
    for passage in ("no such passage", "import"):
        with pytest.raises(AssertionError, match="has not exactly one"):
            Change("It cannot be.", ((passage, ""),)).program()
