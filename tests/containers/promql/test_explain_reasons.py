"""Why a part of a query is empty or refused, and which series pair up, as PromQL itself counts."""

from collections.abc import Iterator

import pytest

from lab_helpers.errors import PromQLError, WorkshopError
from lab_helpers.promql.explain import Explanation, Part
from lab_helpers.services.prometheus import PrometheusContainer

NOON = "2026-03-03T12:00Z"
GAP = "2026-03-03T13:27Z"
OUTAGE = "2026-03-05T22:20Z"


@pytest.fixture(scope="module")
def week() -> Iterator[PrometheusContainer]:
    with PrometheusContainer("global: {}\n", history=True) as server:
        yield server


JOINS = (
    ("up", "on (instance)", "shop_build_info"),
    ("up", "on (job, instance)", "mysql_up"),
    ("up", "", "mysql_up"),
    ("up", "ignoring (x)", "mysql_up"),
    ("up", "ignoring (version)", "shop_build_info"),
    ("up", "ignoring (version, x)", 'shop_build_info{instance!="web-2:8000"}'),
    ("shop_http_requests_total", "on (instance)", "shop_build_info"),
    ("shop_build_info", "on (job)", "shop_http_requests_total"),
    ("sum by (route) (shop_http_requests_total)", "", "count by (route, le) (shop_orders_total)"),
    ('{job="shop", __name__=~"up|shop_build_info"}', "on (__name__)", "up"),
)


@pytest.mark.parametrize(("left", "by", "right"), JOINS)
def test_pairs_are_counted_as_promql_counts_them(
    left: str, by: str, right: str, week: PrometheusContainer
) -> None:
    def counted(expr: str) -> int:
        found = week.query(f"count({expr})", NOON).value
        return int(found.sum())

    sides = {"group_left": (left, right), "group_right": (right, left), "": (left, right)}
    for group, (many, one) in sides.items():
        if group and not by:
            continue
        top = week.explain(f"{left} + {by} {group} {right}", NOON).top
        pairs = top.pairing
        assert pairs is not None
        assert pairs.pairs == counted(f"{many} and {by} {one}")
        assert len(pairs.left_alone) == counted(f"{left} unless {by} {right}")
        assert len(pairs.right_alone) == counted(f"{right} unless {by} {left}")
        assert bool(pairs.problem) == bool(top.refused), top.refused
        if pairs.problem and pairs.problem.name == "many-to-many join":
            assert "many-to-many" in top.refused
        elif pairs.problem:
            assert "many-to-one matching must be explicit" in top.refused
        elif group and by:
            assert top.count == pairs.pairs


def part_of(explanation: Explanation, head: str) -> Part:
    return next(part for part in explanation if part.head == head)


@pytest.mark.parametrize(
    ("expr", "at", "head", "reason", "said"),
    [
        ("sum(rate(shop_http_request_total[5m]))", NOON, "shop_http_request_total[5m]",
         "no such metric", "Did you mean `shop_http_requests_total`"),
        ('up{job="web"}', NOON, 'up{job="web"}', "empty selector", "`apache`, `memcached`"),
        ('up{jbo="shop"}', NOON, 'up{jbo="shop"}', "no such label", "no label `jbo`"),
        ('up{instance="web-.*"}', NOON, 'up{instance="web-.*"}', "pattern with =", "letter"),
        ('up{instance=~"web"}', NOON, 'up{instance=~"web"}', "anchored pattern", "whole value"),
        ('up{instance="web-1:8000"} == 1', GAP, 'up{instance="web-1:8000"}', "not there then",
         "the last one before is of 13:19:03 on Tuesday 03 March, the next one comes at 13:32:03"),
        ('{__name__=~"shops_.+"}', NOON, '{__name__=~"shops_.+"}', "empty selector", "shops_"),
        ("rate(up[1m])", NOON, "rate(…)", "window too short", "no series has more than 1"),
        ('avg_over_time(up{instance="web-1:8000"}[5s])', "2026-03-03T12:00:20Z",
         'up{instance="web-1:8000"}[5s]', "window too short", "no series has one"),
        ("up > 7", NOON, "… > 7", "nothing passes", "on its left is 1, on its right 7"),
        ("up + on (version) count by (version) (shop_build_info)", NOON, "… + on (version) …",
         "no partners",
         "only the right side has `version`"),
        ("sum by (job) (up) / sum(up)", NOON, "… / …", "grouped differently", "by nothing"),
        ("up unless up", NOON, "… unless …", "all excluded", "takes away all"),
        ("absent(up)", NOON, "absent(…)", "nothing absent", "is there"),
        ("histogram_quantile(0.9, up)", NOON, "histogram_quantile(0.9, …)", "quantile without le",
         "`le`"),
        ("histogram_count(up)", NOON, "histogram_count(…)", "no native histograms", "plain"),
        ("abs(up > 7)", NOON, "abs(…)", "empty below", "What is below is empty"),
        ("up and (up > 7)", NOON, "… and …", "empty below", "The right side is empty"),
    ],
)  # fmt: skip
def test_it_says_where_the_nothing_begins_and_why(
    expr: str, at: str, head: str, reason: str, said: str, week: PrometheusContainer
) -> None:
    part = part_of(week.explain(expr, at), head)
    assert part.because is not None
    assert part.because.name == reason
    assert said in part.because.message


