"""The site next door, as the Apache exporter sees it."""

from lab_helpers.dashboards import bars, gauge, graph, page, stat, up

REQUESTS = "rate(apache_accesses_total[$__rate_interval])"

dashboard = page(
    "Site next door: Apache",
    (
        6,
        [
            up("Apache", "apache_up"),
            stat("Requests", f"sum({REQUESTS})", unit="reqps", decimals=1),
            gauge(
                "Busy workers",
                'sum(apache_workers{state="busy"}) / sum(apache_workers)',
                "percentunit",
                limits=(0.6, 0.8),
            ),
            stat("Up for", "apache_uptime_seconds_total", unit="dtdurations"),
        ],
    ),
    (
        8,
        [
            graph("Requests", (REQUESTS, "{{instance}}"), unit="reqps"),
            graph(
                "Time for a request",
                (f"rate(apache_duration_ms_total[$__rate_interval]) / 1000 / {REQUESTS}", "mean"),
                unit="s",
            ),
            bars("What the workers do", ("apache_scoreboard > 0", "{{state}}"), unit="short"),
        ],
    ),
    (
        7,
        [
            graph(
                "Workers",
                ("sum by (state) (apache_workers)", "{{state}}"),
                unit="short",
                stacking={"mode": "normal", "group": "A"},
                fillOpacity=30,
            ),
            graph(
                "Sent",
                ("1024 * rate(apache_sent_kilobytes_total[$__rate_interval])", "sent"),
                unit="Bps",
            ),
        ],
    ),
    uid="apache",
)
