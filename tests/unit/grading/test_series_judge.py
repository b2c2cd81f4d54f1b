"""What is said of series that are not the ones asked for."""

import pytest

from lab_helpers.grading.judges.series.compare import Labels, Series, compare

WANTED = (
    Series("sold_total", city="faro", till="1"),
    Series("sold_total", city="faro", till="2"),
)


def test_the_right_ones_in_any_order() -> None:
    assert compare(WANTED, set(WANTED[::-1]), "Here") is None


@pytest.mark.parametrize(
    ("diagnosis", "words", "seen"),
    [
        ("series missing", 'sold_total{city="faro", till="2"}', [WANTED[0]]),
        ("series too many", "3 series; 2", [*WANTED, Series("sold_total", city="faro", till="3")]),
        ("series too many", "go_threads", [*WANTED, Series("go_threads", city="faro")]),
        ("the wrong ones", "none of those", [Series("go_threads", city="faro")]),
        ("label missing", "label city", [Series("sold_total", till="1"), WANTED[1]]),
        (
            "label too many",
            "label job",
            [WANTED[0], Series("sold_total", city="faro", till="2", job="x")],
        ),
        ("wrong value", "of city", [WANTED[0], Series("sold_total", city="Faro", till="2")]),
        (
            "labels moved aside",
            "of city is in exported_city",
            [WANTED[0], Series("sold_total", exported_city="faro", city="x", till="2")],
        ),
        ("name lost", "without a name", [WANTED[0], frozenset({("city", "faro")})]),
    ],
)
def test_each_mistake_has_its_name_and_shows_a_series(
    diagnosis: str, words: str, seen: list[Labels]
) -> None:
    verdict = compare(WANTED, seen, "In the store")
    assert verdict is not None
    assert verdict.diagnosis == diagnosis
    assert words in verdict.message
    assert verdict.message.startswith("In the store")
