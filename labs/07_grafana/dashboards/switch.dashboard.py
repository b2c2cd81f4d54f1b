"""Network equipment, as the SNMP exporter sees it."""

from lab_helpers.dashboards import graph, page, stat, table, variable

PORT = 'ifDescr=~"$port"'
MAPPINGS = [
    {"type": "value", "options": {"1": {"text": "up"}, "2": {"text": "down"}}},
    {"type": "value", "options": {"3": {"text": "testing"}}},
]

dashboard = page(
    "Network equipment: SNMP",
    (
        5,
        [
            stat("Up for", "sysUpTime / 100", unit="dtdurations"),
            stat(
                "Interfaces",
                (f"ifOperStatus{{{PORT}}}", "{{ifDescr}}"),
                unit="none",
                limits=(2,),
                mappings=MAPPINGS,
            ),
            stat("Damaged packets", f"sum(ifInErrors{{{PORT}}})", unit="short", limits=(1,)),
        ],
    ),
    (
        8,
        [
            graph(
                "Received",
                (f"rate(ifHCInOctets{{{PORT}}}[$__rate_interval])", "{{ifDescr}}"),
                unit="Bps",
            ),
            table(
                "Received since the start",
                f"ifHCInOctets{{{PORT}}}",
                unit="bytes",
                hide=["Time", "__name__", "job", "instance", "ifIndex"],
            ),
        ],
    ),
    uid="switch",
    variables=[variable("port", "ifOperStatus", "ifDescr", title="interface")],
)
