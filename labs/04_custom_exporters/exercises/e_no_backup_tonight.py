"""An alert on a job that is pushed: on its last success, and when nothing is left of it."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.alert import FiresOn, Supposition

SUCCESS = 'backup_last_success_timestamp_seconds{job="backup"}'
PUSHED = 'push_time_seconds{job="backup"}'
OTHER = 'backup_last_success_timestamp_seconds{job="archive"}'
HOUR = 60


def rule(expr: str, hold: str = "5m") -> str:
    return f"""\
groups:
- name: backup
  rules:
  - alert: NoBackup
    expr: {expr}
    for: {hold}
"""


RIGHT = f"time() - {SUCCESS} > 26 * 3600 or absent({SUCCESS})"

EXERCISE = Exercise(
    title="No backup tonight",
    kind="configuration",
    prompt="""\
Each night a job makes the backup, and pushes into the gateway. When it ends well, it sets
`backup_last_success_timestamp_seconds{job="backup"}`. It pushes as well when it fails: then this
metric keeps the time of the last success. Other jobs, such as `archive`, have a metric of the
same name.

**Write an alert `NoBackup`**, in a rules file. It fires, within an hour at most:

- when the last success is more than 26 hours ago, whether the job failed since or never began;
- when the gateway was restarted, and the metric is gone.

It keeps quiet as long as the last success is less than 26 hours ago, whatever other jobs do.""",
    hints=(
        "Which metric tells of success, and which one only of a push? `time()` is now.",
        "A comparison with a metric that is not there answers nothing, and an alert without an "
        "answer does not fire. Which function answers when there is nothing?",
        "Two conditions are joined by `or`. Both need the label: for whom is `absent` to look?",
    ),
    start=rule('time() - push_time_seconds{job="backup"} > 3600').strip(),
    solution=rule(RIGHT),
    also_right=(
        rule(f"absent({SUCCESS} > time() - 93600)", "10m"),
        rule(f"(time() - {SUCCESS}) / 3600 > 26")
        + f"  - alert: NoBackup\n    expr: absent({SUCCESS})\n    for: 30m\n",
    ),
    wrong=(
        Wrong(rule(f"time() - {PUSHED} > 7200"), "fires too early"),
        Wrong(rule(f"time() - {PUSHED} > 26 * 3600 or absent({PUSHED})"), "a push is no success"),
        Wrong(rule(f"time() - {SUCCESS} > 26 * 3600"), "silent when it is gone"),
        Wrong(
            rule(
                RIGHT.replace(f"absent({SUCCESS})", "absent(backup_last_success_timestamp_seconds)")
            ),
            "silent when it is gone",
        ),
        Wrong(rule(RIGHT.replace('{job="backup"} >', " >")), "another job's"),
        Wrong(rule(RIGHT.replace("26 * 3600", "26")), "fires too early"),
        Wrong(rule(RIGHT.replace("26 * 3600", "26 * 3600 * 1000")), "silent when it is late"),
        Wrong(rule(RIGHT, "3h"), "silent when it is late"),
        Wrong(rule("absent(backup_size_bytes)"), "fires too early"),
        Wrong(rule(RIGHT).replace("NoBackup", "BackupMissing"), "wrong name"),
        Wrong(rule(RIGHT.replace("absent", "absence")), "unknown function"),
    ),
    practice="Let a job say when it last *succeeded*, as a point in time, and let Prometheus do "
    "the sum. And give the Pushgateway `--persistence.file`, so that a restart does not forget.",
    judge=FiresOn(
        "NoBackup",
        {},
        (
            Supposition(
                {SUCCESS: f"0x{30 * HOUR}", PUSHED: f"0x{30 * HOUR}"},
                25 * HOUR,
                fires=False,
                diagnosis="fires too early",
                message="Suppose that the backup ended well, 25 hours ago: the next one is on its "
                "way. Your alert fires already.",
            ),
            Supposition(
                {SUCCESS: f"0x{40 * HOUR}", PUSHED: f"0x{40 * HOUR}"},
                27 * HOUR,
                fires=True,
                diagnosis="silent when it is late",
                message="Suppose that the last backup ended well 27 hours ago, and nothing came "
                "since. Your alert is silent.",
            ),
            Supposition(
                {SUCCESS: f"0x{40 * HOUR}", PUSHED: f"0+60x{40 * HOUR}"},
                27 * HOUR,
                fires=True,
                diagnosis="a push is no success",
                message="Suppose that the job has pushed a minute ago, as it did each time when it "
                "failed: its last success is 27 hours old. Your alert is silent.",
            ),
            Supposition(
                {OTHER: f"0+60x{40 * HOUR}", 'up{job="pushgateway"}': f"1x{40 * HOUR}"},
                2 * HOUR,
                fires=True,
                diagnosis="silent when it is gone",
                message="Suppose that the gateway was restarted: of the job backup nothing is "
                "left, "
                "while the job archive has pushed again. After two hours your alert is silent.",
            ),
            Supposition(
                {SUCCESS: f"0+60x{40 * HOUR}", OTHER: f"0x{40 * HOUR}"},
                30 * HOUR,
                fires=False,
                diagnosis="another job's",
                message="Suppose that the backup has ended well this minute, and the job archive "
                "has not for 30 hours. Your alert fires, and sends somebody to the wrong job.",
            ),
        ),
    ),
)
