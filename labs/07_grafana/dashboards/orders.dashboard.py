"""Two data sources side by side: what Prometheus counted, and what is in the database."""

from lab_helpers.dashboards import graph, page, releases, sql, stat, text

PER_PRODUCT = """
SELECT p.name AS product, SUM(l.quantity) AS sold, SUM(l.quantity * p.price_cents) / 100 AS euros
FROM order_lines l JOIN products p ON p.id = l.product_id JOIN orders o ON o.id = l.order_id
WHERE $__timeFilter(o.created)
GROUP BY p.name ORDER BY euros DESC
"""
TURNOVER = "SELECT SUM(value_cents) / 100 AS euros FROM orders WHERE $__timeFilter(created)"
ORDERS = "SELECT COUNT(*) AS orders FROM orders WHERE $__timeFilter(created)"
PER_TIME = """
SELECT $__timeGroupAlias(created, '5s'), SUM(value_cents) / 100 / 5 AS euros
FROM orders WHERE $__timeFilter(created) GROUP BY 1 ORDER BY 1
"""

dashboard = page(
    "Shop: orders, from both sides",
    (
        4,
        [
            stat(
                "Turnover (Prometheus)",
                "sum(increase(shop_order_value_euros_sum[$__range]))",
                unit="currencyEUR",
            ),
            sql("Turnover (MySQL)", TURNOVER, "currencyEUR", kind="stat"),
            stat(
                "Orders (Prometheus)",
                "sum(increase(shop_order_value_euros_count[$__range]))",
                unit="short",
            ),
            sql("Orders (MySQL)", ORDERS, "short", kind="stat"),
        ],
    ),
    (
        8,
        [
            graph(
                "Turnover per second (Prometheus)",
                ("sum(rate(shop_order_value_euros_sum[$__rate_interval]))", "euros"),
                unit="currencyEUR",
            ),
            sql("Turnover per second (MySQL)", PER_TIME, "currencyEUR", kind="timeseries"),
        ],
    ),
    (
        8,
        [
            (sql("Best sellers (MySQL)", PER_PRODUCT, "short"), 14),
            (
                text(
                    "Both are about the time range above. Prometheus *estimates*: `increase` draws "
                    "the growth between scrapes out to the whole range. The database *counts*. Ask "
                    "Prometheus how it goes, and the database what happened."
                ),
                10,
            ),
        ],
    ),
    uid="orders",
    annotations=[releases()],
    tags=["business"],
)
