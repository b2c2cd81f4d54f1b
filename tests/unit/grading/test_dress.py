"""What comes along with an answer: taken off and said so, or named with its line and word."""

from dataclasses import dataclass, field, replace

import pytest

from lab_helpers.cli.acts import read_answer
from lab_helpers.cli.line import _joined
from lab_helpers.grading import Bench, Verdict, catalogue, check, missed, solved
from lab_helpers.grading.dress import lookalike, not_text, plain, undressed
from lab_helpers.grading.judges.groups import odd_reference
from lab_helpers.grading.judges.kinds import CONFIG, ROUTING, RULES, TESTS, misfit
from lab_helpers.grading.judges.routing.refusals import refused
from lab_helpers.grading.judges.words import Words
from lab_helpers.grading.judges.yaml_text import NotYaml, read

ANSWER = 'sum by (route) (\n  rate(x{a="b"}[5m])\n)'


@dataclass
class Exact:
    """Takes one answer alone, and keeps what it was given."""

    right: str
    services: dict[str, object] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)

    def judge(self, answer: str, bench: Bench) -> Verdict:
        self.given.append(answer)
        if answer.strip() == self.right:
            return solved("Well done.")
        return missed("other", f"{len(answer)} characters")


class Idle(Bench):
    """Starts nothing."""

    def start(self, services: object) -> None:
        """Not needed."""


def judged(answer: str, right: str = ANSWER) -> Verdict:
    exercise = replace(catalogue.exercise("02.1"), judge=Exact(right))  # type: ignore[arg-type]
    return check(exercise, answer, Idle())


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("\ufeff" + ANSWER, "byte order mark"),
        (ANSWER.replace("\n", "\r\n"), "line ends of Windows"),
        (ANSWER.replace("\n", "\r"), "line ends of Windows"),
        (f"```promql\n{ANSWER}\n```\n", "fences"),
        (f"~~~\n{ANSWER}\n~~~", "fences"),
        (f"%%check 02.1\n{ANSWER}", "leave this line out"),
        (f"\n  %%solution 02.1\n{ANSWER}", "`%%solution 02.1`"),
        (f"\ufeff```\r\n%%check 02.1\r\n{ANSWER}\r\n```", "fences"),
    ],
)
def test_dress_is_taken_off_and_said_so(answer: str, said: str) -> None:
    verdict = judged(answer)
    assert verdict.solved, verdict.message
    assert said in verdict.message


def test_what_is_bare_is_said_nothing_of() -> None:
    assert judged(ANSWER).message == "Well done."
    assert judged("a\nb").message == "3 characters"


def test_lines_keep_their_numbers() -> None:
    dressed = undressed(f"```yaml\n{ANSWER}\n```")
    assert dressed.text.split("\n")[1:-1] == ANSWER.split("\n")


@pytest.mark.parametrize(
    ("answer", "where", "advice"),
    [
        (ANSWER.replace("sum by", "sum\u00a0by"), "Line 1, `sum␣by`", "no-break space (U+00A0)"),
        (ANSWER.replace('"b"', "“b”"), "Line 2, `", "typographic quote (U+201C)"),
        (ANSWER.replace("(route)", "（route)"), "Line 1, `（route)`", "what is meant is ("),
        (ANSWER.replace("rate(", "ra\u200bte("), "Line 2, `ra␣te(", "U+200B"),
    ],
)
def test_a_sign_that_looks_like_another_is_named(answer: str, where: str, advice: str) -> None:
    verdict = judged(answer)
    assert verdict.diagnosis == "not what it looks like"
    assert where in verdict.message and advice in verdict.message
    assert "the answer is right" in verdict.message


def test_a_second_mistake_behind_such_a_sign_is_told_too() -> None:
    verdict = judged(ANSWER.replace('"b"', "“b”").replace("ra", "\u200b"))
    assert "something else (other)" in verdict.message


