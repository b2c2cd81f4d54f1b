"""Requests that the front door took and no replica answered, in a recorded incident."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.incident.judges import AnswersOn
from lab_helpers.incident.recording import EXAMPLE

DOOR, SHOP = (f"{name}_http_requests_total" for name in ("nginx", "shop"))
REFERENCE = f"sum(rate({DOOR}[20s])) - sum(rate({SHOP}[20s]))"

EXERCISE = Exercise(
    title="Lost on the way",
    kind="PromQL",
    prompt="""\
nginx counts each request that it gets in `nginx_http_requests_total`; a replica counts each
that it answers in `shop_http_requests_total`, with labels for method, route and status. Where
requests are lost in between, the two differ.

**Write one query**: how many requests a second did nginx get that no replica answered, over the
last 20 seconds? One number, without labels. It is asked about the end of the recording, and
about a moment before the incident: there it is about 1, as nginx's own status page is asked
once a second.""",
    hints=(
        "Both are counters: each needs a `rate` over 20 s first.",
        "`-` pairs series with the same labels. The two have different ones, so nothing pairs. "
        "What makes one number, without labels, of each side?",
        "`sum(rate(…[20s])) - sum(rate(…[20s]))`: what came in, minus what was answered.",
    ),
    start="# one query, of both counters",
    solution=REFERENCE,
    also_right=(
        f"sum(rate({DOOR}[20s])) - on () sum(rate({SHOP}[20s]))",
        f"-sum(rate({SHOP}[20s])) + sum(rate({DOOR}[20s]))",
        f"(sum(increase({DOOR}[20s])) - sum(increase({SHOP}[20s]))) / 20",
    ),
    wrong=(
        Wrong(f"rate({DOOR}[20s]) - rate({SHOP}[20s])", "no partners"),
        Wrong(f"sum(rate({DOOR}[20s])) - rate({SHOP}[20s])", "no partners"),
        Wrong(f"sum(rate({SHOP}[20s])) - sum(rate({DOOR}[20s]))", "wrong sign"),
        Wrong(f"sum(rate({DOOR}[20s]))", "not finished"),
        Wrong(f"sum({DOOR}) - sum({SHOP})", "raw counter"),
        Wrong(f"sum(increase({DOOR}[20s])) - sum(increase({SHOP}[20s]))", "off by a unit"),
        Wrong(REFERENCE.replace("20s", "1m"), "wrong window"),
    ),
    practice="Count at two places on the way, and compare: it finds what neither of them can see "
    "alone.",
    judge=AnswersOn(*EXAMPLE, REFERENCE, ago=(0.0, 130.0)),
)
