"""Which names a room takes."""

import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.seat.names import LONGEST, checked, folded


@pytest.mark.parametrize(
    "name",
    ["Ann", "Ann B.", "Jürgen", "Łukasz", "山田", "ليلى", "אבי", "🦊", "👩‍💻 Ada", "❤️",
     "<b>Bob</b>", "x" * LONGEST],
)  # fmt: skip
def test_what_shows_is_taken(name: str) -> None:
    assert checked(name) == name


def test_blanks_around_and_apart_accents_are_mended() -> None:
    assert checked("  Zoe\u0308 ") == "Zoë"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "empty"),
        (" \t ", "empty"),
        ("x" * (LONGEST + 1), "25 characters"),
        ("x" * 10_240, "10,240 characters"),
        ("A\nB", "U+000A"),
        ("\x1b[31mred", "U+001B"),
        ("nul\0", "U+0000"),
        ("\u202egnp.exe", "U+202E"),
        ("a\u2066b\u2069", "U+2066"),
        ("a\u200bb", "U+200B"),
        ("a\u200db", "U+200D"),
        ("\u2800", "U+2800"),
        ("\u3164", "U+3164"),
        ("\ud800", "U+D800"),
        ("\ue000", "U+E000"),
        ("Z" + "\u0335" * 9, "accents"),
    ],
)
def test_what_does_not_show_is_refused_in_a_sentence(name: str, why: str) -> None:
    with pytest.raises(WorkshopError, match=why.replace("+", r"\+")) as refused:
        checked(name)
    assert str(refused.value).isprintable() and len(str(refused.value)) < 120


def test_names_that_look_alike_are_one() -> None:
    assert folded("ANNA") == folded("anna") == folded("Ａｎｎａ")
    assert folded("Straße") == folded("STRASSE")
    assert folded("Anna") != folded("Anne")
