"""One small bundle that is served, for all who only read it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab_helpers.serve import Served
from tests import small_bundle
from tests.served_bundle import running

SIZES = (3_000, 700_000, 1, 65_536)


@pytest.fixture(scope="package")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_bundle.write(tmp_path_factory.mktemp("bundle") / "small.bundle", SIZES)


@pytest.fixture(scope="package")
def served(bundle: Path) -> Iterator[Served]:
    with running(bundle) as served:
        yield served
