"""How often something happened in a span of time, over all replicas."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import SameAnswer

EXERCISE = Exercise(
    title="Teapots",
    kind="PromQL",
    prompt="""\
The shop wants to order new teapots. How many orders with a **teapot** came in **in the last hour**,
over all replicas together? `shop_orders_total` counts orders; it has a label `product`.

**Write a query** with one number as its answer, a series without labels. It is asked on Wednesday
4 March at 10:00, and on Saturday at 15:00, half an hour after a replica restarted.""",
    hints=(
        "A number of events in a span of time: which function of a counter gives that?",
        "`increase` over one hour gives a series for each replica.",
        "The sum comes last: `increase` has to see each counter by itself.",
    ),
    start="# how many in the last hour?",
    solution='sum(increase(shop_orders_total{product="teapot"}[1h]))',
    also_right=(
        '3600 * sum(rate(shop_orders_total{product="teapot"}[1h]))',
        'sum without (job, instance, product) '
        '(increase(shop_orders_total{product="teapot"}[60m]))',
    ),
    wrong=(
        Wrong('sum(rate(shop_orders_total{product="teapot"}[1h]))', "off by a unit"),
        Wrong("sum(increase(shop_orders_total[1h]))", "matcher missing"),
        Wrong('sum(shop_orders_total{product="teapot"})', "raw counter"),
        Wrong('increase(sum(shop_orders_total{product="teapot"})[1h:1m])', "rate after sum"),
        Wrong('sum(increase(shop_orders_total{product="teapot"}[5m]))', "wrong window"),
        Wrong('increase(shop_orders_total{product="teapot"}[1h])', "label too many"),
        Wrong('sum(delta(shop_orders_total{product="teapot"}[1h]))',
              "gauge's function on a counter"),
        Wrong('sum(increase(shop_orders_total{product="teapots"}[1h]))', "empty selector"),
        Wrong('sum(increase(shop_orders_total{product="teapot"}[1m]))', "window too short"),
    ),
    practice="The answer has decimals, because `increase` extrapolates. That is good enough to "
    "order teapots. Invoices are counted in the database.",
    judge=SameAnswer(
        'sum(increase(shop_orders_total{product="teapot"}[1h]))',
        at=("2026-03-04T10:00Z", "2026-03-07T15:00Z"),
    ),
)  # fmt: skip
