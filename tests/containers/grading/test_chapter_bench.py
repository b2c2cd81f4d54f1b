"""A chapter's running lab as a bench, on the engine."""

import docker
import pytest
import requests

from lab_helpers import Lab, PrometheusContainer, StaticPageContainer
from lab_helpers.errors import WorkshopError
from lab_helpers.grading import ChapterBench, catalogue, check

PAGE = "# TYPE orders_total counter\norders_total 12\n"


def test_what_the_lab_lacks_is_a_guest_and_goes_with_it() -> None:
    prometheus = PrometheusContainer()
    with Lab(prometheus, name="chapter-bench") as lab:
        bench = ChapterBench(lab)
        needed = {
            "prometheus": PrometheusContainer,
            "shelf": lambda: StaticPageContainer(PAGE, name="shelf"),
        }
        bench.start(needed)
        shelf = bench["shelf"]
        assert bench["prometheus"] is prometheus
        assert requests.get(shelf.link, timeout=10).text == PAGE
        assert [service.name for service in lab.services] == ["prometheus"], "it is not drawn"
        exercise = catalogue.exercise("01.d")
        assert check(exercise, exercise.solution, bench).solved
        assert check(exercise, exercise.wrong[0].answer, bench).diagnosis == "raw counter"
        assert prometheus.is_running and shelf.is_running, "a check stops nothing"
        (network,) = docker.from_env().networks.list(
            filters={"label": "workshop.lab=chapter-bench"}
        )
    assert not shelf.is_running
    with pytest.raises(docker.errors.NotFound):
        network.reload()


def test_a_service_of_the_lab_takes_the_place_of_a_guest() -> None:
    with Lab(PrometheusContainer(), name="chapter-bench") as lab:
        bench = ChapterBench(lab)
        needed = {"shelf": lambda: StaticPageContainer(PAGE, name="shelf")}
        bench.start(needed)
        guest = bench["shelf"]
        lab.start(StaticPageContainer("orders_total 13\n", name="shelf"))
        assert not guest.is_running
        assert "13" in requests.get(bench["shelf"].link, timeout=10).text
        bench["shelf"].stop()
        with pytest.raises(WorkshopError, match="needs shelf"):
            bench.start(needed)
