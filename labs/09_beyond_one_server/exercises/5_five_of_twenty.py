"""Relabelling at write: five of twenty series, with other labels than at home."""

from pathlib import Path

from lab_helpers import ProgramContainer, VictoriaMetricsContainer
from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.series import SameSeries, Series

LAB = Path(__file__).parents[1]
START = """\
global:
  scrape_interval: 1s
scrape_configs:
  - job_name: tills
    static_configs:
      - targets: [faro-tills:8000]
remote_write:
  - url: http://victoria-metrics:8428/api/v1/write
    write_relabel_configs: []   # your rules
"""
HEAD = START.replace(" []   # your rules", "")
FIVE = """\
      - source_labels: [__name__, till]
        regex: till_sales_total;0[1-5]
        action: keep
"""
SHOP = """\
      - source_labels: [branch]
        target_label: shop
"""
LESS = """\
      - regex: branch|release|instance
        action: labeldrop
"""
SOLUTION = HEAD + FIVE + SHOP + LESS

EXERCISE = Exercise(
    title="Five of twenty",
    kind="configuration",
    prompt="""\
The owner of the building at the airport of Faro gets a part of the rent by sales. He has a store of
his own, and is to see `till_sales_total` of the tills **01 to 05**, nothing else. His store calls a
`branch` a **`shop`**. It is not his business which release the tills run, nor at which address they
are: no `release`, no `instance`, no `branch`.

So each of the five series has there the labels `till`, `shop` and `job`, and no others.

**Complete the rules.** At home nothing changes: Prometheus keeps all twenty series as they are. The
check looks at what arrives in the store, and at what is at home.""",
    hints=(
        "Three rules: keep what he may see, give a label another name, take labels off. In which "
        "order?",
        "A rule with several `source_labels` joins their values with `;`. A rule without an action "
        "copies a value into `target_label`.",
        "There is no action *rename*: copy `branch` to `shop`, and drop `branch` afterwards. "
        "`labeldrop` has only a regex, which matches names of labels.",
    ),
    start=START,
    solution=SOLUTION,
    also_right=(
        HEAD
        + """\
      - {source_labels: [till], regex: "0[12345]", action: keep}
      - {source_labels: [__name__], regex: till_sales_total, action: keep}
      - {regex: branch, action: labelmap, replacement: shop}
      - {regex: __name__|till|shop|job, action: labelkeep}
""",
        HEAD
        + SHOP
        + """\
      - {source_labels: [till], regex: "0[6-9]|1.|20", action: drop}
      - {source_labels: [till], regex: "", action: drop}
      - {target_label: release, replacement: ""}
      - {target_label: instance, replacement: ""}
      - {target_label: branch, replacement: ""}
""",
    ),
    wrong=(
        Wrong(HEAD + FIVE + LESS + SHOP, "label missing"),
        Wrong(HEAD + SHOP + LESS, "series too many"),
        Wrong(HEAD + FIVE + SHOP, "label too many"),
        Wrong(HEAD + FIVE.replace("till_sales_total;0[1-5]", '"[1-5]"') + SHOP + LESS,
              "nothing sent"),
        Wrong(HEAD + FIVE.replace("0[1-5]", "0[1-4]") + SHOP + LESS, "series missing"),
        Wrong(HEAD + FIVE.replace("keep", "drop") + SHOP + LESS, "series too many"),
        Wrong(HEAD + FIVE + SHOP + LESS.replace("branch|", "branch|till|"), "label missing"),
        Wrong(HEAD + FIVE + SHOP.replace("shop", "shops") + LESS, "label missing"),
        Wrong(
            SOLUTION.replace("    write_relabel_configs:\n" + FIVE + SHOP + LESS, "").replace(
                "remote_write:", "    metric_relabel_configs:\n" + FIVE + SHOP + LESS
                + "remote_write:"),
            "changed at home",
        ),
        Wrong(HEAD + FIVE + SHOP + LESS.replace("labeldrop", "label_drop"), "unknown action"),
    ),
    practice="What must not leave the house is dropped before it leaves. Test such rules by what "
    "arrives: a mistake in them is in no log.",
    judge=SameSeries(
        tuple(
            Series("till_sales_total", till=f"{till:02}", shop="0001", job="tills")
            for till in range(1, 6)
        ),
        services={
            "faro-tills": lambda: ProgramContainer(LAB / "tills.py", name="faro-tills"),
            "victoria-metrics": VictoriaMetricsContainer,
        },
        store="victoria-metrics",
        at_home={"till_sales_total": 20},
    ),
)  # fmt: skip
