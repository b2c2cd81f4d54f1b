"""Chapter 05's exercises on paper: each solution passes, each wrong answer gets its diagnosis."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml

from lab_helpers.discovery import trace
from lab_helpers.errors import WorkshopError

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "notebooks" / "05_consul_service_discovery.ipynb"


@pytest.fixture(scope="module")
def page() -> dict[str, Any]:
    """The names that the chapter's cells on the fleet and its checks make."""
    names: dict[str, Any] = {"yaml": yaml, "trace": trace, "WorkshopError": WorkshopError}
    names["puzzle"] = (ROOT / "labs/05_consul_service_discovery/puzzle.yml").read_text()
    for cell in nbformat.read(PAGE, as_version=4).cells:
        fleet = "fleet = [" in cell.source
        if fleet or "check" in cell.metadata.get("tags", []):
            exec(cell.source.rpartition("\npd.")[0] if fleet else cell.source, names)
    return names


METRICS = "- {source_labels: [__meta_consul_tags], regex: '.*,metrics,.*', action: keep}\n"
NOT_2 = "- {source_labels: [__meta_consul_tags], regex: '.*,version=2[.].*', action: drop}\n"
TEAM = "- {source_labels: [__meta_consul_tags], target_label: team, regex: '%s'}\n"
HASH = "- {source_labels: [__address__], modulus: %s, target_label: %s, action: hashmod}\n"
MINE = "- {source_labels: [%s], regex: SERVER, action: keep}\n"
OTHER = "- {source_labels: [__tmp_n], regex: '[^SERVER]', action: drop}\n"
MENDED = [("regex: metrics", "regex: .*,metrics,.*"), ("$2", "$1"), ("_service.*", "_gone")]


@pytest.mark.parametrize(
    "check, rules, words",
    [
        ("check_keep", METRICS + NOT_2, "Right"),
        ("check_keep", "", "Not yet"),
        ("check_keep", "keep: metrics", "Write a list"),
        ("check_keep", "- [", "while parsing"),
        ("check_keep", METRICS.replace("keep", "kep"), 'unknown relabel action "kep"'),
        ("check_keep", METRICS.replace(".*", ""), "Everything is dropped"),
        ("check_keep", METRICS.replace("metrics,.", "metrics."), "web-4 is kept"),
        ("check_keep", METRICS.replace(",metrics,", "metrics") + NOT_2, "web-4 is kept"),
        ("check_keep", METRICS, "Of version 2.0.0, and yet kept: pay-2, web-3"),
        ("check_keep", METRICS + NOT_2 + MINE % "no", "Everything is dropped"),
        ("check_keep", METRICS + NOT_2.replace("version=2", "(steam|version=2)").replace("[.]", ""),
         "Missing: pay-1. It says"),
        ("check_team", TEAM % ".*,team=([^,]+),.*", "Right"),
        ("check_team", TEAM % ".*team=([^,]+),.*", "the tag steam=on was taken for a team"),
        ("check_team", TEAM % ".*?team=([^,]+),.*", "the tag steam=on was taken for a team"),
        ("check_team", TEAM % "team=(.*)", "Nobody has a label team"),
        ("check_team", TEAM % ".*,team=(.*)", "should be of 'payments'; it is of 'payments,'"),
        ("check_team", TEAM % ".*,team=(.*),.*", "pay-2 should be of 'payments'"),
        ("check_team", METRICS + TEAM % ".*,team=([^,]+),.*", "only a label was asked for: web-4"),
        ("check_team", TEAM % "(.*)", "web-4 has no tag team="),
        ("check_split", HASH % (2, "__tmp_n") + MINE % "__tmp_n", "Right"),
        ("check_split", HASH % (2, "__tmp_n") + OTHER, "Right"),
        ("check_split", HASH % (2, "__tmp_n") + OTHER.replace("[^SERVER]", "SERVER"),
         "server 0 takes the number 1"),
        ("check_split", HASH % (2, "__tmp_n") + MINE.replace("SERVER", "0") % "__tmp_n",
         "Both servers scrape"),
        ("check_split", HASH.replace("__address__", "__meta_consul_service_id") % (2, "__tmp_n")
         + MINE % "__tmp_n", "made of __meta_consul_service_id, not of __address__"),
        ("check_split", MINE % "x", "No rule has the action hashmod"),
        ("check_split", HASH % (2, "__tmp_n"), "Both servers scrape"),
        ("check_split", HASH % (5, "__tmp_n") + MINE % "__tmp_n", "Nobody scrapes"),
        ("check_split", HASH % (1, "__tmp_n") + MINE % "__tmp_n", "nothing to do"),
        ("check_split", HASH % (2, "part") + MINE % "part", "every series now has the label part"),
    ],
)  # fmt: skip
def test_rules_for_the_fleet(
    page: dict[str, Any], capsys: pytest.CaptureFixture[str], check: str, rules: str, words: str
) -> None:
    page[check](rules)
    assert words in capsys.readouterr().out


@pytest.mark.parametrize(
    "mended, words",
    [
        (MENDED, "Right"),
        ([], "web-1 is dropped: rule 1 (keep)"),
        (MENDED[:1], "Its job is '' and not 'web'"),
        ([MENDED[0], MENDED[2]], "The version is 'v', not 'v1.9.0'"),
        ([("regex: metrics", "regex: .*"), *MENDED[1:]], "so is what has no tag metrics"),
        ([("labeldrop", "droplabel")], 'unknown relabel action "droplabel"'),
    ],
)
def test_the_puzzle(
    page: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
    mended: list[tuple[str, str]],
    words: str,
) -> None:
    fixed = page["puzzle"]
    for wrong, right in mended:
        assert wrong in fixed
        fixed = fixed.replace(wrong, right)
    page["check_puzzle"](fixed)
    assert words in capsys.readouterr().out
