"""Which rule drops whom, told before anybody is asked."""

import json
from collections.abc import Iterable
from pathlib import Path

from lab_helpers import ConsulContainer
from lab_helpers.discovery import trace
from lab_helpers.grading import Bench, Exercise, Wrong
from lab_helpers.grading.judges.words import Words
from lab_helpers.waiting import wait_until

REGISTRY = Path(__file__).with_name("registry.json")
CONFIG = """\
scrape_configs:
  - job_name: shop
    consul_sd_configs:
      - server: consul:8500
    relabel_configs:
      # 1
      - source_labels: [__meta_consul_tags]
        regex: .*,metrics.*
        action: keep
      # 2
      - source_labels: [__meta_consul_tags]
        regex: version=2
        action: drop
      # 3
      - source_labels: [__meta_consul_service, __meta_consul_health]
        regex: checkout;critical|mysql.*
        action: drop
"""


def dropped(bench: Bench) -> Iterable[str]:
    """Each instance that a rule drops, with the rule's number."""
    consul = bench["consul"]
    wait_until(lambda: "critical" in set(consul.health().status), "Consul knows who is ill")
    for one in trace(CONFIG, "shop", consul.discovered()):
        if one.reason:
            yield f"{one.name}={len(one.steps)}"


IDS = [one["id"] for one in json.loads(REGISTRY.read_text())["services"]] + ["consul"]
OTHER_FORM = "Write the id first and then the rule's bare number, such as `ledger-1=2`."
REASONS = {
    "1": ("tag not first", "Rule 1 keeps {}: `.*` also matches the tags before and after."),
    "2": (
        "regex not anchored",
        "Rule 2 drops what matches `version=2` as a whole. Is that all that stands in the tags "
        "of {}?",
    ),
    "3": ("not critical", "Rule 3 drops mysql, and of checkout what is critical. Is {} one?"),
}


EXERCISE = Exercise(
    title="Who is dropped?",
    kind="prediction",
    prompt=f"""\
This is what the shop has in Consul. Everything is *passing* but `checkout-2`, which is
*critical*.

| id | service | tags |
|---|---|---|
| `checkout-1` | `checkout` | `metrics`, `team=shop`, `version=1.9.0` |
| `checkout-2` | `checkout` | `metrics`, `team=shop`, `version=1.9.0` |
| `checkout-3` | `checkout` | `version=2.0.0`, `team=shop`, `metrics` |
| `front-1` | `front` | `team=shop`, `metrics`, `version=2.1.0`, `path=/admin/metrics` |
| `ledger-1` | `ledger` | `metrics`, `team=payments`, `version=3.4.1`, … |
| `mail-1` | `mail` | `metrics-soon`, `team=shop`, `version=1.2.0` |
| `mysql-1` | `mysql` | `team=shop` |
| `search-1` | `search` | `metrics`, `metrics-port=9114`, `team=search`, … |
| `search-2` | `search` | `team=search`, `version=8.2.0`, `metrics-port=9115`, `metrics` |
| `consul` | `consul` | none: it is Consul itself |

A colleague has written these rules and is sure of them. Before they go into production, you are
asked to read them:

```yaml
{CONFIG.strip()}
```

**Predict** which instances are dropped, and by which rule. Write `ID=RULE` for each, such as
`ledger-1=2`, with blanks or commas between them.""",
    hints=(
        "The tags are one text, with a comma before the first, between any two, and after the "
        "last. An instance that a rule has dropped never comes to the next.",
        "A regex must match the whole value. Which values does `.*,metrics.*` match, and which "
        "does `version=2`?",
        "Rule 3 looks at two labels, with a semicolon between them. Whose value is "
        "`checkout;critical`? And who of `mysql` is left by then?",
    ),
    start="# ID=RULE, for each instance that is dropped",
    solution="checkout-2=3 consul=1 mysql-1=1",
    also_right=(
        "consul=1, mysql-1=1, checkout-2=3",
        "checkout-2 = 3, consul = 1, mysql-1 = 1",
        "mysql-1=1\nconsul=1\n`checkout-2=3`",
    ),
    wrong=(
        Wrong("checkout-2=3 checkout-3=2 consul=1 mysql-1=1", "regex not anchored"),
        Wrong("checkout-2=3 consul=1 mail-1=1 mysql-1=1", "regex too wide"),
        Wrong("checkout-2=3 consul=1 mysql-1=3", "dropped before"),
        Wrong("consul=1 mysql-1=1", "not all of it"),
        Wrong("checkout-2 consul mysql-1", "by which rule"),
        Wrong("search-2=1 checkout-2=3 consul=1 mysql-1=1", "tag not first"),
        Wrong("checkout-3=3 consul=1 mysql-1=1", "not critical"),
        Wrong("checkout-2:3 consul:1 mysql-1:1", "by which rule"),
        Wrong("checkout-2=3 somebody=1 mysql-1=1", "not that"),
    ),
    practice="Rules that drop more than was meant show in no log and in no alert: read them "
    "against the tags that there are, or have the tracer do it, before they are deployed.",
    judge=Words(
        right=dropped,
        near={
            **{
                f"{name}={rule}": (diagnosis, why.format(name))
                for name in IDS
                for rule, (diagnosis, why) in REASONS.items()
            },
            **{
                form: ("by which rule", OTHER_FORM)
                for name in IDS
                for rule in REASONS
                for form in (name, rule, f"{rule}={name}", f"{name}:{rule}", f"{name}=#{rule}")
            },
            "mail-1=1": (
                "regex too wide",
                "Rule 1 asks for `,metrics` and then anything. How do the tags of mail-1 begin?",
            ),
            **dict.fromkeys(
                ("consul=2", "consul=3", "mysql-1=2", "mysql-1=3"),
                ("dropped before", "Rule 1 comes first. Has it let Consul and mysql-1 pass?"),
            ),
        },
        because="Rule 1 lets mail-1 pass, rule 2 drops nobody, and rule 3 takes away the one "
        "instance that is ill, which is the one to look at.",
        services={
            "consul": lambda: ConsulContainer().copy_in(REGISTRY, "/consul/config/registry.json")
        },
    ),
)
