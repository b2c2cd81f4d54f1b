"""A join that is empty for three reasons, one behind the other."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import SameAnswer

BROKEN = """\
sum by (instance) (rate(shop_http_requests_total{status=~"5"}[1m]))
  * on (job, instance) group_left (version)
shop_build_info"""
SOLUTION = """\
sum by (job, instance) (rate(shop_http_requests_total{status=~"5.."}[5m]))
  * on (job, instance) group_left (version)
shop_build_info"""

EXERCISE = Exercise(
    title="Mend the join",
    kind="PromQL",
    prompt="""\
A colleague wants the **server errors per second of each replica over the last five minutes, with
the version** that runs there. The query below is empty, and he does not know why. It has **three**
faults, one behind the other.

**Mend it.** The answer has three series, with the labels `job`, `instance` and `version`. It is
asked on Thursday 5 March at 12:00. `prometheus.explain("""
    '"…", at=thursday)` tells what is empty, and why. Mend that, and ask again.',
    hints=(
        "Begin with the innermost part. Which matcher lets nothing through?",
        "The shop is scraped every minute. How many samples does `rate` need, and how many fit?",
        "`on (job, instance)` compares two labels. Does the left side still have both of them?",
    ),
    start=BROKEN,
    solution=SOLUTION,
    also_right=(
        'sum by (instance, job) (rate(shop_http_requests_total{status=~"5.*"}[5m])) '
        "* on (instance) group_left (version) shop_build_info",
        "shop_build_info * on (job, instance) group_right (version) "
        'sum by (job, instance) (rate(shop_http_requests_total{status=~"5[0-9]+"}[5m]))',
        'sum without (method, route, status) (rate(shop_http_requests_total{status=~"5.."}[5m])) '
        "* on (job, instance) group_left (version) shop_build_info",
    ),
    wrong=(
        Wrong(BROKEN.replace("1m", "5m"), "anchored pattern"),
        Wrong(BROKEN.replace('"5"', '"5.."'), "window too short"),
        Wrong(BROKEN.replace('"5"', '"5.."').replace("1m", "5m"), "no partners"),
        Wrong(SOLUTION.replace("group_left (version)", "group_left"), "label lost"),
        Wrong(SOLUTION.replace("5m", "1h"), "wrong window"),
        Wrong(SOLUTION.replace('"5.."', '"[45].."'), "wrong matcher"),
        Wrong(SOLUTION.replace("sum by (job, instance) ", ""), "label too many"),
        Wrong(
            'sum by (instance) (rate(shop_http_requests_total{status=~"5.."}[5m])) '
            "* on (instance) group_left (version) shop_build_info",
            "label lost",
        ),
        Wrong(SOLUTION.replace("rate", "increase"), "off by a unit"),
    ),
    practice="A query may be empty for several reasons, and you see one at a time. Mend the "
    "innermost part first, and you need not guess.",
    judge=SameAnswer(SOLUTION, at=("2026-03-05T12:00Z",)),
)
