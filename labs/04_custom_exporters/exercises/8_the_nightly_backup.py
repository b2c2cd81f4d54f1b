"""A batch job that fails: what the Pushgateway must know, and must not forget."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.program import BatchJob, Run

START = '''\
import os
import time
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, push_to_gateway

GATEWAY = os.environ["PUSHGATEWAY"]  # such as pushgateway:9091


def backup():
    """Copy the orders; answers how large the copy is, in bytes."""
    orders = Path("/srv/orders.csv").read_bytes()
    if not orders:
        raise OSError("the disk with the orders is away")
    time.sleep(4)  # the other disk is slow
    Path("/tmp/orders.csv").write_bytes(orders)
    return len(orders)


backup()
'''
RUN = "\n\nbackup()\n"
FAILED = """\
try:
    size = backup()
except OSError:
    ended.set_to_current_time()
    pushadd_to_gateway(GATEWAY, job="backup", registry=registry)  # leaves the others alone
    raise
"""
SOLUTION = START.replace("push_to_gateway", "pushadd_to_gateway, push_to_gateway").replace(
    RUN,
    f"""

registry = CollectorRegistry()
ended = Gauge("backup_last_run_timestamp_seconds", "When a run last ended.", registry=registry)
{FAILED}ended.set_to_current_time()
Gauge(
    "backup_last_success_timestamp_seconds", "When a backup last ended well.", registry=registry
).set_to_current_time()
Gauge("backup_size_bytes", "Size of the last good backup.", registry=registry).set(size)
push_to_gateway(GATEWAY, job="backup", registry=registry)
""",
)
IN_TWO_PUSHES = START.replace("push_to_gateway", "pushadd_to_gateway").replace(
    RUN,
    """

def push(**values):
    registry = CollectorRegistry()
    for name, value in values.items():
        Gauge(f"backup_{name}", f"Of the backup: {name}.", registry=registry).set(value)
    pushadd_to_gateway(GATEWAY, "backup", registry)


try:
    size = backup()
    push(size_bytes=size, last_success_timestamp_seconds=int(time.time()))
finally:
    push(last_run_timestamp_seconds=int(time.time()))
""",
)
BY_HAND = START.replace(
    "from prometheus_client import CollectorRegistry, Gauge, push_to_gateway\n",
    "import sys\nfrom urllib.request import Request, urlopen\n",
).replace(
    RUN,
    """

def line(name, value):
    about = "# HELP backup_{0} See its name.\\n# TYPE backup_{0} gauge\\n".format(name)
    return f"{about}backup_{name} {value}\\n"


text, status = "", 0
try:
    text += line("size_bytes", backup())
    text += line("last_success_timestamp_seconds", time.time())
except Exception as problem:
    print(problem, file=sys.stderr)
    status = 1
text += line("last_run_timestamp_seconds", time.time())
urlopen(Request(f"http://{GATEWAY}/metrics/job/backup", text.encode(), method="POST")).close()
sys.exit(status)
""",
)
ORDERS = "/srv/orders.csv"
RUN_ENDED, SUCCESS = "backup_last_run_timestamp_seconds", "backup_last_success_timestamp_seconds"

EXERCISE = Exercise(
    title="The nightly backup",
    kind="program",
    prompt="""\
Every night a job copies the shop's orders. No scrape meets it, so it pushes to a Pushgateway. One
day the copies are needed, and the newest turns out to be five weeks old: since then each run had
failed, and the job said nothing, or worse, that all was well.

**Complete the job**, so that after each of its runs the gateway has these three gauges and
nothing else, with help texts, in the group of the job `backup` and no other label:

- `backup_last_run_timestamp_seconds`: when the last run ended, well or not;
- `backup_last_success_timestamp_seconds`: when the last run that went well ended;
- `backup_size_bytes`: the size of the copy that this one made.

After a run that fails the gateway **still** has the last two, as they were. Such a run ends with an
error, as it does now (its exit status is not 0). The first run goes well.""",
    hints=(
        "What does the gateway do with the metrics that a group has, when the same group is pushed "
        "again without them? The client library has two functions to push, `push_to_gateway` and "
        "`pushadd_to_gateway`.",
        "`push_to_gateway` replaces the whole group. `pushadd_to_gateway` replaces metrics of the "
        "same name and leaves the others. Which of the two does a failed run need?",
        "In the branch for failures: set one gauge only, push it so that the others stay, and let "
        "the exception go on with `raise`. `set_to_current_time()` sets a gauge to now.",
    ),
    start=START,
    solution=SOLUTION,
    also_right=(IN_TWO_PUSHES, BY_HAND),
    wrong=(
        Wrong(
            SOLUTION.replace("try:\n", "ended.set_to_current_time()\ntry:\n").replace(
                "raise\nended.set_to_current_time()\n", "raise\n"
            ),
            "time of the start",
        ),
        Wrong(
            SOLUTION.replace("registry = CollectorRegistry()", "registry = REGISTRY").replace(
                "import CollectorRegistry", "import REGISTRY"
            ),
            "metric too many",
        ),
        Wrong(SOLUTION.replace(".set(size)", ".set(size / 1024)"), "off by a unit"),
        Wrong(SOLUTION.replace("    pushadd_to", "    push_to"), "forgotten"),
        Wrong(SOLUTION.replace(FAILED, "size = backup()\n"), "not told"),
        Wrong(
            IN_TWO_PUSHES.replace(
                ", last_success_timestamp_seconds=int(time.time()))", ")"
            ).replace("push(last_run", "push(last_success_timestamp_seconds=time.time(), last_run"),
            "failure looks like success",
        ),
        Wrong(IN_TWO_PUSHES.replace("int(time.time())", "time.time() * 1000"), "off by a unit"),
        Wrong(
            SOLUTION.replace(
                'job="backup",', 'job="backup", grouping_key={"run": str(time.time())},'
            ),
            "group too many",
        ),
        Wrong(SOLUTION.replace('job="backup"', 'job="orders"'), "wrong job"),
        Wrong(SOLUTION.replace("    raise\n", "    raise SystemExit\n"), "exception swallowed"),
        Wrong('while True:\n    print("backing up", "." * 1000)\n', "hangs"),
    ),
    practice="Alert on the age of the last success; it also speaks when the job no longer runs.",
    judge=BatchJob(
        "backup",
        (
            Run(
                {ORDERS: "teapot;2\n" * 40},
                {RUN_ENDED: "now", SUCCESS: "now", "backup_size_bytes": 360},
            ),
            Run(
                {ORDERS: ""},
                {RUN_ENDED: "now", SUCCESS: "before", "backup_size_bytes": "before"},
                fails=True,
            ),
        ),
    ),
)
