"""Faults inside the shop's database."""

import shlex

from lab_helpers.errors import ServiceFailed
from lab_helpers.incident import changes
from lab_helpers.incident.background import begin, end
from lab_helpers.incident.trouble import Trouble, Where
from lab_helpers.services import scripts
from lab_helpers.stage.faults import Stage
from lab_helpers.waiting import wait_until

FORMER = 30_000  # orders of former years
ARCHIVED = 120_000  # products that are not sold any more
CHANGED = "/tmp/changed"  # there, once the console's change is made
CLIENT = 'mariadb --user="$MARIADB_USER" --password="$MARIADB_PASSWORD" "$MARIADB_DATABASE"'
#: The catalogue of another shop moves in: what is sold is now what is listed. Nobody made an index.
#: The names change all at once: there is no moment without `products`, in which a replica that has
#: just reached the database would make the table anew. If it is refused half-way, ask again.
MOVE_IN = f"""
ALTER TABLE products ADD COLUMN IF NOT EXISTS listed BOOLEAN NOT NULL DEFAULT TRUE;
CREATE OR REPLACE VIEW catalogue AS SELECT * FROM products;
CREATE OR REPLACE VIEW listing AS SELECT id, name, price_cents FROM catalogue WHERE listed = 1;
RENAME TABLE catalogue TO moved, products TO catalogue, listing TO products;
DROP VIEW moved;
INSERT INTO catalogue (id, name, price_cents, listed)
  SELECT 1000 + seq, CONCAT('archived-', seq), seq, FALSE FROM seq_1_to_{ARCHIVED};
"""
#: What the shop sold in former years.
HISTORY = f"""
INSERT IGNORE INTO orders (id, customer, value_cents)
  SELECT 10000000 + seq, CONCAT('of-old-', seq), 950 FROM seq_1_to_{FORMER};
INSERT IGNORE INTO order_lines (order_id, product_id, quantity)
  SELECT 10000000 + seq, 1 + seq % 6, 1 FROM seq_1_to_{FORMER};
"""


def remember(stage: Stage) -> None:
    """Have the shop's database hold the orders of former years too."""
    begin(stage.container("mysql"), "history", f"exec {CLIENT} <<'END'\n{HISTORY}END", "sh", "-c")


def _sql(stage: Stage, statements: str) -> str:
    """What the shop's database answers to statements of the shop's account."""
    script = f"{CLIENT} -N -e {shlex.quote(statements)}"
    status, said = scripts.run(stage.container("mysql"), {}, script)
    if status:
        raise ServiceFailed(f"mysql refuses `{statements}`: {said.strip()}")
    return said


def _table(stage: Stage) -> str:
    """The table that has the products."""
    tables = _sql(stage, "SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'").split()
    return "catalogue" if "catalogue" in tables else "products"


def _grow(stage: Stage, where: Where) -> None:
    drop = "DROP INDEX IF EXISTS listed ON catalogue"
    _sql(stage, MOVE_IN if _table(stage) == "products" else drop)


def _index(stage: Stage, where: Where) -> None:
    if _table(stage) == "catalogue":
        _sql(stage, "CREATE INDEX IF NOT EXISTS listed ON catalogue (listed)")


def _lock(stage: Stage, where: Where) -> None:
    """Somebody changes all prices at the console, and does not say COMMIT."""
    change = f"UPDATE {_table(stage)} SET price_cents = price_cents + 10"
    typed = f"START TRANSACTION; {change};\n\\! touch {CHANGED}\n"  # only if it was not refused
    console = "rm -f /tmp/console; mkfifo /tmp/console; exec 3<> /tmp/console"
    script = f"{console}; printf %s {shlex.quote(typed)} >&3; exec {CLIENT} <&3"
    container = stage.container("mysql")
    container.exec_run(["rm", "-f", CHANGED])
    begin(container, "console", script, "sh", "-c")
    there = ["test", "-e", CHANGED]
    wait_until(lambda: container.exec_run(there).exit_code == 0, "all prices are changed", 20)


def _unlock(stage: Stage, where: Where) -> None:
    end(stage.container("mysql"), "console")


