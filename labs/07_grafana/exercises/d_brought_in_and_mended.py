"""A dashboard from elsewhere, whose metrics have other names by now."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.dashboard import GRAPH, NUMBER, SameDashboard, Wanted

FITS = "[$__rate_interval]"
BUSY = f'1 - avg(rate(node_cpu_seconds_total{{mode="idle"}}{FITS}))'
USED = "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes"
RECEIVED = f'sum(rate(node_network_receive_bytes_total{{device!="lo"}}{FITS}))'

MENDED = """\
import json
from lab_helpers.dashboards import answered

FROM_ELSEWHERE = r'''
{
  "__inputs": [{"name": "DS_METRICS", "type": "datasource", "pluginId": "prometheus"}],
  "title": "Linux host", "uid": "linux-host", "schemaVersion": 36,
  "panels": [
    {"id": 1, "type": "stat", "title": "Processors", "gridPos": {"x": 0, "y": 0, "w": 12, "h": 4},
     "datasource": {"type": "prometheus", "uid": "${DS_METRICS}"},
     "targets": [{"refId": "A",
                  "expr": "BUSY"}],
     "fieldConfig": {"defaults": {"unit": "percentunit"}},
     "options": {"reduceOptions": {"calcs": ["lastNotNull"]}}},
    {"id": 2, "type": "gauge", "title": "Memory", "gridPos": {"x": 12, "y": 0, "w": 12, "h": 4},
     "datasource": {"type": "prometheus", "uid": "${DS_METRICS}"},
     "targets": [{"refId": "A",
                  "expr": "USED"}],
     "fieldConfig": {"defaults": {"unit": "percentunit", "min": 0, "max": 1}},
     "options": {"reduceOptions": {"calcs": ["lastNotNull"]}}},
    {"id": 3, "type": "timeseries", "title": "Received",
     "gridPos": {"x": 0, "y": 4, "w": 24, "h": 8},
     "datasource": {"type": "prometheus", "uid": "${DS_METRICS}"},
     "targets": [{"refId": "A", "legendFormat": "received",
                  "expr": "RECEIVED"}],
     "fieldConfig": {"defaults": {"unit": "Bps"}}}
  ]
}
'''
dashboard = answered(json.loads(FROM_ELSEWHERE), DS_METRICS="prometheus")"""


def dashboard(
    busy: str = BUSY, used: str = USED, received: str = RECEIVED, **other: tuple[str, str]
) -> str:
    """The dashboard with these queries, and other things put in the place of others."""
    text = MENDED
    for name, query in (("BUSY", busy), ("USED", used), ("RECEIVED", received)):
        text = text.replace(f'"{name}"', '"' + query.replace('"', r"\"") + '"')
    for old, new in other.values():
        text = text.replace(old, new)
    return text


OLD_BUSY = '100 - avg(irate(node_cpu{mode="idle"}[5m])) * 100'
OLD_USED = "1 - node_memory_MemFree / node_memory_MemTotal"
OLD_RECEIVED = 'sum(rate(node_network_receive_bytes{device!="lo"}[5m]))'
NOBODY = ('DS_METRICS="prometheus"', 'DS_METRICS="${DS_METRICS}"')
PERCENT = ('"unit": "percentunit"}}', '"unit": "percent"}}')

EXERCISE = Exercise(
    title="Brought in and mended",
    kind="dashboard",
    prompt="""\
*Linux host* was popular years ago. Brought in, it is empty: the exporter's metrics have other
names since its release 0.16, and a few things were never right.

**Mend it**, so that its three panels tell of the machine under the shop:

- **Processors**: the share of all processors' time in which they were busy (not `idle`), a number;
- **Memory**: the share of the memory that is in use: all that is *not* available to programs
  (`MemAvailable`; `MemFree` leaves out caches, which programs can have), a number on a dial;
- **Received**: bytes per second that came in, `lo` left out, a graph.

Rates are over Grafana's window, not over one of the dashboard's own. The dashboard's question
(`DS_METRICS`) wants an answer, too: the data source's uid is `prometheus`. Keep titles, kinds and
places. You may change the JSON where it stands, or the dictionary in Python, after it is read. The
check asks the week of history.""",
    hints=(
        "Look for the names of today: `prometheus.query('{__name__=~\"node_cpu.*|node_memory_Mem.*|"
        "node_network_receive.*\"}')`. Units stand at their ends now, and `_total` of counters.",
        "`irate` takes the last two samples only, whatever the window: `rate` is asked for. A "
        "share goes from 0 to 1 with `percentunit`, or from 0 to 100 with `percent`.",
        "The input's answer is the uid of a data source here. The workshop's is `prometheus`.",
    ),
    start=dashboard(OLD_BUSY, OLD_USED, OLD_RECEIVED, uid=NOBODY),
    solution=dashboard(),
    also_right=(
        dashboard(
            f"100 * ({BUSY})",
            unit=(
                f'{PERCENT[0]},\n     "options": {{"reduceOptions": '
                '{"calcs": ["lastNotNull"]}}},\n    {"id": 2',
                f'{PERCENT[1]},\n     "options": {{"reduceOptions": '
                '{"calcs": ["lastNotNull"]}}},\n    {"id": 2',
            ),
        ),
        dashboard(
            'sum(rate(node_cpu_seconds_total{mode!="idle"}[$__rate_interval]))'
            " / sum(rate(node_cpu_seconds_total[$__rate_interval]))"
        ),
        dashboard(
            uid=("${DS_METRICS}", "prometheus"), ask=(', DS_METRICS="prometheus"', "")
        ).replace(
            '"__inputs": [{"name": "DS_METRICS", "type": "datasource", '
            '"pluginId": "prometheus"}],\n  ',
            "",
        ),
    ),
    wrong=(
        Wrong(dashboard(OLD_BUSY), "no such metric"),
        Wrong(dashboard(uid=NOBODY), "wrong data source"),
        Wrong(
            dashboard(used="1 - node_memory_MemFree_bytes / node_memory_MemTotal_bytes"),
            "no such metric",
        ),
        Wrong(dashboard(f"100 * ({BUSY})"), "off by a unit"),
        Wrong(dashboard(BUSY.replace(FITS, "[5m]")), "hard-coded window"),
        Wrong(dashboard(received=RECEIVED.replace(FITS, "[5m]")), "hard-coded window"),
        Wrong(dashboard(BUSY.replace("1 - ", "")), "the other share"),
        Wrong(dashboard(received=RECEIVED.replace("receive", "transmit")), "wrong metric"),
        Wrong(dashboard(title=('"Received"', '"Network"')), "panel missing"),
        Wrong(dashboard(place=('"x": 12, "y": 0', '"x": 6, "y": 0')), "panels overlap"),
        Wrong(dashboard(end=('"prometheus")', '"prometheus"')), "syntax error"),
    ),
    practice="A dashboard from elsewhere is a draft: read every query once before you show it to "
    "others, and keep the mended one in your repository.",
    judge=SameDashboard(
        panels=(
            Wanted(title="Processors", lines=(BUSY,), quantity="share", kinds=NUMBER),
            Wanted(title="Memory", lines=(USED,), quantity="share", kinds=NUMBER),
            Wanted(title="Received", lines=(RECEIVED,), quantity="bytes per second", kinds=GRAPH),
        ),
        at=("2026-03-04T12:00Z", "2026-03-07T20:00Z"),
    ),
)
