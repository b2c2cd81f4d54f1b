"""Relabel rules, and instances to send through them, made by hypothesis."""

from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from lab_helpers.discovery.regexes import Regex
from lab_helpers.errors import WorkshopError

Rule = dict[str, Any]
Case = tuple[list[Rule], list[dict[str, str]]]

VALUES = st.sampled_from(
    ["a", "b", "web", "Web", "web-1", "10.0.0.7:9100", "host", "[::1]:80", "a;b", ",metrics,v=2,",
     "Über", "straße", "straße", "İΣ", "ŉ ß", "𝔸x", "a\nb", "a b",
     "$1", "true", "1m", "15s", "http", "https",
     "/x y", "%", "é", "c.d", "=", "_", "0"]
)  # fmt: skip
NAMES = st.sampled_from(
    ["a", "b", "c", "d", "a", "b", "c", "job", "instance", "__address__", "__scheme__",
     "__metrics_path__",
     "__param_t", "__param_u", "__scrape_interval__", "__scrape_timeout__", "__meta_a",
     "__meta_a_b", "__meta_tags", "__tmp_x", "Team", "a1"]
)  # fmt: skip
#: any text is a name to Prometheus 3
NEW_NAMES = st.sampled_from(["c.d", "über", "a b", "$", "1a", "{x}", "a$1"])
ACTIONS = st.sampled_from(
    ["replace"] * 8 + ["labelmap", "lowercase", "uppercase", "hashmod", "labeldrop"] * 2
    + ["keep", "drop", "keepequal", "dropequal", "labelkeep", "Replace", "DROP"]
)  # fmt: skip
ATOMS = st.sampled_from(
    ["a", "b", "web", "Web", ".", ".*", ".+", ".*?", "(.*)", "(.+)", "([^:]+)", "(?P<n>.*)",
     "(?i:web)", "(?i)a", r"\w", r"[\w-.]+", r"[\s-x]", r"\pL+", r"\p{Lu}", r"\P{Greek}", r"\d*",
     "[[:alpha:]]", "[^a-c]", "[]a]", "x?", "(x)?", "b|", "|a", "^", "$", r"\b", r"\.", r"\Qa.b\E",
     "a{1,2}", "(?s).", "(?U)a+", "(?-s:.)", "__meta_", "__.*", "job|", "meta_", "_(.+)", ":",
     r"\x61", "ß", "É", r"\n", "(a|(b))", "(?:", "a)", "("]
)  # fmt: skip
REGEXES = st.one_of(
    st.sampled_from(["(.*)", ".*", "", "(.*);(.*)", "__meta_(.+)", "a|b|job|__.*", ".+"]),
    st.lists(ATOMS, min_size=1, max_size=4).map("".join),
    st.text("ab(|)[]*+?{}^$.\\-,:dwspLQE019<>P=!iU", max_size=7),
)


def _compiles(regex: str) -> bool:
    try:
        return bool(Regex(regex))
    except WorkshopError:
        return False


#: what is refused is left to WILD: it would take a whole list of rules with it
GOOD_REGEXES = REGEXES.filter(_compiles)
TEMPLATES = st.lists(
    st.sampled_from(["$1", "${1}", "$2", "${n}", "$n", "$$", "$", "${", "${}", "x", "é", "_", "$0",
                     "$1x", "${1}x", "$01", "$é", "a", ".", "-", "/", "http", "1m"]),
    max_size=3,
).map("".join)  # fmt: skip
ADDRESSES = st.sampled_from(["a:1", "b", "c:3", "[::1]:80", "host.example:443", "é:1", "a b", "x%"])


