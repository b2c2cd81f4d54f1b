"""The front door, as the Nginx exporter sees it."""

from lab_helpers.dashboards import graph, page, stat, text, up

dashboard = page(
    "Front door: Nginx",
    (
        4,
        [
            up("Nginx", "nginx_up"),
            stat(
                "Requests",
                "sum(rate(nginx_http_requests_total[$__rate_interval]))",
                unit="reqps",
                decimals=1,
            ),
            stat("Open connections", "nginx_connections_active", unit="short"),
            stat(
                "Turned away",
                "nginx_connections_accepted - nginx_connections_handled",
                unit="short",
                limits=(1,),
            ),
        ],
    ),
    (
        9,
        [
            graph(
                "Requests",
                ("sum(rate(nginx_http_requests_total[$__rate_interval]))", "requests"),
                unit="reqps",
            ),
            graph(
                "Connections",
                ("nginx_connections_writing", "being answered"),
                ("nginx_connections_reading", "being read"),
                ("nginx_connections_waiting", "idle"),
                unit="short",
            ),
        ],
    ),
    (
        4,
        [
            text(
                "Nginx's seven numbers hold no status codes and no latencies: whether a request "
                "went well, the web app's dashboard tells. *Being answered* rises when the web app "
                "is slow."
            )
        ],
    ),
    uid="nginx",
)
