"""False leads: what happens on many days, hurts nobody, and looks like a cause."""

from datetime import UTC, datetime, timedelta

import requests

from lab_helpers.errors import ServiceFailed
from lab_helpers.incident.background import begin, end
from lab_helpers.incident.trouble import Trouble, Where
from lab_helpers.stage.faults import Stage, execute

MORE = 10  # requests a second that come besides
WHO = "workshop: a false lead"
HALF = "/var/lib/mysql/half"
DISK = (
    'node_filesystem_avail_bytes{mountpoint="/var/lib/mysql"} '
    '/ node_filesystem_size_bytes{mountpoint="/var/lib/mysql"}'
)
CRAWLER = """
import itertools, time, urllib.error, urllib.request
for number in itertools.count():
    try:
        urllib.request.urlopen(f"http://nginx/wp-admin/{number}", timeout=5).read()
    except OSError:
        pass
    time.sleep(0.25)
"""
BACKUP = (
    'while true; do mariadb-dump --user="$MARIADB_USER" --password="$MARIADB_PASSWORD" '
    '--single-transaction --no-tablespaces "$MARIADB_DATABASE" > /dev/null; sleep 1; done'
)


def _more_visitors(stage: Stage, where: Where) -> None:
    program = ("python3", "/traffic/traffic.py", "http://nginx")
    begin(stage.container("traffic"), "more-visitors", str(MORE), *program)


def _fewer_visitors(stage: Stage, where: Where) -> None:
    end(stage.container("traffic"), "more-visitors")


def _crawl(stage: Stage, where: Where) -> None:
    begin(stage.container("traffic"), "crawler", CRAWLER)


def _leave(stage: Stage, where: Where) -> None:
    end(stage.container("traffic"), "crawler")


def _back_up(stage: Stage, where: Where) -> None:
    begin(stage.container("mysql"), "backup", BACKUP, "sh", "-c")


def _backed_up(stage: Stage, where: Where) -> None:
    end(stage.container("mysql"), "backup")


def _restart(stage: Stage, where: Where) -> None:
    for exporter in where:
        stage.container(exporter).restart(timeout=1)


def _nothing(stage: Stage, where: Where) -> None:
    """It is over already."""


def _reload(stage: Stage, where: Where) -> None:
    answer = requests.post(f"{stage.url('prometheus')}/-/reload", timeout=10)
    if not answer.ok:
        raise ServiceFailed(f"prometheus refuses to reload: {answer.text.strip()}")


def _fill_half(stage: Stage, where: Where) -> None:
    execute(stage, "node-exporter", "dd", "if=/dev/zero", f"of={HALF}", "bs=64k", "count=36")


def _clear_half(stage: Stage, where: Where) -> None:
    execute(stage, "node-exporter", "rm", "-f", HALF)


def _silence(stage: Stage, where: Where) -> None:
    begin = datetime.now(UTC)
    told = {
        "matchers": [{"name": "alertname", "value": "NodeDown", "isRegex": False}],
        "startsAt": begin.isoformat(),
        "endsAt": (begin + timedelta(minutes=10)).isoformat(),
        "createdBy": WHO,
        "comment": "the machine is looked after today",
    }
    answer = requests.post(f"{stage.url('alertmanager')}/api/v2/silences", json=told, timeout=10)
    if not answer.ok:
        raise ServiceFailed(f"alertmanager refuses the silence: {answer.text.strip()}")


def _expire(stage: Stage, where: Where) -> None:
    api = f"{stage.url('alertmanager')}/api/v2"
    for silence in requests.get(f"{api}/silences", timeout=10).json():
        if silence["createdBy"] == WHO and silence["status"]["state"] == "active":
            requests.delete(f"{api}/silence/{silence['id']}", timeout=10)


def _lead(name: str, **fields: object) -> Trouble:
    """A false lead: nobody is hurt, and there is nothing to mend."""
    return Trouble(
        name=name,
        symptom="nobody",
        recovered="vector(1)",
        mended_by="Nothing: it is over by itself.",
        kind="lead",
        **fields,  # type: ignore[arg-type]
    )


TROUBLES = (
    _lead(
        "more-visitors",
        radii=(("traffic",),),
        break_it=_more_visitors,
        heal_it=_fewer_visitors,
        shows=(
            "sum(rate(shop_http_requests_total[15s])) > "
            "1.5 * sum(rate(shop_http_requests_total[30s] offset 15s))"
        ),
        shows_within=20,
        debrief="More visitors came for a while. The shop has room for many more.",
    ),
    _lead(
        "crawler",
        radii=(("traffic",),),
        break_it=_crawl,
        heal_it=_leave,
        shows='sum(rate(shop_http_requests_total{status="404"}[10s])) > 0.5',
        shows_within=8,
        debrief="A crawler asked for pages that there are not. 404 is the right answer to it.",
    ),
    _lead(
        "backup",
        radii=(("mysql",),),
        break_it=_back_up,
        heal_it=_backed_up,
        shows='rate(mysql_global_status_commands_total{command="show_create_table"}[10s]) > 0',
        shows_within=8,
        debrief="A backup read the whole database, which is small, and kept nobody waiting.",
    ),
    _lead(
        "exporter-restart",
        radii=(("memcached-exporter",), ("nginx-exporter",)),
        break_it=_restart,
        heal_it=_nothing,
        shows='changes(process_start_time_seconds{instance=~"($where):.*"}[30s]) > 0',
        shows_within=6,
        debrief="$where was started again: a gap in its series, and nothing behind it.",
    ),
    _lead(
        "reload",
        radii=(("prometheus",),),
        break_it=_reload,
        heal_it=_nothing,
        shows="changes(prometheus_config_last_reload_success_timestamp_seconds[30s]) > 0",
        shows_within=4,
        debrief="Prometheus read its configuration again. Nothing in it had changed.",
    ),
    _lead(
        "disk-half",
        radii=(("mysql",),),
        break_it=_fill_half,
        heal_it=_clear_half,
        touches=frozenset({"node-exporter"}),
        shows=f"{DISK} < 0.7",
        shows_within=4,
        debrief="The disk was half full for a while. Half full is not full, and it did not grow.",
    ),
    _lead(
        "silence",
        radii=(("alertmanager",),),
        break_it=_silence,
        heal_it=_expire,
        shows='alertmanager_silences{state="active"} > 0',
        shows_within=4,
        debrief="Somebody silenced NodeDown. NodeDown did not fire, so that kept nothing quiet.",
    ),
)
