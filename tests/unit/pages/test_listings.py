"""Two versions side by side: nothing lost, changes marked, lines opposite each other."""

import re
from html import unescape
from pathlib import Path

import pytest

from lab_helpers.errors import ServiceFailed
from lab_helpers.pages.listings import SideBySide

BEFORE = "import time\n\n\ndef work():\n    time.sleep(1)\n"
AFTER = """\
import time

DONE = Counter("done", "<b>")

def work():
    time.sleep(1)
    DONE.inc()
"""


def listings(html: str) -> list[list[str]]:
    """The lines of each of the two listings, as a reader sees them."""
    found = re.findall(r"<pre[^>]*>(.*?)</pre>", html, re.DOTALL)
    return [unescape(re.sub(r"</?span[^>]*>", "", text)).split("\n") for text in found]


def test_both_listings_are_whole_and_changes_have_a_sign() -> None:
    html = SideBySide(BEFORE, AFTER)._repr_html_()
    left, right = listings(html)
    assert "&lt;b&gt;" in html and "<b>" not in html
    assert len(left) == len(right)
    assert [line[2:] for line in left if line[2:]] == [x for x in BEFORE.splitlines() if x]
    assert [line[2:] for line in right if line[2:]] == [x for x in AFTER.splitlines() if x]
    assert [line for line in right if line.startswith("+")] == [
        '+ DONE = Counter("done", "<b>")',
        "+     DONE.inc()",
    ]
    assert left.index("  def work():") == right.index("  def work():")


def test_names_and_text() -> None:
    both = SideBySide(BEFORE, AFTER, ("plain", "a & b"))
    assert ">a &amp; b</th>" in both._repr_html_()
    assert str(both).splitlines()[:2] == ["--- plain", "+++ a & b"]
    assert "+    DONE.inc()" in str(both)
    assert str(SideBySide(BEFORE, BEFORE)) == ""


def test_a_file_that_is_missing_is_told() -> None:
    with pytest.raises(ServiceFailed, match=r"nowhere\.py cannot be read"):
        SideBySide(Path("nowhere.py"), BEFORE)
