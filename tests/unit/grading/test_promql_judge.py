"""What the judge of PromQL says of answers side by side, of refusals, and of what has no end."""

import math
from collections.abc import Iterator

import pytest

from lab_helpers.errors import PrometheusAway
from lab_helpers.grading import Verdict
from lab_helpers.grading.judges.promql import shape, values
from lab_helpers.grading.judges.promql.case import Case, Finding, same
from lab_helpers.grading.judges.promql.refusals import no_vector, refused
from lab_helpers.promql.explain import asking
from lab_helpers.promql.explain.asking import Answer, Refused, prometheus_at
from tests.unit.fake_prometheus import FakePrometheus, serving, vector

RATE = "sum by (route) (rate(requests_total[5m]))"


@pytest.fixture
def fake() -> Iterator[FakePrometheus]:
    with serving() as fake:
        yield fake


def answer(*series: tuple[dict[str, str], float], kind: str = "vector") -> Answer:
    return Answer(kind, {frozenset(labels.items()): value for labels, value in series})  # type: ignore[arg-type]


def by_route(cart: float, checkout: float) -> Answer:
    return answer(({"route": "/cart"}, cart), ({"route": "/checkout"}, checkout))


def case(found: Answer, wanted: Answer, expr: str = RATE) -> Case:
    """A case about which nobody is asked."""
    with prometheus_at("http://127.0.0.1:9") as nobody:
        return Case(expr, RATE, (0.0,), (found,), (wanted,), 1e-6, nobody)


# Comparing


def test_answers_are_the_same_within_the_tolerance() -> None:
    assert same(by_route(1, 2), by_route(1.0000001, 2), 1e-6)
    assert not same(by_route(1, 2), by_route(1.00001, 2), 1e-6)
    assert same(by_route(math.nan, math.inf), by_route(math.nan, math.inf), 1e-6)
    assert not same(by_route(math.nan, 2), by_route(0, 2), 1e-6)
    assert same(by_route(1e-17, 2), by_route(0, 2), 1e-6), "what rounding leaves is nothing"
    assert not same(by_route(1, 2), answer(({"route": "/cart"}, 1)), 1e-6)
    assert not same(answer(({}, 1), kind="scalar"), answer(({}, 1)), 1e-6)


def test_a_metrics_name_does_not_count_unless_it_tells_series_apart(fake: FakePrometheus) -> None:
    with prometheus_at(fake.url) as prometheus:
        fake.answers(vector({"__name__": "up", "job": "a"}, {"__name__": "up", "job": "b"}))
        assert prometheus.ask("up", 0).label_names() == {"job"}
        fake.answers(vector({"__name__": "up", "job": "a"}, {"__name__": "down", "job": "a"}))
        assert prometheus.ask('{job="a"}', 0).values_of("__name__") == {"up", "down"}


# Limits


def test_what_takes_too_long_is_too_expensive(fake: FakePrometheus) -> None:
    fake.refuses("query timed out in expression evaluation", 503, "timeout")
    with prometheus_at(fake.url) as prometheus:
        with pytest.raises(Refused) as refusal:
            prometheus.ask("up", 0)
        assert refused(refusal.value, "up").diagnosis == "too expensive"
        assert fake.asked[-1][1]["timeout"].endswith("ms")


def test_a_server_that_says_nothing_is_not_waited_for(
    fake: FakePrometheus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "LONGEST", 0.1)
    monkeypatch.setattr(asking, "GRACE", 0.1)
    fake.wait = 2
    with prometheus_at(fake.url) as prometheus:
        prometheus.limit(0)
        with pytest.raises(Refused, match=r"more than 0\.1 s") as refusal:
            prometheus.ask("up", 0)
        assert refusal.value.kind == "too expensive"
        for _ in range(3):
            with pytest.raises(Refused) as refusal:
                prometheus.ask("up", 0)
        assert "All in all" in str(refusal.value), "together they are limited too"


def test_a_huge_answer_is_not_read_to_its_end(fake: FakePrometheus) -> None:
    fake.answers(vector(*({"series": "x" * 1000, "n": str(n)} for n in range(3000))))
    with prometheus_at(fake.url) as prometheus, pytest.raises(Refused, match="bytes") as refusal:
        prometheus.ask('{__name__=~".+"}', 0)
    assert refusal.value.kind == "too expensive"


def test_nobody_there_is_not_the_answers_fault() -> None:
    with serving() as gone:
        url = gone.url
    with prometheus_at(url) as prometheus, pytest.raises(PrometheusAway, match="Nobody answers"):
        prometheus.ask("up", 0)


# Results


def first(wrong: Case) -> Verdict:
    """What is said by those that look at results alone."""
    diagnoses = (
        shape.kind,
        shape.labels,
        shape.other_label_values,
        values.off_by_a_unit,
        values.mirrored,
        values.off_by_a_factor,
        values.wrong_series,
        values.wrong_values,
    )
    findings: Iterator[Finding] = (diagnose(wrong) for diagnose in diagnoses)
    return next(finding for finding in findings if finding)


ROUTES = by_route(0.25, 0.5)


