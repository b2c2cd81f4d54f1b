"""The lab of chapter 06, for the files that ask about alerts."""

from collections.abc import Iterator

import pytest

from tests.alert_lab import AlertLab


@pytest.fixture(scope="module")
def alert_lab() -> Iterator[AlertLab]:
    with AlertLab() as lab:
        yield lab
