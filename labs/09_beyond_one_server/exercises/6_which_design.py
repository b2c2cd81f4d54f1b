"""Five situations and five designs."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.words import Words

DESIGNS = {
    "A": "a pair of Prometheus servers, and Alertmanager",
    "B": "a Prometheus in each place, and federation of recording rules to a global one",
    "C": "a Prometheus in each place, which also writes everything to one VictoriaMetrics",
    "D": "agents, and a cluster with tenants, limits and replication",
    "E": "an object store behind the Prometheus servers that are there (Thanos's sidecar)",
}
SITUATIONS = {
    "1": "One shop, 300,000 series. The only complaint: when the server is restarted, nobody is "
    "alerted for three minutes.",
    "2": "Eight cities with a Prometheus each, which are well. The head office wants one screen "
    "with sales and error rates of all cities. Nobody there looks at single machines.",
    "3": "Twelve shops of 1 million series each. The analysts want to ask about any single till "
    "of any shop, over the last two years. Two people run all of it.",
    "4": "You sell monitoring: 3,000 customers, who must not see each other's data; 400 million "
    "series. A team of ten runs it.",
    "5": "Thirty Prometheus servers, which keep two weeks. The law wants three years, hardly ever "
    "read and as cheap as possible. Cheap object storage is in the house.",
}
SOLUTION = "1=A 2=B 3=C 4=D 5=E"
NEAR = {
    "1=b": ("for more than one place", "There is one place. What does a global server do while the "
            "only other one is restarted?"),
    "1=c": ("history, not alerts", "A store behind the server evaluates no alert while the server "
            "is away. What does?"),
    "1=d": ("far too large", "300,000 series fit on any laptop. Situation 1 needs no cluster."),
    "1=e": ("history, not alerts", "Object storage keeps old samples. Who alerts meanwhile?"),
    "2=a": ("one view missing", "A pair sees the same targets twice. Situation 2 is about eight "
            "places and one screen."),
    "2=c": ("more than is asked", "It would work, and hold millions of series of which situation 2 "
            "wants a dozen for each city."),
    "2=d": ("far too large", "Situation 2 wants a dozen series of each city."),
    "2=e": ("history, not one view", "Situation 2 asks for nothing old. What is the least that "
            "brings a few numbers together?"),
    "3=a": ("one machine, two years", "Think of the size of two years on the disks of a pair."),
    "3=b": ("details lost", "Federation brings what was added up. The analysts of situation 3 ask "
            "about any single till."),
    "3=d": ("who runs it?", "12 million series fit on one large machine, and two people run all of "
            "it."),
    "3=e": ("slow for analysts", "It would hold two years. But they are asked about all day, and "
            "with five programs more for two people: which design has fewer?"),
    "4=a": ("customers see each other", "Nothing in this design keeps customers apart."),
    "4=b": ("customers see each other", "Nothing in this design keeps customers apart."),
    "4=c": ("one machine", "400 million series are more than one machine, and it has no tenants."),
    "4=e": ("customers see each other", "It could be built, with a Prometheus for each customer. "
            "What holds 400 million series, with limits for each?"),
    "5=a": ("two weeks", "How long do the samples live on these disks?"),
    "5=b": ("details lost", "The law wants what was measured, not what was added up."),
    "5=c": ("disks instead of objects", "Three years of thirty servers would lie on disks. What is "
            "cheap in this house?"),
    "5=d": ("far too large", "It is hardly ever read. Situation 5 is about cheap storage."),
}  # fmt: skip


def table(rows: dict[str, str], head: str) -> str:
    """A table in Markdown."""
    return f"| | {head} |\n|---|---|\n" + "\n".join(f"| **{k}** | {v} |" for k, v in rows.items())


EXERCISE = Exercise(
    title="Which design?",
    kind="diagnosis",
    prompt=f"""\
Five people ask you what to build. Each of the five designs fits one of them best: it does what is
asked, and nothing is larger than it must be.

{table(SITUATIONS, "situation")}

{table(DESIGNS, "design")}

**Match them.** Answer with five words such as `1=E 2=D …`.""",
    hints=(
        "For each situation: what is missing today? A second server, one view, detail over years, "
        "customers kept apart, or cheap storage?",
        "Begin with the two that only one design can do: which one has tenants, and which one "
        "object storage?",
        "Of the three that are left, one is in a single place, one needs a dozen series of each "
        "place, and one needs all of them.",
    ),
    start="# 1=… 2=… 3=… 4=… 5=…",
    solution=SOLUTION,
    also_right=("5=E, 4=D, 3=C, 2=B, 1=A", "1=a\n2=b\n3=c\n4=d\n5=e"),
    wrong=(
        Wrong(SOLUTION.replace("1=A", "1=D"), "far too large"),
        Wrong("1=A 2=C 3=B 4=D 5=E", "more than is asked"),
        Wrong("1=A 2=B 3=D 4=C 5=E", "who runs it?"),
        Wrong("1=A 2=B 3=E 4=D 5=C", "slow for analysts"),
        Wrong("1=E 2=B 3=C 4=D 5=A", "history, not alerts"),
        Wrong("1=A 2=B 3=C 4=D", "not all of it"),
        Wrong("A B C D E", "not that"),
    ),
    practice="Ask three questions before you choose: how many series, who asks what, and who is "
    "woken when it breaks.",
    judge=Words(
        right=lambda _: SOLUTION.split(),
        near=NEAR,
        because="A pair against a restart; federation for a few numbers of many places; one large "
        "store for detail over years; a cluster for tenants; object storage for cheap years.",
    ),
)
