"""A file of targets in which each says where its page is, as prometheus.yml belongs to others."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.targets import SameTargets, Target

CONFIG = """\
scrape_configs:
  - job_name: guests
    scrape_interval: 30s
    file_sd_configs:
      - files: [targets.yml]
"""
SOLUTION = """\
- targets: ["till-1:8000", "till-2:8000"]
  labels:
    job: tills
    shop: lisbon
- targets: ["oven:8443"]
  labels:
    job: bakery
    shop: lisbon
    __scheme__: https
    __metrics_path__: /status/metrics
"""

EXERCISE = Exercise(
    title="Not your file",
    kind="configuration",
    prompt=f"""\
A new shop in Lisbon may use the Prometheus of the head office, but not touch its configuration.
There is one job for guests in it:

```yaml
{CONFIG.strip()}
```

What is yours is `targets.yml`. The head office has only one thing to say: labels that begin with
`__` work there as they do in rules. **Write `targets.yml`**, for these:

| what Prometheus is to ask for | `job` | `shop` |
|---|---|---|
| `http://till-1:8000/metrics` | `tills` | `lisbon` |
| `http://till-2:8000/metrics` | `tills` | `lisbon` |
| `https://oven:8443/status/metrics` | `bakery` | `lisbon` |

There are no further labels, and each target's `instance` is its address. (The hosts do not exist:
the check looks at what Prometheus would ask for.)""",
    hints=(
        "Chapter 05 shows a `targets.yml` in *Plainer ways*: a list; each entry has `targets`, "
        "and `labels` for all of them.",
        "An address is host and port. The rest of a URL is in labels with a meaning: see the "
        "table in *Relabelling, step by step*.",
        "The job's name is only where the label `job` begins. A label of the same name in the "
        "file takes its place.",
    ),
    start="# your targets.yml here",
    solution=SOLUTION,
    also_right=(
        """\
[{"targets": ["oven:8443"],
  "labels": {"__scheme__": "https", "__metrics_path__": "/status/metrics",
             "job": "bakery", "shop": "lisbon"}},
 {"targets": ["till-1:8000"], "labels": {"job": "tills", "shop": "lisbon"}},
 {"targets": ["till-2:8000"], "labels": {"job": "tills", "shop": "lisbon"}}]
""",
        """\
- labels: &till {job: tills, shop: lisbon}
  targets: [till-1:8000]
- labels: *till
  targets: [till-2:8000]
- targets:
    - oven:8443
  labels: {shop: lisbon, job: bakery, __metrics_path__: status/metrics, __scheme__: https,
           instance: "oven:8443"}
""",
    ),
    wrong=(
        Wrong(SOLUTION.replace("    __scheme__: https\n", ""), "wrong scheme"),
        Wrong(SOLUTION.replace("__metrics_path__", "metrics_path"), "wrong path"),
        Wrong(SOLUTION.replace("    job: bakery\n", ""), "wrong job"),
        Wrong(SOLUTION.replace('443"]\n', '443"]\n  scheme: https\n'), "field misplaced"),
        Wrong(SOLUTION.replace('", "till-2:8000', ""), "target missing"),
        Wrong(SOLUTION.replace("oven:8443", "https://oven:8443"), "no host and port"),
        Wrong(SOLUTION.replace("  labels", "    labels"), "not yaml"),
        Wrong("scrape_configs:\n  - job_name: tills\n", "list expected"),
        Wrong(SOLUTION.replace("    __scheme__", "    scheme"), "wrong scheme"),
    ),
    practice="A file of targets is the simplest contract between two teams: one owns the job with "
    "its pace and limits, the other the list, and nobody waits for the other's review.",
    judge=SameTargets(
        (
            Target("http://till-1:8000/metrics", {"job": "tills", "shop": "lisbon"}),
            Target("http://till-2:8000/metrics", {"job": "tills", "shop": "lisbon"}),
            Target("https://oven:8443/status/metrics", {"job": "bakery", "shop": "lisbon"}),
        ),
        up=False,
        around=CONFIG,
    ),
)
