"""Lines of one's own on a page that Prometheus scrapes: a gauge with a label."""

from pathlib import Path

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.page import SamePage

PAGE = (Path(__file__).parents[1] / "warehouse.txt").read_text().strip()
HELP = "# HELP warehouse_orders_waiting Orders that wait to be packed."
TYPE = "# TYPE warehouse_orders_waiting gauge"
EXPRESS = 'warehouse_orders_waiting{delivery="express"} 3'
NORMAL = 'warehouse_orders_waiting{delivery="normal"} 12'


def page(*lines: str) -> str:
    """The warehouse's page with further lines."""
    return "\n".join([PAGE, *lines, ""])


EXERCISE = Exercise(
    title="Orders that wait",
    kind="configuration",
    prompt="""\
Orders wait in the warehouse until somebody packs them. At the moment **12** orders with normal
delivery wait, and **3** with express delivery.

**Add the metric `warehouse_orders_waiting` to the page**: two series, with the label `delivery`,
which is `normal` or `express`. Give it a `# HELP` line with a sentence, and a `# TYPE` line with
the type that fits. The rest of the page stays as it is.""",
    hints=(
        "`warehouse_parcels_packed_total` on the same page is the pattern: a `HELP` line, a `TYPE` "
        "line, and one line for each value of the label.",
        "Does the number of orders that wait ever get smaller? Then it is not a counter.",
        'The value of a label stands in double quotes: `some_name{delivery="normal"} 7`.',
    ),
    start=f"{PAGE}\n# your lines here",
    solution=page(HELP, TYPE, NORMAL, EXPRESS),
    also_right=(
        page(TYPE, HELP, EXPRESS, NORMAL),
        "\n".join([HELP, TYPE, f"{NORMAL}.0", EXPRESS, PAGE]),
    ),
    wrong=(
        Wrong(page(HELP, TYPE.replace("gauge", "counter"), NORMAL, EXPRESS), "wrong type"),
        Wrong(page(HELP, TYPE, "warehouse_orders_waiting 15"), "label missing"),
        Wrong(page(HELP, TYPE, NORMAL), "series missing"),
        Wrong(page(TYPE, NORMAL, EXPRESS), "help missing"),
        Wrong(page(HELP, NORMAL, EXPRESS), "type missing"),
        Wrong(page(HELP, TYPE, NORMAL, EXPRESS.replace('"', "")), "syntax error"),
        Wrong(page(HELP, TYPE, NORMAL, EXPRESS.replace("3", "3 orders")), "syntax error"),
        Wrong(page(HELP, TYPE, NORMAL.replace("12", "3"), EXPRESS), "wrong value"),
    ),
    practice="A program that can write a file can be monitored. The node exporter puts such files "
    "on its own page, if they lie in the folder of its textfile collector.",
    judge=SamePage(page(HELP, TYPE, NORMAL, EXPRESS)),
)
