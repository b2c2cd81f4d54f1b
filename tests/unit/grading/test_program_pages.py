"""The judge of programs: how it reads a page, a log, and a list of open ports."""

import pytest

from lab_helpers.grading.judges.program import read_page
from lab_helpers.grading.judges.program.container import last_error, listening
from lab_helpers.grading.judges.program.found import Found

PLAIN = "text/plain; version=0.0.4; charset=utf-8"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('shelf{product="19" shelf"} 1', "quote not escaped"),
        ('shelf{product="tea", kind="19" wide"} 1', "quote not escaped"),
        ("shelf{product='tea'} 1", "page refused"),
        ("shelf one", "page refused"),
        ("shelf True", "page refused"),
        ("shelf", "page refused"),
        ("shelf-height 1", "page refused"),
        (" shelf 1", "page refused"),
        ("shelf 1\r\nother 2\r", "page refused"),
        ("# TYPE shelf number\nshelf 1", "page refused"),
        ("shelf 1 1700000000000", "timestamp"),
        ('shelf{a="1",b="2"} 1\nshelf{b="2",a="1"} 1', "series twice"),
        ("# TYPE shelf gauge\nshelf 1\n# TYPE shelf gauge", "comment repeated"),
        ("# HELP shelf a\n# HELP shelf b", "comment repeated"),
        ("shelf 1\n# TYPE shelf gauge", "type too late"),
    ],
)
def test_pages_that_prometheus_would_not_take(text: str, said: str) -> None:
    with pytest.raises(Found) as mistake:
        read_page(PLAIN, text)
    assert mistake.value.diagnosis == said


def test_a_page_that_calls_itself_something_else() -> None:
    for kind in ("text/html; charset=utf-8", ""):
        with pytest.raises(Found, match="wrong content type"):
            read_page(kind, "shelf 1\n")


def test_a_page_is_read_with_its_escapes() -> None:
    text = (
        '# note\n\n# TYPE shelf gauge\nshelf{p="19\\" a\\\\b",} 1.5e3\nshelf{p="}"} NaN\nother 1\n'
    )
    found = read_page("text/plain", text)
    assert found.types == {"shelf": "gauge"}
    assert found.samples["shelf"][frozenset({("p", '19" a\\b')})] == 1500
    assert frozenset({("p", "}")}) in found.samples["shelf"]
    assert found.metrics() == ["shelf", "other"]


def test_in_openmetrics_the_type_of_a_counter_has_no_total() -> None:
    text = "# HELP orders How many.\n# TYPE orders counter\norders_total 1\n# EOF\n"
    found = read_page("application/openmetrics-text; version=1.0.0", text)
    assert found.types == {"orders_total": "counter"}
    assert found.helps == {"orders_total": "How many."}


def test_the_last_error_of_a_log() -> None:
    log = """\
Traceback (most recent call last):
  File "/srv/answer-1.py", line 3, in page
    1 / 0
    ~~^~~
ZeroDivisionError: division by zero

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/usr/lib/python3.13/socketserver.py", line 318, in handle
    self.process_request(request)
  File "/srv/answer-1.py", line 7, in do_GET
    body = page().nothing
  File "/usr/lib/python3.13/other.py", line 9, in nothing
AttributeError: no nothing
172.18.0.1 - - [22/Nov/2026 12:00:00] "GET /metrics HTTP/1.1" 500 -
"""
    assert last_error(log) == (7, "AttributeError: no nothing")
    syntax = (
        '  File "/srv/answer-2.py", line 3\n    def f(:\n          ^\nSyntaxError: invalid syntax\n'
    )
    assert last_error(syntax) == (3, "SyntaxError: invalid syntax")
    assert last_error("Serving on port 8000\n") == (0, "")


def test_the_ports_that_are_listened_on() -> None:
    table = """\
  sl  local_address rem_address   st tx_queue rx_queue
   0: 0B00007F:ADCD 00000000:0000 0A 00000000:00000000
   1: 0100007F:1F40 00000000:0000 0A 00000000:00000000
   2: 0100007F:BE06 0100007F:1F40 06 00000000:00000000
   3: 00000000:2328 00000000:0000 0A 00000000:00000000
"""
    assert listening(table) == [("0100007F", 8000), ("00000000", 9000)]
