"""From a bucket to a request by its exemplar, and to the step in which the time went."""

from dataclasses import dataclass

from lab_helpers.grading import Bench, Exercise, Wrong
from lab_helpers.grading.judges.words import Words


@dataclass(frozen=True)
class Span:
    """A step of a trace: when it begins and ends, in milliseconds, and the span that called it."""

    name: str
    caller: str
    begin: int
    end: int


TRACES = {
    "7c1f": (
        Span("web", "", 0, 470),
        Span("checkout", "web", 8, 465),
        Span("stock", "checkout", 20, 440),
        Span("database", "stock", 30, 430),
    ),
    "a30b": (
        Span("web", "", 0, 980),
        Span("checkout", "web", 10, 970),
        Span("cart", "checkout", 15, 55),
        Span("stock", "checkout", 60, 180),
        Span("payment", "checkout", 190, 950),
        Span("bank", "payment", 200, 260),
        Span("bank", "payment", 700, 760),
    ),
}
PAGE = """\
shop_request_seconds_bucket{route="/checkout",le="0.25"} 412
shop_request_seconds_bucket{route="/checkout",le="0.5"} 430 # {trace_id="7c1f"} 0.47 1772704812.1
shop_request_seconds_bucket{route="/checkout",le="1.0"} 441 # {trace_id="a30b"} 0.98 1772704815.6
shop_request_seconds_bucket{route="/checkout",le="+Inf"} 441"""


def own_time(span: Span, trace: tuple[Span, ...]) -> int:
    """Milliseconds of a span in which none of those that it called was at work."""
    called = [each for each in trace if each.caller == span.name]
    return span.end - span.begin - sum(each.end - each.begin for each in called)


def truth(_: Bench) -> tuple[str, str]:
    """The slowest request, and the span with the most time of its own."""
    slowest = max(TRACES, key=lambda trace: TRACES[trace][0].end)
    trace = TRACES[slowest]
    return slowest, max(trace, key=lambda span: own_time(span, trace)).name


def table() -> str:
    """The spans as a table in Markdown."""
    rows = [
        f"| {trace} | `{span.name}` | {f'`{span.caller}`' if span.caller else ''} "
        f"| {span.begin} | {span.end} |"
        for trace, spans in TRACES.items()
        for span in spans
    ]
    head = "| trace | span | called by | begins (ms) | ends (ms) |\n|---|---|---|---|---|"
    return "\n".join([head, *rows])


EXERCISE = Exercise(
    title="One slow request",
    kind="diagnosis",
    prompt=f"""\
Some checkouts take nearly a second, and nobody knows where the time goes. The page of the web app
is in OpenMetrics, and two of its buckets have an
[exemplar](../../notebooks/glossary.ipynb#Exemplar):

```text
{PAGE}
```

Both traces are kept. These are their [spans](../../notebooks/glossary.ipynb#Span), with times
since the request came in:

{table()}

**Which request is the slowest that has an exemplar, and which of its spans spent the most time on
its own**, without a span that it called being at work? Answer with two words: the trace's id, and
the name of the span.""",
    hints=(
        "An exemplar stands behind the `#`: its label, how long that request took, and when.",
        "A span that waits for another one is long as well. Take from each span the time of those "
        "that it called.",
        "`payment` calls `bank` twice. Does that explain the 760 ms that `payment` takes?",
    ),
    start="# the trace's id, and the name of a span",
    solution="a30b payment",
    also_right=("payment, a30b", "# 760 - 60 - 60 ms\n`a30b`: `payment`"),
    wrong=(
        Wrong("7c1f database", "the other request"),
        Wrong("7c1f stock", "the other request"),
        Wrong("a30b web", "it only waits"),
        Wrong("a30b checkout", "it only waits"),
        Wrong("a30b bank", "often, not long"),
        Wrong("a30b stock", "not the longest"),
        Wrong("a30b", "not all of it"),
        Wrong("0.98", "not that"),
    ),
    practice="Metrics say that something is slow, an exemplar names a request, its trace says "
    "where the time went. Then read that service's log.",
    judge=Words(
        truth,
        {
            "7c1f": (
                "the other request",
                "That request took 0.47 s. Which exemplar has the largest value?",
            ),
            "web": ("it only waits", "`web` takes the longest in all. For how long does it wait "
                    "for what it called?"),
            "checkout": ("it only waits", "`checkout` waits for three others. What is left of its "
                         "time without them?"),
            "bank": ("often, not long", "`bank` is called twice, for 60 ms each time."),
            "cart": ("not the longest", "`cart` is done within 40 ms."),
            "stock": ("not the longest", "`stock` is done within 120 ms in this request."),
        },
        because="`payment` takes 760 ms, and waits for `bank` for 120 of them. What it does in the "
        "other 640 ms, its log may tell.",
    ),
)  # fmt: skip
