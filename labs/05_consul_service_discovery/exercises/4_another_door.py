"""Port, scheme and path of the page from tags, for those that have them."""

from pathlib import Path

from lab_helpers import ConsulContainer
from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.targets import SameTargets, Target

HERE = Path(__file__).parent
START = """\
scrape_configs:
  - job_name: consul
    consul_sd_configs:
      - server: consul-porto:8500
    relabel_configs:
      - source_labels: [__meta_consul_tags]
        regex: .*,metrics,.*
        action: keep
      - source_labels: [__meta_consul_service]
        target_label: job
      - source_labels: [__meta_consul_service_id]
        target_label: instance
      # your rules
"""
HEAD = START.replace("      # your rules\n", "")
PORT = """\
      - source_labels: [__address__, __meta_consul_tags]
        regex: ([^:]+):\\d+;.*,metrics-port=(\\d+),.*
        target_label: __address__
        replacement: $1:$2
"""
SCHEME = """\
      - source_labels: [__meta_consul_tags]
        regex: .*,scheme=([^,]+),.*
        target_label: __scheme__
"""
PATH = """\
      - source_labels: [__meta_consul_tags]
        regex: .*,path=([^,]+),.*
        target_label: __metrics_path__
"""
SOLUTION = HEAD + PORT + SCHEME + PATH
BY_ID = "".join(
    f"      - source_labels: [__meta_consul_service_id]\n        regex: {name}\n"
    f"        target_label: {label}\n        replacement: {value}\n"
    for name, label, value in (
        ("search-1", "__address__", "search-1:9114"),
        ("search-2", "__address__", "search-2:9115"),
        ("front-1", "__metrics_path__", "/admin/metrics"),
        ("ledger-1", "__metrics_path__", "/internal/metrics"),
        ("ledger-1", "__scheme__", "https"),
    )
)


def porto() -> ConsulContainer:
    """A Consul that has what the learner sees, and more: a list of instances does not do."""
    consul = ConsulContainer(name="consul-porto")
    for name in ("registry.json", "porto.json"):
        consul.copy_in(HERE / name, f"/consul/config/{name}")
    return consul


EXERCISE = Exercise(
    title="Another door",
    kind="configuration",
    prompt="""\
In Consul stands where a service takes its customers. Some of the shop's services have their page
of metrics elsewhere, and say so in tags:

| tag | what it says | who has it |
|---|---|---|
| `metrics-port=9114` | the port of the page, on the same host | `search-1`, `search-2`, … |
| `scheme=https` | ask over HTTPS | `ledger-1`, … |
| `path=/internal/metrics` | the path of the page | `ledger-1`, `front-1`, … |

(The ports and paths differ from instance to instance.) Without these tags everything is as
usual: `checkout-1` has its page at `http://checkout-1:8000/metrics`.

The rules are for the shop's second site, in Porto. Its Consul, at `consul-porto:8500`, has what
yours has (the table in 05.1) and **a few services more, which you do not see**.

**Complete the rules**, so that Prometheus asks each for its page at the right place, and takes all
that it must know from the tags. `job` and `instance` stay as the rules that are there make them; no
label is added. (The hosts do not exist: the check looks at what Prometheus would ask for.)""",
    hints=(
        "Three labels with a meaning make up the URL. What are they called, and which of them has "
        "the port?",
        "A `replace` whose regex does not match changes nothing. So a rule for a tag leaves those "
        "without the tag as they are.",
        "The new address is made of two labels: the host from `__address__`, the port from the "
        "tags. A rule with two `source_labels` sees both, with `;` between them.",
    ),
    start=START,
    solution=SOLUTION,
    also_right=(
        HEAD
        + PATH
        + SCHEME
        + """\
      - source_labels: [__meta_consul_service_address, __meta_consul_tags]
        separator: "|"
        regex: (?P<host>.+?)\\|.*,metrics-port=(?P<port>[0-9]+),.*
        target_label: __address__
        replacement: ${host}:${port}
""",
        HEAD
        + PATH
        + """\
      - {source_labels: [__meta_consul_tags], regex: ".*,(scheme)=(https?),.*",
         target_label: "__${1}__", replacement: $2}
      - {source_labels: [__meta_consul_tags], regex: ".*,metrics-port=([^,]*),.*",
         target_label: __tmp_port}
      - {source_labels: [__meta_consul_service_address, __tmp_port], separator: ":",
         regex: "(.+:.+)", target_label: __address__}
""",
    ),
    wrong=(
        Wrong(HEAD + SCHEME + PATH, "wrong port"),
        Wrong(HEAD + PORT + PATH, "wrong scheme"),
        Wrong(HEAD + PORT + SCHEME, "wrong path"),
        Wrong(HEAD + PORT.replace("$1:$2", "$2:$1") + SCHEME + PATH, "wrong host"),
        Wrong(HEAD + PORT + SCHEME.replace(".*,scheme", "scheme") + PATH, "regex not anchored"),
        Wrong(
            HEAD + PORT + SCHEME + PATH.replace("[__meta_consul_tags]", "[__meta_consul_tag]"),
            "no such label",
        ),
        Wrong(
            HEAD + PORT + SCHEME + PATH.replace("([^,]+)", "(.+)").replace(",.*\n", "\n"),
            "regex too wide",
        ),
        Wrong(SOLUTION.replace("([^,]+)", "([^,]+", 1), "bad regex"),
        Wrong(SOLUTION.replace("$1:$2", "\\1:\\2"), "wrong group"),
        Wrong(HEAD + BY_ID, "regex does not match"),
        Wrong(SOLUTION.replace(".*,path=", ".*path="), "wrong part"),
        Wrong(SOLUTION.replace(",path=([^,]+),", ",path=(.+),"), "regex too wide"),
        Wrong(SOLUTION.replace("([^:]+):\\d+;", "(.+);"), "wrong port"),
    ),
    practice="The service says where its page is, and one set of rules serves a hundred services; "
    "the same three labels do it for Kubernetes, with annotations in place of tags.",
    judge=SameTargets(
        (
            *(
                Target(f"http://{name}:8000/metrics", {"job": "checkout", "instance": name})
                for name in ("checkout-1", "checkout-2", "checkout-3")
            ),
            Target("http://search-1:9114/metrics", {"job": "search", "instance": "search-1"}),
            Target("http://search-2:9115/metrics", {"job": "search", "instance": "search-2"}),
            Target("http://front-1:8080/admin/metrics", {"job": "front", "instance": "front-1"}),
            Target(
                "https://ledger-1:8443/internal/metrics", {"job": "ledger", "instance": "ledger-1"}
            ),
            Target("https://till-1:9300/till/metrics", {"job": "till", "instance": "till-1"}),
            Target("http://booking-1:7100/metrics", {"job": "booking", "instance": "booking-1"}),
        ),
        services={"consul-porto": porto},
        up=False,
    ),
)
