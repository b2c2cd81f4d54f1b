"""One fleet, two paces: each instance in exactly one of two jobs."""

from pathlib import Path

from lab_helpers import ConsulContainer
from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.targets import SameTargets, Target

HERE = Path(__file__).parent
SOLUTION = """\
scrape_configs:
  - job_name: canary
    scrape_interval: 5s
    consul_sd_configs:
      - server: consul-porto:8500
        tags: [metrics]
    relabel_configs:
      - source_labels: [__meta_consul_tags]
        regex: .*,version=2\\..*
        action: keep
      - source_labels: [__meta_consul_service]
        target_label: job
      - target_label: track
        replacement: canary

  - job_name: stable
    scrape_interval: 30s
    consul_sd_configs:
      - server: consul-porto:8500
        tags: [metrics]
    relabel_configs:
      - source_labels: [__meta_consul_tags]
        regex: .*,version=2\\..*
        action: drop
      - source_labels: [__meta_consul_service]
        target_label: job
      - target_label: track
        replacement: stable
"""
WITH_ANCHORS = """\
global: {scrape_interval: 30s, scrape_timeout: 4s}
scrape_configs:
  - job_name: rest
    consul_sd_configs: &consul [{server: "consul-porto:8500"}]
    relabel_configs:
      - &metrics {source_labels: [__meta_consul_tags], regex: ".*,metrics,.*", action: keep}
      - &track
        source_labels: [__meta_consul_tags]
        regex: ".*,version=2[.].*"
        target_label: track
        replacement: canary
      - {source_labels: [track], regex: canary, action: drop}
      - {target_label: track, replacement: stable}
      - &job {source_labels: [__meta_consul_service], target_label: job}
  - job_name: new
    scrape_interval: 5s
    consul_sd_configs: *consul
    relabel_configs:
      - *metrics
      - *track
      - {source_labels: [track], regex: canary, action: keep}
      - *job
"""
BY_NAME = SOLUTION.replace("        tags: [metrics]\n", "").replace(
    "      - target_label: track",
    "      - {source_labels: [__meta_consul_tags], regex: '.*,metrics,.*', action: keep}\n"
    "      - source_labels: [job]\n        regex: .+\n        target_label: track",
)


def porto() -> ConsulContainer:
    """A Consul that has what the learner sees, and more: a list of instances does not do."""
    consul = ConsulContainer(name="consul-porto")
    for name in ("registry.json", "porto.json"):
        consul.copy_in(HERE / name, f"/consul/config/{name}")
    return consul


EXERCISE = Exercise(
    title="The canary",
    kind="configuration",
    prompt="""\
Some instances already run a version 2, to see how they fare: the canaries. For as long as they are
on trial the shop wants to watch them closely, and the others at the usual pace. The Consul of its
second site, at `consul-porto:8500`, has what yours has (the table in 05.1) and **a few services
more, which you do not see**.

**Write a `prometheus.yml`** with two jobs that finds everything in that Consul that has the tag
`metrics`, and scrapes each instance exactly once:

| instances | how often | label `track` |
|---|---|---|
| with a tag `version=2.…` (version 2, minor and patch whatever they be) | every 5 s | `canary` |
| all others | every 30 s | `stable` |

The label `job` is the name of the service, for all of them; there are no further labels, and the
`instance` is the address. When the next replica goes to version 2, nobody edits anything. (The
hosts do not exist: the check looks at the targets and their pace.)""",
    hints=(
        "The pace belongs to a job of the configuration. Hence the two; both ask Consul.",
        "What one job keeps the other drops, by the same regex. Is `search`, version 8.2.0, taken "
        "for a version 2?",
        "A rule with a `target_label` and a `replacement`, and nothing else, writes a constant. "
        "The `job_name` is only where the label `job` begins.",
    ),
    start="# your prometheus.yml here; its Consul is consul-porto:8500",
    solution=SOLUTION,
    also_right=(WITH_ANCHORS, BY_NAME),
    wrong=(
        Wrong(
            SOLUTION.replace("scrape_interval: 5s\n", "scrape_interval: 30s\n"), "interval too long"
        ),
        Wrong(
            SOLUTION.replace(
                "      - source_labels: [__meta_consul_tags]\n"
                "        regex: .*,version=2\\..*\n        action: drop\n",
                "",
            ),
            "scraped twice",
        ),
        Wrong(SOLUTION.replace(".*,version=2\\..*", "version=2\\..*"), "regex not anchored"),
        Wrong(SOLUTION.replace("        tags: [metrics]\n", ""), "target too many"),
        Wrong(SOLUTION.replace("=2\\..*", "=2.0.0,.*"), "in the wrong job"),
        Wrong(SOLUTION.replace("=2\\..*", "=2.*"), "in the wrong job"),
        Wrong(SOLUTION.replace("=2\\..*", "=2.[0-9.]+,.*"), "in the wrong job"),
        Wrong(SOLUTION.replace(".*,version", ".*version"), "in the wrong job"),
        Wrong(
            SOLUTION.replace("consul_tags", "consul_service_id").replace(
                ".*,version=2\\..*", "checkout-3|front-1"
            ),
            "in the wrong job",
        ),
        Wrong(
            SOLUTION.replace("=2\\..*\n        action: drop", "=1\\..*\n        action: keep"),
            "target dropped",
        ),
        Wrong(
            SOLUTION.replace(
                "      - source_labels: [__meta_consul_service]\n        target_label: job\n", ""
            ),
            "wrong job",
        ),
        Wrong(SOLUTION.replace("job_name: stable", "job_name: canary"), "job twice"),
    ),
    practice="A few instances at a quick pace cost little and show a bad release minutes earlier; "
    "the label `track` lets every dashboard and alert compare the two.",
    judge=SameTargets(
        (
            Target("http://checkout-3:8000/metrics", {"job": "checkout", "track": "canary"}, "5s"),
            Target("http://front-1:8080/metrics", {"job": "front", "track": "canary"}, "5s"),
            Target("http://till-1:7000/metrics", {"job": "till", "track": "canary"}, "5s"),
            *(
                Target(url, {"job": job, "track": "stable"}, "30s")
                for job, url in (
                    ("checkout", "http://checkout-1:8000/metrics"),
                    ("checkout", "http://checkout-2:8000/metrics"),
                    ("ledger", "http://ledger-1:8443/metrics"),
                    ("booking", "http://booking-1:7100/metrics"),
                    ("search", "http://search-1:9200/metrics"),
                    ("search", "http://search-2:9200/metrics"),
                )
            ),
        ),
        services={"consul-porto": porto},
        up=False,
    ),
)