ALL_UP = 'count(up{job="web"} == 1) == 2'
FULL = "mysql_global_status_threads_connected / mysql_global_variables_max_connections"
WAITING = "mysql_global_status_innodb_row_lock_current_waits"
RUNNING = "mysql_global_status_threads_running"
#: rows that the database looks at for each select: a handful, as long as all is well
ROWS = (
    "rate(mysql_global_status_rows_read[10s]) / on() "
    'rate(mysql_global_status_commands_total{command="select"}[10s])'
)


def _median(route: str) -> str:
    """PromQL for the seconds that half of the requests for a page took at most."""
    buckets = f'rate(shop_http_request_duration_seconds_bucket{{route="{route}"}}[10s])'
    return f"histogram_quantile(0.5, sum by (le) ({buckets}))"


FRONT_PAGE, PRODUCTS = _median("/"), _median("/products")


TROUBLES: tuple[Trouble, ...] = (
    Trouble(
        name="slow-query",
        symptom="slow",
        radii=(("mysql",),),
        break_it=_grow,
        heal_it=_index,
        shows=f"({ROWS} > 5000) and on() ({PRODUCTS} > 2 * {FRONT_PAGE})",
        shows_within=15,
        recovered=f"{ROWS} < 1000",
        touches=frozenset({"web-1", "web-2"}),
        mended_by="Make the index that is missing: CREATE INDEX listed ON catalogue (listed).",
        debrief=(
            "The products of another shop moved into the table, 120,000 rows that are not listed, "
            "and nobody made an index on what is listed. Each list of products read them all: "
            "rows read for each select went from three to tens of thousands, with as many selects "
            "as before. Slow were the pages that list products, in both replicas; the front page "
            "only when its cached copy was old."
        ),
    ),
    Trouble(
        name="lock-wait",
        symptom="errors",
        radii=(("mysql",),),
        break_it=_lock,
        heal_it=_unlock,
        shows=f"{WAITING} > 0",
        shows_within=20,
        recovered=(
            f"({WAITING} == 0) and on() (job:shop_http_requests_failed:ratio_rate10s < 0.01) "
            f"and on() ({ALL_UP})"
        ),
        alerts=("ReplicaDown",),
        touches=frozenset({"web-1", "web-2", "nginx", "memcached", "blackbox-exporter"}),
        mended_by="KILL the session at the console of mysql that changes prices and never commits.",
        debrief=(
            "Somebody at the database's console changed all prices and never said COMMIT. Each "
            "order waited for these rows, then each new connection, and after some seconds every "
            "thread of both replicas, so that their metrics stopped and ReplicaDown fired twice. "
            "The database answered its exporter all the time: innodb_row_lock_current_waits rose "
            "from 0 at the first second, with the processors idle. A database that hangs would "
            "have told nothing."
        ),
    ),
    Trouble(
        name="pool-full",
        symptom="errors",
        radii=(("web-1",), ("web-2",)),
        break_it=lambda stage, where: changes.deploy(stage, where, changes.KEEPS_CONNECTIONS),
        heal_it=lambda stage, where: changes.roll_back(stage, where),
        # Those that have just waited in vain for a row are idle for a moment as well.
        shows=(
            f"({FULL} > 0.75) and on() ({RUNNING} < 6) "
            f"and on() (max_over_time({WAITING}[15s]) == 0)"
        ),
        shows_within=20,
        recovered=(
            f"({FULL} < 0.75) and on() (job:shop_http_requests_failed:ratio_rate10s < 0.01) "
            f"and on() ({ALL_UP})"
        ),
        alerts=("ErrorsHigh",),
        touches=frozenset({"web-1", "web-2", "mysql"}),
        mended_by="Switch off on $where what keeps connections back, and start it again.",
        debrief=(
            "A setting at $where kept each connection to the database after its use, and took a "
            "new one for the next page. threads_connected climbed to the 40 that the shop may "
            "have, while threads_running stayed at one: open and idle. From then on pages failed "
            "with 503, first there, then wherever a replica needed one connection more."
        ),
    ),
)
