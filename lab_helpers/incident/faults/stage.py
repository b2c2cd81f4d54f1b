"""The six faults of the stage, as parts of incidents."""

from lab_helpers.incident.trouble import Do, Trouble
from lab_helpers.stage.faults import FAULTS

BOTH = ("web-1", "web-2")
DATABASE_AWAY = '(up{job="mysql"} == 0 or mysql_up == 0)'


def _break(name: str) -> Do:
    return lambda stage, where: FAULTS[name].break_it(stage)


def _heal(name: str) -> Do:
    return lambda stage, where: FAULTS[name].heal_it(stage)


TROUBLES = (
    Trouble(
        name="replica-crash",
        symptom="nobody",
        radii=(("web-2",),),
        break_it=_break("replica-crash"),
        heal_it=_heal("replica-crash"),
        # Not one that starts again, nor one that waits for the database, nor one whose end was the
        # memory that it took.
        shows=(
            '(max_over_time(up{job="web",instance=~"$where"}[4s]) == 0) '
            f"unless on() {DATABASE_AWAY} "
            "unless on() (mysql_global_status_innodb_row_lock_current_waits > 0) "
            "unless on(instance) (max_over_time(process_resident_memory_bytes[1m]) > 150e6)"
        ),
        shows_within=8,
        recovered='count(up{job="web"} == 1) == 2',
        alerts=("ReplicaDown",),
        mended_by="Start $where again.",
        debrief=(
            "$where was killed: its target is down, at once and for good. Visitors notice nothing, "
            "as nginx asks the other replica; a second crash would take the shop away."
        ),
    ),
    Trouble(
        name="database-hang",
        symptom="errors",
        radii=(("mysql",),),
        break_it=_break("database-hang"),
        heal_it=_heal("database-hang"),
        # For longer than one scrape that came too late.
        shows='max_over_time(up{job="mysql"}[4s]) == 0 or max_over_time(mysql_up[4s]) == 0',
        shows_within=8,
        recovered='(mysql_up == 1) and on() (count(up{job="web"} == 1) == 2)',
        alerts=("DatabaseDown",),
        touches=frozenset({"web-1", "web-2", "nginx", "memcached", "blackbox-exporter"}),
        mended_by="Have mysql go on (in real life: kill the statement that blocks, or fail over).",
        debrief=(
            "The database took connections and answered none. Its exporter could not answer "
            "either; pages waited until all threads of the shop waited, and its metrics with them."
        ),
    ),
    Trouble(
        name="cache-emptied",
        symptom="lost-carts",
        radii=(("memcached",),),
        break_it=_break("cache-emptied"),
        heal_it=_heal("cache-emptied"),
        shows='increase(memcached_commands_total{command="flush"}[20s]) > 0',
        shows_within=4,
        recovered='(increase(memcached_commands_total{command="flush"}[20s]) == 0)',
        alerts=("CacheEmptied",),
        touches=frozenset({"web-1", "web-2"}),
        mended_by="Wait: the cache fills itself. The carts are lost.",
        debrief=(
            "Somebody threw away everything in memcached. Who had a cart lost it: orders failed "
            "with status 409 for a moment, and the front page was read from the database again."
        ),
    ),
    Trouble(
        name="latency",
        symptom="slow",
        radii=(BOTH,),
        break_it=_break("latency"),
        heal_it=_heal("latency"),
        # Also the pages that ask neither the database nor, mostly, anything else: in each replica.
        shows=(
            "count(histogram_quantile(0.1, sum by (instance, le) "
            "(rate(shop_http_request_duration_seconds_bucket[10s]))) > 0.4) == 2"
            " unless on() " + DATABASE_AWAY
        ),
        shows_within=12,
        recovered="job:shop_http_request_duration_seconds:p95_10s < 0.25",
        alerts=("LatencyHigh",),
        touches=frozenset({"nginx"}),
        mended_by="Take away what delays every page of $where (in real life: roll back).",
        debrief=(
            "Every page took 0.8 s longer, in both replicas, those that need nothing of others "
            "too. There was no error to be seen: only the histogram told."
        ),
    ),
    Trouble(
        name="errors",
        symptom="errors",
        radii=(BOTH,),
        break_it=_break("errors"),
        heal_it=_heal("errors"),
        shows=(
            'count(sum by (instance) (rate(shop_http_requests_total{status="500"}[10s])) / '
            "sum by (instance) (rate(shop_http_requests_total[10s])) > 0.1) == 2"
        ),
        shows_within=8,
        recovered="job:shop_http_requests_failed:ratio_rate10s < 0.01",
        alerts=("ErrorsHigh",),
        touches=frozenset({"nginx"}),
        mended_by="Take away what makes pages of $where fail (in real life: roll back).",
        debrief=(
            "Three of ten pages failed with status 500 in both replicas, whatever they needed of "
            "others. Failed pages are quick, so the average latency fell."
        ),
    ),
    Trouble(
        name="disk-full",
        symptom="nobody",
        radii=(("mysql",),),
        break_it=_break("disk-full"),
        heal_it=_heal("disk-full"),
        shows=(
            'node_filesystem_avail_bytes{mountpoint="/var/lib/mysql"} '
            '/ node_filesystem_size_bytes{mountpoint="/var/lib/mysql"} < 0.1'
        ),
        shows_within=4,
        recovered=(
            'node_filesystem_avail_bytes{mountpoint="/var/lib/mysql"} '
            '/ node_filesystem_size_bytes{mountpoint="/var/lib/mysql"} > 0.5'
        ),
        alerts=("DiskFull",),
        touches=frozenset({"node-exporter"}),
        mended_by="Delete what fills the disk.",
        debrief=(
            "The disk of the database was written full within a moment. Nobody was hurt yet; the "
            "database would have stopped at its next write that needed room."
        ),
    ),
)
