"""No objective is left open: each is taught, practised and asked about, and the places exist."""

import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.exam import Objective, domains, map_as_markdown, questions
from lab_helpers.exam.curriculum import PAGE, map_as_text, page
from lab_helpers.exam.places import Place
from lab_helpers.setup.images import ROOT

OBJECTIVES = [objective for domain in domains() for objective in domain.objectives]
#: As published: the weight of each domain in percent, and how many objectives it has.
PUBLISHED = {
    "Observability Concepts": (18, 6),
    "Prometheus Fundamentals": (20, 5),
    "PromQL": (28, 7),
    "Instrumentation and Exporters": (16, 4),
    "Alerting & Dashboarding": (18, 4),
}


def test_domains_and_weights_are_the_published_ones() -> None:
    assert {d.title: (d.weight, len(d.objectives)) for d in domains()} == PUBLISHED
    assert sum(domain.weight for domain in domains()) == 100


@pytest.mark.parametrize("objective", OBJECTIVES, ids=[one.name for one in OBJECTIVES])
def test_an_objective_is_taught_practised_and_asked_about(objective: Objective) -> None:
    assert objective.sections and objective.exercises
    assert all("#" in place.link and (ROOT / place.file).exists() for place in objective.sections)
    assert all(place.what.startswith("exercise ") for place in objective.exercises)
    assert len(questions()[objective.name]) >= 5


def test_a_place_that_is_not_there_is_named() -> None:
    for nowhere in ("02#No such section", "99#Joins", "02.z", "glossary#Nonsense"):
        with pytest.raises(WorkshopError):
            Place.of(nowhere)


def test_places_lead_to_headings() -> None:
    assert Place.of("02#`and`, `or`, `unless`").link == (
        "notebooks/02_data_model_and_promql.ipynb#and,-or,-unless"
    )
    assert str(Place.of("02.a")) == (
        "exercise 02.a, “Who fails?”: "
        "notebooks/02_data_model_and_promql.ipynb#Exercise-02.a:-Who-fails?"
    )
    assert Place.of("02.2").file == "labs/02_data_model_and_promql/lab.ipynb"


def test_the_map_has_every_objective_and_place() -> None:
    table, text = map_as_markdown(lambda place: f"to {place.link}"), map_as_text()
    for objective in OBJECTIVES:
        assert objective.title in table and objective.title in text
        for place in (*objective.sections, *objective.exercises):
            assert f"(to {place.link})" in table
            assert place.title in text


def test_the_page_is_as_it_is_written() -> None:
    assert PAGE.read_text("utf-8") == page(), "`python -m lab_helpers.exam` writes it"
