"""The cache, as the memcached exporter sees it."""

from lab_helpers.dashboards import alerts, gauge, graph, page, stat, up

COMMANDS = "rate(memcached_commands_total[$__rate_interval])"
GETS = 'rate(memcached_commands_total{command="get"}[$__rate_interval])'
HITS = 'rate(memcached_commands_total{command="get",status="hit"}[$__rate_interval])'

dashboard = page(
    "Cache: memcached",
    (
        6,
        [
            up("Cache", "memcached_up"),
            stat("Commands", f"sum({COMMANDS})", unit="ops", decimals=0),
            gauge(
                "Memory used",
                "memcached_current_bytes / memcached_limit_bytes",
                "percentunit",
                limits=(0.9, 0.98),
            ),
            stat(
                "Hits",
                f"sum({HITS}) / sum({GETS})",
                unit="percentunit",
                decimals=0,
                about="A share alone is neither good nor bad: a new cart is a miss.",
            ),
        ],
    ),
    (
        8,
        [
            graph(
                "Commands, and what came of them",
                (f"sum by (command, status) ({COMMANDS}) > 0", "{{command}} {{status}}"),
                unit="ops",
            ),
            graph("Items", ("memcached_current_items", "stored now"), unit="short"),
        ],
    ),
    (
        7,
        [
            graph(
                "Thrown out to make room",
                ("rate(memcached_items_evicted_total[$__rate_interval])", "items"),
                unit="ops",
                limits=(0.1,),
            ),
            graph("Connections", ("memcached_current_connections", "open"), unit="short"),
            graph(
                "Network",
                ("rate(memcached_read_bytes_total[$__rate_interval])", "received"),
                ("rate(memcached_written_bytes_total[$__rate_interval])", "sent"),
                unit="Bps",
            ),
        ],
    ),
    uid="memcached",
    annotations=[alerts()],
)
