"""Federation from servers without external labels."""

from functools import partial
from pathlib import Path

from lab_helpers import ProgramContainer, PrometheusContainer
from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.series import SameSeries, Series

LAB = Path(__file__).parents[1]
CITIES = ("faro", "braga")


def tills(city: str) -> ProgramContainer:
    """The tills of a city."""
    return ProgramContainer(LAB / "tills.py", name=f"{city}-tills")


def server(city: str) -> PrometheusContainer:
    """The Prometheus of a city, which has no external labels."""
    config = (LAB / "city.yml").read_text().replace("CITY", city)
    nameless = config.replace(f"  external_labels:\n    city: {city}\n    replica: a\n", "")
    return PrometheusContainer(nameless, [LAB / "rules.yml"], name=city)


START = """\
global:
  scrape_interval: 1s

scrape_configs:
  - job_name: federate
    metrics_path: /federate
    params:
      "match[]": ['{__name__=~"job:.+"}']
    honor_labels: true
    static_configs:
      - targets: [faro:9090, braga:9090]
"""
TARGETS = "      - targets: [faro:9090, braga:9090]\n"
GROUPS = "".join(
    f"      - targets: [{city}:9090]\n        labels: {{city: {city}}}\n" for city in CITIES
)
SOLUTION = START.replace(TARGETS, GROUPS)
FROM_ADDRESS = """\
    relabel_configs:
      - source_labels: [__address__]
        regex: (.+):9090
        target_label: city
"""

EXERCISE = Exercise(
    title="Nobody says where",
    kind="configuration",
    prompt="""\
The Prometheus servers of Faro and Braga were set up in a hurry: neither has external labels, and
you may not change them today. The head office's file stands below. With it, both cities send the
very same series, and the head office sees one city where there are two.

**Mend the file**, so that the head office has each `job:…` series of each city, with the label
`city` (`faro` or `braga`), and the label `job` as the cities' rules made it. There is no other
label.

The check starts a Prometheus with your file and looks at its series.""",
    hints=(
        "A target can have labels that the scrape puts on all that comes from it.",
        "`static_configs` is a list of groups, and each group has `targets` and `labels`. "
        "Relabelling could write the label too.",
        "With `honor_labels: true` what the page says wins. Does the page say anything of `city`? "
        "And of `job`?",
    ),
    start=START,
    solution=SOLUTION,
    also_right=(
        START + FROM_ADDRESS,
        START
        + "    relabel_configs: [{source_labels: [__address__], regex: '([a-z]+):.*', "
        "replacement: '$1', target_label: city}]\n",
    ),
    wrong=(
        Wrong(START.replace("    honor_labels: true\n", "") + FROM_ADDRESS, "labels moved aside"),
        Wrong(SOLUTION.replace("honor_labels: true", "honor_labels: false"), "labels moved aside"),
        Wrong(START.replace(", braga:9090", "") + FROM_ADDRESS, "series missing"),
        Wrong(START + FROM_ADDRESS.replace("(.+):9090", "(.+)"), "wrong value"),
        Wrong(START + FROM_ADDRESS.replace("target_label: city", "target_label: town"),
              "label missing"),
        Wrong(START.replace("global:\n", "global:\n  external_labels: {city: faro}\n"),
              "label missing"),
        Wrong(START + FROM_ADDRESS.replace("relabel_configs", "metric_relabel_configs"),
              "label missing"),
        Wrong(SOLUTION.replace("labels: {city: faro}", "label: {city: faro}"), "unknown field"),
        Wrong(SOLUTION.replace("job:.+", "job:.*sum"), "series missing"),
    ),
    practice="It works, but it only covers the fault: an alert of Faro still does not say where it "
    "comes from. External labels belong in each server's own file, on its first day.",
    judge=SameSeries(
        tuple(
            Series(name, city=city, job=job)
            for city in CITIES
            for name, job in (
                ("job:till_sales:rate10s", "tills"),
                ("job:up:sum", "tills"),
                ("job:up:sum", "prometheus"),
            )
        ),
        services={
            **{f"{city}-tills": partial(tills, city) for city in CITIES},
            **{city: partial(server, city) for city in CITIES},
        },
    ),
)  # fmt: skip