def test_such_a_sign_does_no_harm_where_it_is_meant() -> None:
    right = "# “quoted”\u00a0and – dashed"
    assert lookalike(right) and plain(right) != right
    assert judged(f"x\n{right}", f"x\n{right}").solved


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("sum(x) # Größe".encode("latin-1"), "Line 1, `Gr␣␣e`: the byte 0xf6 is no UTF-8"),
        ("a\nsum(é)".encode("cp1252"), "Line 2, `sum(␣)`: the byte 0xe9"),
        ("sum(x)".encode("utf-16"), "save it as UTF-8"),
        ("sum(x)".encode("utf-16-be"), "save it as UTF-8"),
        (b"sum(x)\x1b[0m", "Line 1, `sum(x)␣[0m`: there is '\\x1b'"),
    ],
)
def test_what_is_no_text_says_where(content: bytes, said: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "answer.txt"
    file.write_bytes(content)
    verdict = judged(read_answer(str(file)))
    assert verdict.diagnosis == "not text"
    assert said in verdict.message


def test_text_of_any_language_is_text() -> None:
    assert not_text("sum(x) # 数 ещё ça\t🔥\n") == ""


def test_an_answer_may_begin_with_a_minus() -> None:
    assert _joined(["check", "02.1", "--answer", "-sum(x)", "--json"]) == [
        *("check", "02.1", "--answer=-sum(x)", "--json")
    ]
    assert _joined(["check", "02.1", "--answer"]) == ["check", "02.1", "--answer"]
    assert _joined(["progress"]) == ["progress"]


@pytest.mark.parametrize(
    ("replacement", "regex", "said"),
    [
        ("$1xx", "(.)..", "`${1}xx`"),
        ("${1}xx", "(.)..", ""),
        ("$1_total", "(.*)", "`${1}_total`"),
        (r"\1:\2", "(.*):(.*)", "`$1`"),
        ("$2", "(.*)", "no group `2`"),
        ("$name", "(?P<name>.*)", ""),
        ("$other", "(?P<name>.*)", "no group `other`"),
        ("$$1x", "(.*)", ""),
        ("$0", ".*", ""),
        ("$1", "(", ""),
    ],
)
def test_a_group_that_is_not_there(replacement: str, regex: str, said: str) -> None:
    found = odd_reference(replacement, regex)
    assert said in found and bool(found) == bool(said)


TREE = "receiver: everyone\nroutes: []"


@pytest.mark.parametrize(
    ("answer", "wanted", "said"),
    [
        ("relabel_configs:\n- {target_label: a}", CONFIG, "`scrape_configs:` and"),
        ("- job_name: a", CONFIG, "`scrape_configs:` and"),
        ("- source_labels: [a]\n  action: keep", CONFIG, "in it `relabel_configs:`"),
        ("- targets: [a]", CONFIG, "in it `static_configs:`"),
        ("groups: []", CONFIG, "`groups` is a file of rules"),
        ("services: {a: {image: b}}", CONFIG, "a compose file"),
        ("apiVersion: v1\nkind: ConfigMap", RULES, "a resource of Kubernetes"),
        ('{"panels": [], "title": "x"}', RULES, "a dashboard of Grafana"),
        (TREE, ROUTING, "`route:`"),
        ("source_matchers: [a = b]", ROUTING, "`inhibit_rules:`"),
        ("groups: []", TESTS, "is a file of rules"),
        ("- interval: 1m\n  input_series: []", TESTS, "`tests:`"),
        ("rules:\n- alert: A\n  expr: up", RULES, "`groups:`"),
        ("expr: up\nfor: 5m", RULES, "`alert:` or `record:`"),
        ("scrape_configs: []", RULES, "is prometheus.yml"),
        ("route: {}\ngroup_by: [a]", ROUTING, "`route:`"),
    ],
)
def test_what_kind_of_file_this_is_or_what_is_missing_above(
    answer: str, wanted: str, said: str
) -> None:
    verdict = misfit(answer, wanted)
    assert verdict and said in verdict.message


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ("scrape_configs: []", CONFIG), ("global: {}", CONFIG), ("groups: []", RULES),
        ("- alert: A\n  expr: up", RULES), ("record: a\nexpr: up", RULES), ("tests: []", TESTS),
        ("route: {}", ROUTING), ("rubbish", ROUTING), ("a: [", CONFIG), ("", RULES), ("3", TESTS),
    ],
)  # fmt: skip
def test_what_is_wanted_fits(answer: str, wanted: str) -> None:
    assert misfit(answer, wanted) is None


@pytest.mark.parametrize(
    "config",
    [
        {"route": {"routes": [{"matchers": [{"env": "staging"}]}]}},
        {"route": {"matchers": {"env": "staging"}}},
        {"inhibit_rules": [{"source_matchers": [{"env": "staging"}]}]},
    ],
)
def test_a_field_in_the_place_of_a_matcher(config: object) -> None:
    verdict = refused("line 6: cannot unmarshal !!map into string", config)
    assert verdict.diagnosis == "wrong shape"
    assert "`env = staging`" in verdict.message


def test_blanks_around_an_equals_sign_do_no_harm() -> None:
    words = Words(right=lambda _: ["checkout-2=3", "consul=1"], near={}, because="So it is.")
    for said in ("checkout-2 = 3, consul = 1", "consul= 1\ncheckout-2 =3", "consul=1 checkout-2=3"):
        assert words.judge(said, Idle()).solved
    assert not words.judge("checkout-2 = 2, consul = 1", Idle()).solved


def test_merges_are_read_as_in_go() -> None:
    text = "a: &a {x: 1, y: ~}\nb: &b {z: 3}\nc:\n  x: 2\n  <<: [*a, *b]\nd: [&e on, *e]"
    assert read(text)["c"] == {"x": "2", "y": None, "z": "3"}
    assert read(text)["d"] == ["on", "on"]
    assert read("'<<': {a: 1}") == {"<<": {"a": "1"}}, "in quotes it is a field like any other"
    assert read("!!int 3") == "3"
    for odd in ("<<: 3", "a: &a [*a]", "? [a]\n: b", "*a"):
        with pytest.raises(NotYaml):
            read(odd)
