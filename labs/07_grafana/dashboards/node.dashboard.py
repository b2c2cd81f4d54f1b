"""The machine, as the node exporter sees it."""

from lab_helpers.dashboards import bars, gauge, graph, page, stat, variable

HERE = 'instance=~"$instance"'
IDLE = f'rate(node_cpu_seconds_total{{mode="idle",{HERE}}}[$__rate_interval])'
DISK = f'node_filesystem_avail_bytes{{fstype!~"tmpfs|ramfs",{HERE}}}'
DISK_SIZE = f'node_filesystem_size_bytes{{fstype!~"tmpfs|ramfs",{HERE}}}'
MEMORY = f"node_memory_MemAvailable_bytes{{{HERE}}} / node_memory_MemTotal_bytes{{{HERE}}}"

dashboard = page(
    "Machine: node exporter",
    (
        6,
        [
            gauge("Processors busy", f"1 - avg({IDLE})", "percentunit", limits=(0.8, 0.95)),
            gauge("Memory in use", f"1 - ({MEMORY})", "percentunit", limits=(0.8, 0.9)),
            gauge("Fullest disk", f"max(1 - {DISK} / {DISK_SIZE})", "percentunit", (0.8, 0.9)),
            stat(
                "Up for",
                f"time() - node_boot_time_seconds{{{HERE}}}",
                unit="dtdurations",
            ),
        ],
    ),
    (
        8,
        [
            graph(
                "What the processors do",
                (
                    "sum by (mode) (rate(node_cpu_seconds_total"
                    f'{{mode!="idle",{HERE}}}[$__rate_interval]))',
                    "{{mode}}",
                ),
                unit="short",
                stacking={"mode": "normal", "group": "A"},
                fillOpacity=30,
            ),
            graph(
                "Load for each processor",
                (
                    f"node_load1{{{HERE}}} / on (instance) count by (instance) "
                    f'(node_cpu_seconds_total{{mode="idle",{HERE}}})',
                    "{{instance}}",
                ),
                unit="short",
                limits=(1, 2),
            ),
        ],
    ),
    (
        8,
        [
            graph(
                "Memory",
                (f"node_memory_MemAvailable_bytes{{{HERE}}}", "available"),
                (f"node_memory_MemTotal_bytes{{{HERE}}}", "in all"),
                unit="bytes",
            ),
            graph(
                "Network",
                (
                    f"sum(rate(node_network_receive_bytes_total{{{HERE}}}[$__rate_interval]))",
                    "received",
                ),
                (
                    f"sum(rate(node_network_transmit_bytes_total{{{HERE}}}[$__rate_interval]))",
                    "sent",
                ),
                unit="Bps",
            ),
            bars(
                "Free on each disk",
                (f"max by (device) ({DISK} / {DISK_SIZE})", "{{device}}"),
                unit="percentunit",
                max=1,
            ),
        ],
    ),
    uid="node",
    variables=[variable("instance", "node_boot_time_seconds", title="machine")],
)
