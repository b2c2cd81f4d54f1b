"""Addresses knocked at from outside, as the blackbox exporter sees them."""

from lab_helpers.dashboards import bars, graph, page, stat, variable

HERE = 'instance=~"$instance"'
MAPPINGS = [{"type": "value", "options": {"0": {"text": "fails"}, "1": {"text": "answers"}}}]

dashboard = page(
    "From outside: blackbox exporter",
    (
        5,
        [
            stat(
                "Answers?",
                (f"probe_success{{{HERE}}}", "{{instance}}"),
                unit="none",
                limits=(1,),
                colours={"low": "red", "high": "green"},
                mappings=MAPPINGS,
            ),
            stat("Status", (f"probe_http_status_code{{{HERE}}}", "{{instance}}"), unit="none"),
        ],
    ),
    (
        8,
        [
            graph(
                "How long a probe takes",
                (f"probe_duration_seconds{{{HERE}}}", "{{instance}}"),
                unit="s",
                limits=(0.25, 1),
            ),
            graph(
                "Where the time goes",
                (f"sum by (phase) (probe_http_duration_seconds{{{HERE}}})", "{{phase}}"),
                unit="s",
                stacking={"mode": "normal", "group": "A"},
                fillOpacity=30,
            ),
        ],
    ),
    (
        5,
        [
            bars(
                "Answered, of all probes in the last minute",
                (f"avg_over_time(probe_success{{{HERE}}}[1m])", "{{instance}}"),
                unit="percentunit",
                max=1,
            )
        ],
    ),
    uid="blackbox",
    variables=[variable("instance", "probe_success", title="address")],
)
