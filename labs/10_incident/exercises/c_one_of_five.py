"""Which of five causes fits all that was seen."""

from lab_helpers.grading import Bench, Exercise, Wrong
from lab_helpers.grading.judges.words import Words
from lab_helpers.incident.recording import EXAMPLE, truth_of


def cause(_: Bench) -> set[str]:
    """What truly happened."""
    return {fault.cause for fault in truth_of(*EXAMPLE).faults}


EXERCISE = Exercise(
    title="One of five",
    kind="diagnosis",
    prompt="""\
Five hypotheses, and what each would show:

| word | then you would see |
|---|---|
| `replica-crash` | a replica with `up` 0 |
| `database-hang` | requests in the shop that wait: `shop_http_requests_in_progress` climbs to 16 |
| `errors` | answers of the shop with a status of 5xx |
| `dns` | whoever asks for the shop *by its name* does not find it; who has its address, does |
| `disk-full` | orders that the shop cannot write, and answers with 5xx |

**Which one fits all that you have seen?** Answer with the word. The metrics of the probes may
help: `{job="blackbox"}` shows all that there are.""",
    hints=(
        "Cross out first. Which of the five say that requests arrive at the shop?",
        "Prometheus scrapes both replicas without trouble, and nginx does not reach them. Both ask "
        "by a name. Who tells each of them the address?",
        "Look at `probe_ip_protocol`: 4 or 6 says by which kind of address a probe went. What does "
        "0 say?",
    ),
    start="# one word",
    solution="dns",
    also_right=("`dns`", "# nobody finds the shop by its name\nDNS."),
    wrong=(
        Wrong("replica-crash", "both run"),
        Wrong("database-hang", "nothing waits"),
        Wrong("errors", "no error in the shop"),
        Wrong("disk-full", "no error in the shop"),
        Wrong("dns disk-half", "a false lead"),
        Wrong("silence", "a false lead"),
        Wrong("nginx", "a place, no cause"),
        Wrong("the network", "not that"),
    ),
    practice="Write down what each hypothesis would show before you look: then one query can rule "
    "it out.",
    judge=Words(
        cause,
        {
            "disk-half": (
                "a false lead",
                "The disk was half full for a moment, that is so. Half full is not full, and it is "
                "empty again. Are visitors served again?",
            ),
            "silence": (
                "a false lead",
                "Somebody silenced an alert, that is so. A silence keeps an alert from people, not "
                "requests from the shop. And did any alert fire?",
            ),
            "replica-crash": (
                "both run",
                'Then `up{job="web"}` would be 0 for one of them. What is it?',
            ),
            "database-hang": (
                "nothing waits",
                "Then requests would be waiting in the shop. How many are in progress there?",
            ),
            **dict.fromkeys(
                ("errors", "disk-full"),
                (
                    "no error in the shop",
                    "Then the shop itself would answer with 5xx, and count it. Does it?",
                ),
            ),
            "nginx": ("a place, no cause", "That is *where*. What has happened to it?"),
        },
        "A probe that finds no address has no version of IP, so `probe_ip_protocol` is 0; and "
        "nginx, which asks the same name server, answers 502 without having reached anybody.",
    ),
)
