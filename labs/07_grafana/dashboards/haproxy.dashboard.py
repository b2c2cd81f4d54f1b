"""The load balancer, in its own words."""

from lab_helpers.dashboards import graph, page, stat, table, variable

PROXY = 'proxy=~"$proxy"'
ANSWERS = f"rate(haproxy_frontend_http_responses_total{{{PROXY}}}[$__rate_interval])"
FAILED = (
    f'sum(rate(haproxy_frontend_http_responses_total{{code="5xx",{PROXY}}}[$__rate_interval]))'
    f" / sum({ANSWERS})"
)

dashboard = page(
    "Load balancer: HAProxy",
    (
        4,
        [
            stat("Answers", f"sum({ANSWERS})", unit="reqps", decimals=1),
            stat("Failed", FAILED, unit="percentunit", limits=(0.01, 0.05), decimals=1),
            stat(
                "Servers up",
                'sum(haproxy_server_status{state="UP"})',
                unit="short",
                limits=(1,),
                colours={"low": "red", "high": "green"},
            ),
            stat(
                "In the queue", "sum(haproxy_backend_current_queue)", unit="short", limits=(1, 10)
            ),
        ],
    ),
    (
        8,
        [
            graph(
                "Answers by class of status",
                (f"sum by (code) ({ANSWERS})", "{{code}}"),
                unit="reqps",
                stacking={"mode": "normal", "group": "A"},
                fillOpacity=30,
            ),
            graph(
                "Time that a server takes",
                ("haproxy_server_response_time_average_seconds", "{{server}}"),
                unit="s",
                limits=(0.1, 0.25),
            ),
        ],
    ),
    (
        7,
        [
            graph(
                "Sessions",
                (f"sum by (proxy) (haproxy_frontend_current_sessions{{{PROXY}}})", "{{proxy}}"),
                unit="short",
            ),
            table(
                "Servers",
                "haproxy_server_status == 1",
                unit="short",
                hide=["Time", "__name__", "job", "instance"],
            ),
        ],
    ),
    uid="haproxy",
    variables=[variable("proxy", "haproxy_frontend_http_responses_total", title="front end")],
)