@st.composite
def fitting(draw: st.DrawFn, names: st.SearchStrategy[str]) -> Rule:
    """A rule that has what its action asks for."""
    action = draw(ACTIONS)
    plain = action.lower()
    rule: Rule = {} if plain == "replace" and draw(st.booleans()) else {"action": action}
    if plain not in ("labelmap", "labeldrop", "labelkeep"):
        rule["source_labels"] = draw(st.lists(names, max_size=2))
    if plain in ("replace", "keep", "drop", "labelmap", "labeldrop", "labelkeep") and draw(
        st.sampled_from([True, True, False])
    ):
        rule["regex"] = draw(GOOD_REGEXES)
    if plain == "labelkeep":  # without `__address__` all is lost
        rule["regex"] = draw(st.sampled_from(["__.*|a|job", "(?s)__.+|[ab]", "_.*|.", "a|job"]))
    if plain in ("replace", "hashmod", "lowercase", "uppercase", "keepequal", "dropequal"):
        rule["target_label"] = draw(names)
    if plain == "replace" and draw(st.booleans()):
        rule["target_label"] = draw(st.sampled_from(["${1}", "t_$1", "$1_$2", "${n}", "x$n"]))
    if plain == "hashmod":
        rule["modulus"] = draw(st.sampled_from([1, 2, 7, 1000, 2**63 + 1]))
    if plain in ("replace", "labelmap") and draw(st.booleans()):
        sure = st.sampled_from(["$1", "x_$1", "m_${1}_$2", "${n}y"])
        rule["replacement"] = draw(sure if plain == "labelmap" else TEMPLATES)
    if plain not in ("labelmap", "labeldrop", "labelkeep", "keepequal", "dropequal") and draw(
        st.sampled_from([True, False, False])
    ):
        rule["separator"] = draw(st.sampled_from(["", ";", "-", "/", "\n"]))
    return rule


#: a rule with anything in its fields
WILD = st.fixed_dictionaries(
    {},
    optional={
        "action": st.one_of(ACTIONS, st.sampled_from(["", "kep", None, 1, True])),
        "source_labels": st.one_of(
            st.lists(st.one_of(NAMES, NEW_NAMES, st.sampled_from(["", None, 1])), max_size=2),
            st.sampled_from([None, "a", "['a']", {"a": "b"}]),
        ),
        "regex": st.one_of(REGEXES, st.sampled_from([None, 1, True, "(.*)", ["a"], 1.10])),
        "target_label": st.one_of(NAMES, NEW_NAMES, TEMPLATES, st.sampled_from([None, "", 1])),
        "replacement": st.one_of(TEMPLATES, st.sampled_from([None, "", 1, False, "$1", 1e3])),
        "separator": st.sampled_from([";", "", None, ",", 0]),
        "modulus": st.sampled_from([0, 1, 5, -1, "5", 2**64, 2.5, 3.0, None, "x"]),
        "regexp": st.just("a"),
    },
)


#: one field too many for most actions
EXTRA = st.sampled_from(
    [{"separator": ","}, {"separator": ";"}, {"modulus": 5}, {"modulus": 0}, {"regex": "(.*)"},
     {"target_label": "x"}, {"source_labels": []}, {"source_labels": ["a"]}, {"replacement": "x"},
     {"replacement": "$1"}, {"replacement": None}, {"target_label": None}]
)  # fmt: skip


def cases(number: int, start: int, utf8: bool) -> list[Case]:
    """So many lists of rules, each with instances, from a seed."""
    made: list[Case] = []
    names = st.one_of(NAMES, NAMES, NAMES, NEW_NAMES) if utf8 else NAMES
    rules = st.lists(fitting(names), min_size=5, max_size=9)
    spoiled = st.builds(lambda rule, more: {**more, **rule}, fitting(names), EXTRA)
    alone = st.lists(st.one_of(WILD, spoiled), min_size=1, max_size=1)
    given_labels = st.fixed_dictionaries(
        {"a": VALUES, "b": VALUES, "__meta_a": VALUES, "__meta_tags": VALUES},
        optional={name: VALUES for name in ("c", "d", "Team", "job", "__meta_a_b", "__param_t",
                                            "__scheme__", "instance",
                                            *(("c.d", "über") if utf8 else ()))},
    )  # fmt: skip
    instances = st.lists(
        st.builds(
            lambda found, address: {**found, "__address__": address}, given_labels, ADDRESSES
        ),
        min_size=1,
        max_size=4,
    )

    @seed(start)
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from([alone, *[rules] * 4]).flatmap(lambda some: some), instances)
    def make(rules: list[Rule], instances: list[dict[str, str]]) -> None:
        made.append((rules, instances))

    make()
    return made