def test_what_is_lost_on_the_way_is_told(week: PrometheusContainer) -> None:
    explanation = week.explain('sum by (rout) (up{job="shop"} < 1 or up) > scalar(up)', NOON)
    notes = {part.head: " ".join(part.notes) for part in explanation}
    assert (
        "No series below has a label `rout`: they have `instance` and `job`"
        in notes["sum by (rout) (…)"]
    )
    assert "NaN: there are 8 series, not one." in notes["scalar(…)"]
    some = week.explain("up != 1 or (node_load1 > 0) or sum(up) >= bool 9", OUTAGE)
    assert any("The comparison drops 7 of 8." in part.notes for part in some)
    young = week.explain("rate(mysql_up[10m])", "2026-03-05T22:33Z")
    assert young.top.count == 0 or young.top.notes


@pytest.mark.parametrize(
    ("expr", "head", "said"),
    [
        ("rate(sum(up)[5m:1m])", "rate(…)", "has to see each counter by itself"),
        ("avg(up / up)", "avg (…)", "is not the ratio of the whole"),
        (
            "max(histogram_quantile(0.9, rate(shop_http_request_duration_seconds_bucket[5m])))",
            "max (…)",
            "Merge the buckets instead",
        ),
    ],
)
def test_what_answers_and_is_wrong_is_told(
    expr: str, head: str, said: str, week: PrometheusContainer
) -> None:
    part = part_of(week.explain(expr, NOON), head)
    assert part.count and said in " ".join(part.notes)
    assert said not in repr(week.explain("sum(rate(shop_http_requests_total[5m]))", NOON))


def test_bad_questions_are_answered_in_a_sentence(week: PrometheusContainer) -> None:
    with pytest.raises(PromQLError, match=r"parse error(.|\n)*\n +\^"):
        week.explain("sum by (a (up)", NOON)
    with pytest.raises(WorkshopError, match="too large"):
        week.explain("+".join(["up"] * 100), NOON)
    with pytest.raises(WorkshopError, match="no moment"):
        week.explain("up", "yesterday")
    assert repr(week.explain("up[5m]", NOON)).count("8 series, 5 samples each") == 1


def test_labels_of_any_kind_are_shown_as_text(week: PrometheusContainer) -> None:
    odd = week.explain('label_replace(up, "x", "<b>`&", "", "")', NOON)
    assert '{instance="apache-exporter:9117", job="apache", x="<b>`&"} 1' in repr(odd)
    page = odd._repr_html_()
    assert "&lt;b&gt;" in page and "<b>`" not in page
    assert "+Inf" not in repr(odd) and "-Inf" in repr(week.explain("-up / 0", NOON))


def test_many_series_are_counted_not_listed(week: PrometheusContainer) -> None:
    huge = f'label_replace({{__name__=~".+"}}, "x", "{"y" * 20_000}", "", "")'
    explanation = week.explain(f"count({huge})", NOON)
    inner = explanation.top.parts[0]
    assert (inner.count, inner.answer) == (300, None)
    assert len(repr(week.explain('{__name__=~".+"}', NOON))) < 1_000
