"""A stage of the Dockerfile, without what it does not stand on."""

import re
import tarfile

import pytest

from lab_helpers.setup import images, stages

DOCKERFILE = (images.RECIPES / "Dockerfile").read_text()


def _named(recipe: str) -> list[str]:
    return re.findall(r"^FROM \S+ AS (\S+)", recipe, re.M)


@pytest.mark.parametrize(
    ("stage", "made_of"),
    [
        ("shop", ["base", "shop-programs", "shop"]),
        ("packages", ["base", "packages"]),
        ("consul", ["base", "consul"]),
        ("prometheus", ["base", "packages", "prometheus-consul", "prometheus"]),
    ],
)
def test_it_has_what_it_stands_on_and_nothing_else(stage: str, made_of: list[str]) -> None:
    assert _named(stages.only(stage, DOCKERFILE)) == made_of


def test_no_line_of_a_stage_is_lost() -> None:
    every = [stages.only(stage, DOCKERFILE) for stage in _named(DOCKERFILE)]
    lines = {line for recipe in every for line in recipe.splitlines()}
    assert lines == set(DOCKERFILE.splitlines())
    assert all("ARG BASE=" in recipe for recipe in every)


def test_a_stage_that_is_not_there_is_no_image() -> None:
    with pytest.raises(KeyError, match="nobody"):
        stages.only("nobody", DOCKERFILE)


def test_what_an_engine_is_sent_has_that_stage_and_the_programs_as_they_are() -> None:
    with stages.context("shop") as sent, tarfile.open(fileobj=sent) as archive:
        named = archive.extractfile("Dockerfile")
        assert named
        assert named.read().decode() == stages.only("shop", DOCKERFILE)
        modes = {entry.name: entry.mode for entry in archive if entry.isfile()}
    for path in (*images.files(images.RECIPES), *images.files(images.SHOP)):
        assert modes[str(path.relative_to(images.ROOT))] == path.stat().st_mode & 0o777
    assert "README.md" not in modes
