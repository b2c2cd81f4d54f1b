"""A shop for the tests of the load on it."""

from collections.abc import Iterator

import pytest

from tests.unit.fake_shop import Shop, serving


@pytest.fixture
def shop() -> Iterator[Shop]:
    with serving() as server:
        yield server
