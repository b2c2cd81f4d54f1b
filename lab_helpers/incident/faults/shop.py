"""Faults inside the shop's program, and in the programs that use it."""

from lab_helpers.incident import changes
from lab_helpers.incident.background import begin, end
from lab_helpers.incident.faults import database
from lab_helpers.incident.faults.database import FRONT_PAGE, PRODUCTS, ROWS
from lab_helpers.incident.trouble import Do, Trouble, Where
from lab_helpers.setup.images import ROOT
from lab_helpers.stage.faults import Stage

BOTH = ("web-1", "web-2")
EITHER = (("web-1",), ("web-2",))
MEMORY = 192 << 20  # bytes that a replica may have; it takes a fifth of them when all is well
PARTNER = (ROOT / "labs" / "10_incident" / "partner.py").read_text()


def _deploy(change: changes.Change) -> Do:
    return lambda stage, where: changes.deploy(stage, where, change)


def _roll_back(stage: Stage, where: Where) -> None:
    changes.roll_back(stage, where)


def _leak(stage: Stage, where: Where) -> None:
    """Have the kernel kill what takes more memory than it may; the limit stays, and is no harm."""
    for replica in where:
        stage.container(replica).update(mem_limit=MEMORY, memswap_limit=MEMORY)
    changes.deploy(stage, where, changes.KEEPS_PAGES)


def _forget(stage: Stage, where: Where) -> None:
    """The shop has sold for years, and then shows on its front page what has ever been bought."""
    database.remember(stage)
    changes.deploy(stage, where, changes.KEPT_TOO_LONG)


def _storm(stage: Stage, where: Where) -> None:
    begin(stage.container("traffic"), "partner", PARTNER)


def _calm(stage: Stage, where: Where) -> None:
    end(stage.container("traffic"), "partner")


FAILED = 'sum by (instance) (rate(shop_http_requests_total{status="500",instance=~"$where"}[10s]))'
PARTNERS = 'sum(rate(shop_http_requests_total{route="/checkout",status="409"}[10s]))'

TROUBLES: tuple[Trouble, ...] = (
    Trouble(
        name="bad-release",
        symptom="errors",
        radii=EITHER,
        break_it=_deploy(changes.HIDES_SOLD_OUT),
        heal_it=_roll_back,
        shows=f"({FAILED} > 0.2) and on() (count(count by (version) (shop_build_info)) == 2)",
        shows_within=15,
        recovered=(
            "(count(count by (version) (shop_build_info)) == 1) and on() "
            "(job:shop_http_requests_failed:ratio_rate10s < 0.01)"
        ),
        alerts=("ErrorsHigh",),
        touches=frozenset(BOTH),  # the versions of both are compared
        mended_by="Roll $where back to version 1.9.0.",
        debrief=(
            "$where was given release 1.10.0, which looks up for each product in a cart what is "
            "in stock, in a list that nobody fills. Every page that reads a cart with something "
            "in it failed with status 500, on this replica alone: errors by route, instance and "
            "version (shop_build_info) say so. The other replica served the same pages from the "
            "same cache and database without an error."
        ),
    ),
    Trouble(
        name="memory-leak",
        symptom="nobody",
        radii=EITHER,
        break_it=_leak,
        heal_it=_roll_back,
        shows=(
            'max_over_time(process_resident_memory_bytes{job="web",instance=~"$where"}[20s]) > 90e6'
        ),
        shows_within=20,
        recovered=('count(process_resident_memory_bytes{job="web"} < 90e6) == 2'),
        mended_by="Switch off on $where what keeps all pages, and start it again.",
        debrief=(
            "A setting was switched on at $where that keeps every page in memory. It took some 6 "
            "MB more each second, in a straight line, until it met its limit of 192 MiB, was "
            "killed, and started again at once: process_resident_memory_bytes is a saw, and "
            "process_start_time_seconds moves at each tooth. No page came of it, as a new process "
            "is there before the next scrape: only who looks at the slope sees it."
        ),
    ),
    Trouble(
        name="cache-stampede",
        symptom="slow",
        radii=(BOTH,),
        break_it=_forget,
        heal_it=_roll_back,
        shows=f"({ROWS} > 2000) and on() ({FRONT_PAGE} > 2 * {PRODUCTS})",
        shows_within=20,
        recovered=f"{ROWS} < 1000",
        touches=frozenset({"mysql", "memcached"}),
        mended_by="Keep the front page for less than 30 days on $where.",
        debrief=(
            "A setting had both replicas keep the front page for 60 days, as it now takes long to "
            "make. More than 30 days are no duration for memcached but a date, and this one is in "
            "1970: what was stored was gone at once. So every front page asked the database for a "
            "count over all orders ever. The page that the cache makes quick was the slow one, and "
            "misses rose without any flush or eviction."
        ),
    ),
    Trouble(
        name="retry-storm",
        symptom="nobody",
        radii=(("traffic",),),
        break_it=_storm,
        heal_it=_calm,
        shows=f"{PARTNERS} > 4",
        shows_within=15,
        recovered=f"({PARTNERS} < 1) or absent({PARTNERS})",
        touches=frozenset({"web-1", "web-2", "nginx"}),
        mended_by="Have the partner's program give up where no retry can help, or stop it.",
        debrief=(
            "A partner's program wanted to check out carts that had expired. The shop answered "
            "409, which no retry can mend; the program tried again at once, for ever more carts. "
            "By route and status nearly all of the new load is POST /checkout with 409, while "
            "shop_orders_total grows as before: not more visitors, but the same wish again and "
            "again."
        ),
    ),
)
