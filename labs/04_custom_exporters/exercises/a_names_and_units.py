"""Names that say who measures what in which unit, and values that fit them."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.page import SamePage

START = """\
# HELP ordersTeapot Orders of teapots.
# TYPE ordersTeapot gauge
ordersTeapot 412
# HELP ordersGrinder Orders of grinders.
# TYPE ordersGrinder gauge
ordersGrinder 97
# HELP cacheUsedKiB Memory that the cache uses, in units of 1,024 bytes.
# TYPE cacheUsedKiB gauge
cacheUsedKiB 640
# HELP diskFreePercent Share of the disk that is free.
# TYPE diskFreePercent gauge
diskFreePercent 37
# HELP backupMs When the last backup ended well, in milliseconds since 1970.
# TYPE backupMs gauge
backupMs 1795842000000
"""
SOLUTION = """\
# HELP shop_orders_total Orders.
# TYPE shop_orders_total counter
shop_orders_total{product="teapot"} 412
shop_orders_total{product="grinder"} 97
# HELP shop_cache_used_bytes Memory that the cache uses.
# TYPE shop_cache_used_bytes gauge
shop_cache_used_bytes 655360
# HELP shop_disk_free_ratio Share of the disk that is free.
# TYPE shop_disk_free_ratio gauge
shop_disk_free_ratio 0.37
# HELP shop_backup_last_success_timestamp_seconds When the last backup ended well.
# TYPE shop_backup_last_success_timestamp_seconds gauge
shop_backup_last_success_timestamp_seconds 1795842000
"""

EXERCISE = Exercise(
    title="Names and units",
    kind="configuration",
    prompt="""\
A colleague has written a page for the shop. Each number on it is right, and each name breaks a
rule.

**Write the page anew**, with the same facts in four metrics. Their names begin like this; end
each one as the conventions want it, with its unit and its ending:

- `shop_orders…`: orders so far, `teapot` and `grinder` told apart by a label `product`;
- `shop_cache_used…`, `shop_disk_free…`, `shop_backup_last_success…`.

Give each the type that fits, a `HELP` line, and the value in the unit that its name says.""",
    hints=(
        "Base units only: bytes, seconds, and a ratio from 0 to 1. Which values must change?",
        "A counter ends in `_total`. A point in time ends in `_timestamp_seconds`, a share in "
        "`_ratio`.",
        "What is added up is *one* metric with a label: two lines with the same name, and one "
        "`TYPE` "
        "line above both. Can the number of orders so far go down?",
    ),
    start=START.strip(),
    solution=SOLUTION,
    also_right=(
        SOLUTION.replace("655360", "6.5536e+05").replace("0.37", "0.370"),
        SOLUTION.replace("Orders.", "How many orders there were, by product."),
    ),
    wrong=(
        Wrong(SOLUTION.replace("655360", "640"), "off by a unit"),
        Wrong(SOLUTION.replace("0.37", "37"), "off by a unit"),
        Wrong(SOLUTION.replace(" 1795842000\n", " 1795842000000\n"), "off by a unit"),
        Wrong(SOLUTION.replace("total counter", "total gauge"), "wrong type"),
        Wrong(SOLUTION.replace("_used_bytes", "_used_kilobytes"), "wrong name"),
        Wrong(SOLUTION.replace("_orders_total", "_orders"), "wrong name"),
        Wrong(
            SOLUTION.replace('_orders_total{product="teapot"}', "_orders_teapot_total"),
            "label in the name",
        ),
        Wrong(SOLUTION.replace("product=", "name="), "wrong label name"),
        Wrong(
            SOLUTION.replace("# HELP shop_disk_free_ratio Share of the disk that is free.\n", ""),
            "help missing",
        ),
        Wrong(SOLUTION.replace('"teapot"', "teapot"), "syntax error"),
    ),
    practice="A name is for ever: dashboards and alerts have it in them. Say the unit in it once,"
    " and "
    "nobody has to ask.",
    judge=SamePage(SOLUTION),
)