@pytest.mark.parametrize(
    ("found", "diagnosis", "said"),
    [
        (answer(({}, 1), kind="scalar"), "scalar, not vector", "scalar"),
        (answer(({}, 0.75)), "label lost", "gives 1 series, asked are 2. Lost on the way: `route`"),
        (
            answer(*(({"route": r, "job": j}, 1) for r in ("/cart", "/checkout") for j in "ab")),
            "label too many",
            "gives 4 series, asked are 2. Not asked for, but kept: `job`",
        ),
        (
            answer(({"path": "/c"}, 0.5), ({"path": "/d"}, 0.25)),
            "wrong label",
            "stand under `path`",
        ),
        (answer(({"job": "/c"}, 7)), "wrong label", "by `job`, and `route` is lost"),
        (answer(({"route": "x"}, 0.5), ({"route": "y"}, 0.25)), "wrong label value", "`x` and `y`"),
        (by_route(0.5, 0.25), "wrong values", "2 times too large"),
        (by_route(15, 30), "off by a unit", "60 times too large: a minute"),
        (by_route(0.25 / 1024**2, 0.5 / 1024**2), "off by a unit", "1,048,576 times too small"),
        (by_route(25, 50), "off by a unit", "100 %"),
        (by_route(0.75, 1.5), "off by a factor", "3 times too large"),
        (by_route(0.275, 0.55), "off by a factor", "1.1 times too large"),
        (by_route(-0.25, -0.5), "wrong sign", "sign"),
        (by_route(4, 2), "upside down", "1 divided by"),
        (by_route(0.75, 0.5), "the other share", "add up to 1"),
        (answer(({"route": "/cart"}, 0.25)), "too few series", '{route="/checkout"} is missing'),
        (
            answer(({"route": "/cart"}, 0.25), ({"route": "/"}, 7)),
            "other series",
            '{route="/"} is not among them, {route="/checkout"} is missing',
        ),
        (
            by_route(0.25, 0.51),
            "wrong values",
            '{route="/checkout"} is 0.51, which is 2 % too large',
        ),
        (by_route(0.25, math.nan), "wrong values", "nan, and should be 0.5"),
    ],
)
def test_a_difference_is_explained(found: Answer, diagnosis: str, said: str) -> None:
    verdict = first(case(found, ROUTES))
    assert verdict.diagnosis == diagnosis, verdict.message
    assert said in verdict.message


def test_the_window_of_increase_is_no_riddle() -> None:
    wrong = case(by_route(75, 150), ROUTES, RATE.replace("rate(", "increase("))
    assert "`increase` counts over the whole window" in first(wrong).message


def test_too_many_series() -> None:
    wrong = case(ROUTES, answer(({"route": "/cart"}, 0.25)))
    assert first(wrong).diagnosis == "too many series"


# Refusals, in the words of Prometheus 2.53

RANGES = "ranges only allowed for vector selectors"
MANY = "many-to-one matching must be explicit (group_left/group_right)"


@pytest.mark.parametrize(
    ("expr", "error", "diagnosis"),
    [
        ("a b", '1:3: parse error: unexpected identifier "b"', "syntax error"),
        ("rte(a[5m])", '1:1: parse error: unknown function with name "rte"', "unknown function"),
        (
            "rate(a)",
            'parse error: expected type range vector in call to "rate", got instant vector',
            "range missing",
        ),
        (
            "sum(a[5m])",
            "parse error: expected type instant vector in aggregation expression, got range vector",
            "range without function",
        ),
        (
            "rate(sum(a)[5m])",
            "parse error: ranges only allowed for vector selectors",
            "rate after sum",
        ),
        ("abs(a)[5m]", "parse error: ranges only allowed for vector selectors", "syntax error"),
    ],
)
def test_what_cannot_be_read(fake: FakePrometheus, expr: str, error: str, diagnosis: str) -> None:
    fake.refuses(f'invalid parameter "query": {error}')
    verdict = refusal_of(fake, expr)
    assert verdict.diagnosis == diagnosis
    assert error.rpartition(": ")[2] in verdict.message


@pytest.mark.parametrize(
    ("error", "diagnosis"),
    [
        (f"multiple matches for labels: {MANY}", "group_left missing"),
        (
            "found duplicate series for the match group {} on the left hand-side",
            "many-to-many join",
        ),
        ("vector cannot contain metrics with the same labelset", "labels collide"),
        ("query processing would load too many samples into memory", "too expensive"),
        ("something new", "cannot be carried out"),
    ],
)
def test_what_cannot_be_carried_out(fake: FakePrometheus, error: str, diagnosis: str) -> None:
    fake.refuses(error, 422, "execution")
    assert refusal_of(fake, "a * b").diagnosis == diagnosis


def test_the_caret_of_an_endless_line_is_not_shown(fake: FakePrometheus) -> None:
    fake.refuses("1:40001: parse error: unclosed left parenthesis")
    assert len(refusal_of(fake, "(" * 40_000).message) < 1_000


def refusal_of(fake: FakePrometheus, expr: str) -> Verdict:
    with prometheus_at(fake.url) as prometheus, pytest.raises(Refused) as refusal:
        prometheus.ask(expr, 0)
    return refused(refusal.value, expr)


def test_a_range_is_not_even_asked() -> None:
    for expr in ("a[5m]", '({__name__=~".+"}[1w])', "a[1d:1s] offset 1h"):
        verdict = no_vector(expr)
        assert verdict and verdict.diagnosis == "range without function"
    assert no_vector("rate(a[5m])") is None
