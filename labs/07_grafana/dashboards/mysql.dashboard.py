"""The database, as the MySQL exporter sees it."""

from lab_helpers.dashboards import alerts, gauge, graph, page, stat, up, variable

THREADS, ALLOWED = "mysql_global_status_threads_connected", "mysql_global_variables_max_connections"
READS = "rate(mysql_global_status_innodb_buffer_pool_reads[$__rate_interval])"
WANTED = "rate(mysql_global_status_innodb_buffer_pool_read_requests[$__rate_interval])"
COMMANDS = 'rate(mysql_global_status_commands_total{command=~"$command"}[$__rate_interval])'

dashboard = page(
    "Database: MySQL",
    (
        6,
        [
            up("Database", "mysql_up"),
            stat(
                "Statements",
                "sum(rate(mysql_global_status_queries[$__rate_interval]))",
                unit="ops",
                decimals=0,
            ),
            gauge("Connections used", f"{THREADS} / {ALLOWED}", "percentunit", (0.7, 0.9)),
            stat("Slow statements", "mysql_global_status_slow_queries", unit="short", limits=(1,)),
        ],
    ),
    (
        8,
        [
            graph(
                "What it is asked",
                (f"sum by (command) ({COMMANDS}) > 0", "{{command}}"),
                unit="ops",
            ),
            graph(
                "Connections",
                (THREADS, "open"),
                ("mysql_global_status_threads_running", "at work"),
                unit="short",
            ),
        ],
    ),
    (
        7,
        [
            graph("Read from memory", (f"1 - {READS} / {WANTED}", "share"), unit="percentunit"),
            graph(
                "Network",
                ("rate(mysql_global_status_bytes_received[$__rate_interval])", "received"),
                ("rate(mysql_global_status_bytes_sent[$__rate_interval])", "sent"),
                unit="Bps",
            ),
        ],
    ),
    uid="mysql",
    variables=[
        variable(
            "command", 'mysql_global_status_commands_total{command=~"select|insert|begin|commit"}'
        )
    ],
    annotations=[alerts()],
)
