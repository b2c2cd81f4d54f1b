"""What a cell needs, held against the images in force."""

import re

import pytest

from lab_helpers.errors import ImageUnavailable, WorkshopError
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.setup import needs
from lab_helpers.setup.images import image_for


def test_a_version_that_is_here_or_older_is_met_and_a_newer_one_is_not() -> None:
    with PrometheusContainer() as prometheus:
        version = re.match(r"[\d.]+", prometheus.raw("status/buildinfo")["version"])
    assert version is not None
    major, minor, *_ = map(int, version[0].split("."))
    for met in (version[0], f"{major}.{minor}", f"{major}", f"{major}.{minor - 1}.99"):
        assert needs.why_unmet(f"prometheus>={met}") is None, met
    for unmet in (f"{version[0]}.1", f"{major}.{minor + 1}", f"{major + 1}"):
        why = needs.why_unmet(f"prometheus>={unmet}")
        assert why is not None and why.startswith(f"prometheus is {version[0]} here"), unmet
        assert f"needs {unmet} or later" in why


def test_without_a_version_the_image_alone_counts() -> None:
    assert needs.why_unmet("prometheus") is None


@pytest.mark.parametrize("service", ["prometheus", "alertmanager", "node-exporter"])
def test_where_the_label_is_missing_the_program_is_asked(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    labelled = needs._version(image_for(service))
    monkeypatch.setattr(needs, "VERSION_LABEL", "no.such.label")
    needs._version.cache_clear()
    assert needs._version(image_for(service)) == labelled
    needs._version.cache_clear()


def test_an_image_that_does_not_tell_is_an_error() -> None:
    with pytest.raises(ImageUnavailable, match="is not known"):
        needs._version(image_for("shop"))


@pytest.mark.parametrize("need", ["prometheus>3", "prometheus>=", "prometheus>=new", ""])
def test_what_is_no_need_is_refused(need: str) -> None:
    with pytest.raises(WorkshopError, match="is neither"):
        needs.why_unmet(need)
