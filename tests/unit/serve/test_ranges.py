"""The part of a piece that a request asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.serve.ranges import BeyondTheEnd, asked_for


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        ("bytes=0-", 0, 99),
        ("bytes=0-0", 0, 0),
        ("bytes=40-59", 40, 59),
        ("BYTES=40-59", 40, 59),
        ("bytes= 99-", 99, 99),
        ("bytes=90-1000", 90, 99),
        (f"bytes=90-{'9' * 6000}", 90, 99),
        ("bytes=-10", 90, 99),
        ("bytes=-1000", 0, 99),
        ("bytes=00010-00019", 10, 19),
    ],
)
def test_one_range(header: str, first: int, last: int) -> None:
    assert asked_for(header, 100) == range(first, last + 1)


@pytest.mark.parametrize(
    "header",
    [None, "", "bytes=", "bytes=-", "bytes=5-2", "bytes=a-b", "bytes=-5-10", "items=0-5",
     "bytes=0-5,7-9",
     "bytes=0-5,0-5," * 500, "bytes=٣-٥", "bytes=0x10-", "bytes=+1-2", "bytes=1-2\x00", "0-5"],
)  # fmt: skip
def test_what_is_no_single_range_means_all(header: str | None) -> None:
    assert asked_for(header, 100) is None


@pytest.mark.parametrize(
    "header", ["bytes=100-", "bytes=100-200", f"bytes={'9' * 6000}-", "bytes=-0"]
)
def test_a_range_of_nothing_is_refused(header: str) -> None:
    with pytest.raises(BeyondTheEnd):
        asked_for(header, 100)


@given(
    st.text("bytes= \t0123456789-,", max_size=30) | st.from_regex(r"bytes=[0-9]{0,30}-[0-9]{0,30}"),
    st.integers(0, 2**40),
)
def test_whatever_is_asked_stays_within_the_piece(header: str, size: int) -> None:
    try:
        asked = asked_for(header, size)
    except BeyondTheEnd:
        return
    if asked is not None:
        assert asked.step == 1 and 0 <= asked.start < asked.stop <= size
