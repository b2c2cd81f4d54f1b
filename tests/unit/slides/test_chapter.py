"""Which notebook is meant by what somebody calls a chapter."""

import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.slides import chapter


@pytest.mark.parametrize(
    "name",
    [
        "5", "05", "consul", "Consul", " 05 ", "05_consul_service_discovery",
        "05_consul_service_discovery.ipynb", "notebooks/05_consul_service_discovery.ipynb",
    ],
)  # fmt: skip
def test_a_chapter_by_number_and_by_name(name: str) -> None:
    assert chapter(name).name == "05_consul_service_discovery.ipynb"


def test_a_number_is_a_chapter_and_not_its_appendix() -> None:
    assert chapter("2").name == "02_data_model_and_promql.ipynb"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("11", "There is no chapter '11': chapters are 00 to 10."),
        ("-5", "There is no chapter '-5'"),
        ("kubernetes", "There is no chapter 'kubernetes'"),
        ("9" * 400, "There is no chapter"),
        ("../../etc/passwd", "There is no chapter"),
        ("", "Name a chapter, 05 for instance."),
        ("   ", "Name a chapter"),
        ("*", "There is no chapter"),
        ("glossary", "is a page to read and has no slides"),
        ("glossary.ipynb", "is a page to read and has no slides"),
        ("02_appendix_statistics", "is a page to read and has no slides"),
        ("statistics", "is a page to read and has no slides"),
        ("exporters", "can be any of 03_common_exporters, 04_custom_exporters: say which."),
    ],
)
def test_what_is_no_chapter_is_one_sentence(name: str, sentence: str) -> None:
    with pytest.raises(WorkshopError) as told:
        chapter(name)
    assert sentence in str(told.value)
    assert len(str(told.value)) < 200
