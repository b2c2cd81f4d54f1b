"""How busy a machine is, from the seconds that its processors idled."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import SameAnswer

CPU = "node_cpu_seconds_total"
BUSY = f'1 - avg by (instance) (rate({CPU}{{mode="idle"}}[5m]))'

EXERCISE = Exercise(
    title="How busy is the machine?",
    kind="PromQL",
    prompt="""\
The shop pays for a machine with two processors, and the landlord offers one with four. Is the
machine busy at all? The node exporter counts in `node_cpu_seconds_total` the seconds that each
processor (label `cpu`) spent in each `mode`; `idle` is one of the modes.

**Write PromQL** for the share of the machine's processor time, over the last 5 minutes, that was
*not* idle: one series for each `instance` with no other label, between 0 (both processors idle)
and 1 (both at work all the time).""",
    hints=(
        "Each second, the modes of one processor grow by one second together. So the rate of one "
        "mode is already a share: that of one processor.",
        "Two processors are one machine: which aggregation makes a share of two shares?",
        "What is not idle is the rest: there is one mode less to add up if you subtract.",
    ),
    start="# your PromQL here",
    solution=BUSY,
    also_right=(
        f'avg by (instance) (sum without (mode) (rate({CPU}{{mode!="idle"}}[5m])))',
        f'sum by (instance) (rate({CPU}{{mode!="idle"}}[5m]))\n'
        f"  / sum by (instance) (rate({CPU}[5m]))",
        f'(2 - sum by (instance) (increase({CPU}{{mode="idle"}}[5m])) / 300) / 2',
    ),
    wrong=(
        Wrong(f'avg by (instance) (rate({CPU}{{mode="idle"}}[5m]))', "the other share"),
        Wrong(f'1 - sum by (instance) (rate({CPU}{{mode="idle"}}[5m]))', "wrong aggregation"),
        Wrong(f'sum by (instance) (rate({CPU}{{mode!="idle"}}[5m]))', "off by a factor"),
        Wrong(f'1 - rate({CPU}{{mode="idle"}}[5m])', "label too many"),
        Wrong(f'1 - avg(rate({CPU}{{mode="idle"}}[5m]))', "label lost"),
        Wrong(f'100 - 100 * avg by (instance) (rate({CPU}{{mode="idle"}}[5m]))', "off by a unit"),
        Wrong(f'1 - avg by (instance) ({CPU}{{mode="idle"}})', "raw counter"),
        Wrong(f'avg by (instance) (rate({CPU}{{mode!="idle"}}[5m]))', "off by a factor"),
        Wrong(f'1 - avg by (instance) (rate({CPU}{{mode="Idle"}}[5m]))', "empty selector"),
        Wrong(f'1 - avg by (instance) (rate({CPU}{{mode="idle"}}[1m]))', "window too short"),
    ),
    practice="This one line is the first panel of nearly every machine's dashboard; buy a larger "
    "machine when it is high and visitors wait, not when it is high.",
    judge=SameAnswer(BUSY, at=("2026-03-04T12:00:00Z", "2026-03-06T03:00:00Z")),
)
