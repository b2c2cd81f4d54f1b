"""Chapter 04's clients: their images, and what Prometheus has of each that is built here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab_helpers.errors import ImageUnavailable
from lab_helpers.lab import Lab
from lab_helpers.services.clients import ClientContainer
from lab_helpers.services.programs import ProgramContainer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.setup import clients, engine
from lab_helpers.setup.needs import why_unmet
from tests.own_lab import own_lab

FILES = Path(__file__).parents[3] / "labs" / "04_custom_exporters"
#: Two that can be built, one that cannot, and one that is not there.
RECIPE = """\
ARG BASE
FROM ${BASE} AS go
COPY certificates/0.crt /
FROM ${BASE} AS java
RUN echo the library is not to be had; exit 3
FROM ${BASE} AS scala
FROM scala AS ruby
"""


@pytest.fixture
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    with own_lab(request.node.name) as lab:
        yield lab


@pytest.fixture
def recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of clients of the test's own, whose images are gone in the end."""
    monkeypatch.setattr(clients, "SOURCES", tmp_path)
    (tmp_path / "Dockerfile").write_text(RECIPE)
    yield tmp_path / "Dockerfile"
    for language in clients.built():
        engine.client().images.remove(clients.image(language))


def test_what_cannot_be_built_is_told_and_the_others_are_built(
    recipe: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert clients.built() == []
    assert "`workshop clients` builds them" in (clients.why_missing() or "")
    with pytest.raises(ImageUnavailable, match="The client in go is not built here"):
        ClientContainer("go")
    failed = clients.build()
    assert list(failed) == ["java"]
    assert "the library is not to be had" in failed["java"]
    told = "".join(capsys.readouterr())
    assert "3 of 4 clients are built" in told and "java: java cannot be built" in told
    assert clients.built() == ["go", "scala", "ruby"]
    assert clients.why_missing() is None
    other = clients.image("go")
    recipe.write_text(RECIPE + "# changed")
    assert clients.image("go") != other and clients.built() == []
    recipe.write_text(RECIPE)


@pytest.mark.skipif(bool(clients.why_missing()), reason=str(clients.why_missing()))
def test_each_has_the_same_counter(lab: Lab) -> None:
    assert why_unmet("clients") is None, "the notebook's cell is run"
    prometheus = PrometheusContainer(FILES / "prometheus.yml")
    python = ProgramContainer(FILES / "clients" / "counter.py", name="python")
    others = [ClientContainer(language) for language in clients.built()]
    lab.start(prometheus, python, *others)
    wanted = {
        (f"{name}:8000", bench): float(bench)
        for name in ("python", *clients.built())
        for bench in ("1", "2")
    }

    def seen() -> dict[tuple[str, str], float]:
        found = prometheus.query('parcels_packed_total{job="clients"}')
        return {(row.instance, row.bench): row.value for row in found.itertuples()}

    lab.wait_until(lambda: seen() == wanted, "every client was scraped")
