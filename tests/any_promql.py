"""PromQL of every kind, for hypothesis: what mixins, rule collections and learners write."""

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

#: What the week has, what it has not, and what only looks like something.
METRICS = (
    "shop_http_requests_total", "shop_http_request_duration_seconds_bucket", "up",
    "shop_http_requests_in_progress", "node_cpu_seconds_total", "process_start_time_seconds",
    "node_filesystem_avail_bytes", "mysql_global_status_commands_total", "kube_pod_info",
    "instance:node_cpu:rate5m", "ALERTS", "shop_http_request_total",
)  # fmt: skip
LABELS = ("route", "instance", "job", "status", "method", "le", "mode", "namespace", "cluster")
VALUES = (
    "POST", "shop", "/checkout", "5..", ".*", "web-1:8000|web-2:8000", "", "500", "dm-[0-9]+",
    r"\\d+\\.\\d+", r"say \"hi\"", "}", "[5m]", "été", r"a\nb",
)  # fmt: skip
WINDOWS = ("1s", "1m", "5m", "10m", "1h", "1h30m", "1d", "90s")
OVER_TIME = (
    "rate", "irate", "increase", "delta", "idelta", "deriv", "changes", "resets", "avg_over_time",
    "max_over_time", "min_over_time", "sum_over_time", "count_over_time", "last_over_time",
    "present_over_time", "absent_over_time", "stddev_over_time", "stdvar_over_time",
)  # fmt: skip
OF_VECTORS = (
    "abs", "ceil", "floor", "exp", "ln", "log2", "log10", "sqrt", "sgn", "sort", "sort_desc",
    "absent", "timestamp", "hour", "minute", "day_of_week", "days_in_month", "deg", "acos", "round",
    "histogram_count",
)  # fmt: skip
AGGREGATIONS = ("sum", "avg", "min", "max", "count", "stddev", "stdvar", "group")
OPERATORS = (
    "+", "-", "*", "/", "%", "^", "atan2", "==", "!=", ">", "<", ">=", "<=", "> bool", "== bool",
    "and", "or", "unless",
)  # fmt: skip
EXPERIMENTS = (
    "limitk(3, up)", "limit_ratio(0.5, up)", "info(up)", 'sort_by_label(up, "job")',
    "holt_winters(up[1h], 0.5, 0.5)", "double_exponential_smoothing(up[1h], 0.5, 0.5)",
    "mad_over_time((up[5m]))", "up[5m*2]", "rate(up[$__rate_interval])", "rate(up[5m:$step])",
    "up{%(selector)s}", "restarts(up)", "sum by (job) (up", "", "expr: up", '{"expr": "up"}',
    "up offset 5m offset 5m", "{}", '{job=""}', "sum by () (up)", "1 > 2", "#", "'x'",
)  # fmt: skip


NUMBERS = ("0", "1", "5", "60", "600", "0.95", "-1", "1e3", "0x1f", "Inf", "NaN")
TIMES = ("", "", "", " offset 1h", " offset -5m", " @ 1772618400", " @ end()")


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """Expressions: most can be read, some are refused, and of each kind there is one."""

    def one(choice: Sequence[str]) -> str:
        return draw(st.sampled_from(choice))

    def labels() -> str:
        return ", ".join(draw(st.lists(st.sampled_from(LABELS), max_size=3)))

    def selector(window: str = "") -> str:
        with_ = [
            f'{one(LABELS)}{one(("=", "!=", "=~", "!~"))}"{one(VALUES)}"'
            for _ in range(draw(st.integers(0, 2)))
        ]
        named = one(METRICS) + (f"{{{','.join(with_)}}}" if with_ else "")
        wide = f'{{__name__=~"{one(("shop_", "up", "x"))}.+"}}'
        return f"{one((named, named, named, wide))}{window}{one(TIMES)}"

    def wrapped(inner: str) -> str:
        return one((inner, inner, f"({inner})", f"(({inner}))"))

    def span(depth: int) -> str:
        window = one(WINDOWS)
        if draw(st.booleans()):
            return wrapped(selector(f"[{window}]"))
        return wrapped(f"({vector(depth - 1)})[{window}:{one(('', '1m', '5m'))}]")

    def grouping() -> str:
        return one(("", f" by ({labels()}) ", f" without ({labels()}) "))

    def matching() -> str:
        many = one(("", "group_left () ", "group_right (job) "))
        return one(("", f"on ({labels()}) {many}", f"ignoring ({labels()}) {many}"))

    def vector(depth: int) -> str:
        if depth <= 0:
            return wrapped(selector())
        return wrapped(draw(st.sampled_from(makers))(depth - 1))

    makers: list[Callable[[int], str]] = [
        lambda depth: f"{one(OVER_TIME)}({span(depth)})",
        lambda depth: f"{one(OVER_TIME)}({span(depth)})",
        lambda depth: f"quantile_over_time({one(NUMBERS)}, {span(depth)})",
        lambda depth: f"predict_linear({span(depth)}, {one(NUMBERS)})",
        lambda depth: f"{one(OF_VECTORS)}({vector(depth)})",
        lambda depth: f"{one(AGGREGATIONS)}{grouping()}({vector(depth)})",
        lambda depth: f"{one(AGGREGATIONS)}{grouping()}({vector(depth)})",
        lambda depth: f"{one(('topk', 'bottomk', 'quantile'))}({one(NUMBERS)}, {vector(depth)})",
        lambda depth: f'count_values("v", {vector(depth)})',
        lambda depth: f"histogram_quantile({one(NUMBERS)}, {vector(depth)})",
        lambda depth: (
            f'label_replace({vector(depth)}, "x", "{one(("$1", "$1xx", "$2"))}", '
            f'"{one(LABELS)}", "{one(("(.*)", ".*", "(.).."))}")'
        ),
        lambda depth: f'label_join({vector(depth)}, "x", "-", "job", "route")',
        lambda depth: f"clamp({vector(depth)}, {one(NUMBERS)}, {one(NUMBERS)})",
        lambda depth: f"vector(scalar({vector(depth)}))",
        lambda depth: f"-{vector(depth)}",
        lambda depth: f"{vector(depth)} {one(OPERATORS)} {matching()}{vector(depth)}",
        lambda depth: f"{vector(depth)} {one(OPERATORS)} {one(NUMBERS)}",
        lambda depth: f"{one(NUMBERS)} / {vector(depth)}",
        lambda _: selector(),
        lambda _: one(NUMBERS),
        lambda _: one(EXPERIMENTS),
    ]
    return vector(draw(st.integers(0, 3)))
