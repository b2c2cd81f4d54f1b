"""The collectors of a node exporter, chosen by its flags."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.collectors import Collects

NAMES = ("cpu", "diskstats", "filesystem", "loadavg", "meminfo", "netdev", "pressure")
NONE = "--collector.disable-defaults"
ON = [f"--collector.{name}" for name in NAMES]
SOLUTION = "\n".join([NONE, *ON])

EXERCISE = Exercise(
    title="Only what you look at",
    kind="configuration",
    prompt="""\
The shop rents 200 small machines. Their dashboard shows processors, load, memory, file systems,
disk traffic, network traffic and pressure, and nothing else. The node exporter collects far more.

**Write the flags** of a node exporter that runs these seven collectors and no others, one flag on
each line: `cpu`, `diskstats`, `filesystem`, `loadavg`, `meminfo`, `netdev`, `pressure`.

The check starts a node exporter with your flags and looks at which collectors run.""",
    hints=(
        "All seven run without any flag. The task is to switch the others off.",
        "There are some forty others. One flag switches off all collectors that run by default.",
        "After that flag, each of the seven needs its own: `--collector.` and its name.",
    ),
    start="# one flag on each line",
    solution=SOLUTION,
    also_right=(
        " ".join(["node_exporter", *reversed(ON), NONE]),
        "command:\n" + "\n".join(f'  - "{flag}"' for flag in [NONE, *ON]),
    ),
    wrong=(
        Wrong("\n".join(ON), "the usual ones run"),
        Wrong(NONE, "all switched off"),
        Wrong("\n".join([NONE, *ON[:-1]]), "collector missing"),
        Wrong("\n".join([NONE, *ON, "--collector.vmstat"]), "collector too many"),
        Wrong(SOLUTION.replace("meminfo", "memory"), "unknown flag"),
        Wrong(SOLUTION.replace("disable-defaults", "disable_defaults"), "unknown flag"),
        Wrong("--no-collector.arp\n--no-collector.bcache", "the usual ones run"),
        Wrong(SOLUTION + "\n--collector.cpu", "it does not start"),
        Wrong(", ".join(NAMES), "no flag"),
        Wrong(SOLUTION + "\n--web.listen-address=:9200", "another flag"),
    ),
    practice="What is not collected costs nothing: no work on the machine, no bytes on the line, "
    "no series in Prometheus. Keep the list of flags in one place for all machines.",
    judge=Collects(frozenset(NAMES)),
)
