"""Which image a service runs, and what decides it."""

import re
from pathlib import Path
from typing import ClassVar

import pytest

from lab_helpers.errors import ImageUnavailable
from lab_helpers.progress import Progress
from lab_helpers.setup import images, provision
from lab_helpers.setup.pulls import Problem


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of our own, with nothing chosen in it."""
    (tmp_path / "images.env").write_text("# a comment\n\nNODE_EXPORTER_IMAGE=prom/node:1\n")
    monkeypatch.setattr(images, "UPSTREAM_FILE", tmp_path / "images.env")
    monkeypatch.setattr(images, "RECORD_FILE", tmp_path / "record.env")
    monkeypatch.delenv("NODE_EXPORTER_IMAGE", raising=False)
    return tmp_path


def test_the_environment_beats_the_record_and_the_record_beats_upstream(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert images.image_for("node-exporter") == "prom/node:1"
    (checkout / "record.env").write_text("NODE_EXPORTER_IMAGE=workshop/node:debian\n")
    assert images.image_for("node-exporter") == "workshop/node:debian"
    monkeypatch.setenv("NODE_EXPORTER_IMAGE", "mirror.example/node:2")
    assert images.image_for("node-exporter") == "mirror.example/node:2"


def test_a_service_without_an_image_says_what_to_do(checkout: Path) -> None:
    with pytest.raises(ImageUnavailable, match=r"`make setup`, or name one in GRAFANA_IMAGE"):
        images.image_for("grafana")


def test_every_upstream_image_is_pinned() -> None:
    pinned = images.upstream()
    assert "prometheus" in pinned
    for service, image in pinned.items():
        tag = image.partition(":")[2]
        assert re.fullmatch(r"v?\d+\.\d+\.\d+(-cluster)?", tag), f"{service}: {image}"


def test_every_image_that_debian_has_can_be_built_from_the_one_dockerfile() -> None:
    recipe = (images.RECIPES / "Dockerfile").read_text()
    made = re.findall(r"^FROM .* AS (\S+)$", recipe, re.M)
    assert set(images.all_services()) - set(made) == set(provision.UPSTREAM_ONLY)
    labelled = {"consul"}  # its stage names the version itself
    versioned = {*provision.PACKAGES, *provision.OF_THE_SHOP, *labelled, *provision.UPSTREAM_ONLY}
    assert versioned == set(images.all_services())


def test_a_built_image_is_named_after_what_goes_into_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipes, shop = tmp_path / "recipes", tmp_path / "shop"
    recipes.mkdir()
    shop.mkdir()
    (recipes / "Dockerfile").write_text("FROM base\n")
    (shop / "web.py").write_text("1\n")
    monkeypatch.setattr(images, "RECIPES", recipes)
    monkeypatch.setattr(images, "SHOP", shop)
    monkeypatch.delenv("PROMETHEUS_SUITE", raising=False)

    def names() -> tuple[str, str]:
        return provision.built_name("prometheus"), provision.built_name("shop")

    first = names()
    assert first == names()
    assert first[0].startswith("workshop/prometheus:forky-")
    (shop / "web.py").write_text("2\n")
    second = names()
    assert second[0] == first[0]
    assert second[1] != first[1]
    monkeypatch.setenv("PROMETHEUS_SUITE", "stable")
    assert provision.built_name("prometheus").startswith("workshop/prometheus:stable-")
    (recipes / "Dockerfile").write_text("FROM another\n")
    assert provision.built_name("shop") != second[1]


class Listing:
    """An engine that lists its images as Podman does, and takes an import."""

    api = property(lambda self: self)
    imported: ClassVar[list[dict[str, object]]] = []

    def images(self) -> list[dict[str, list[str] | None]]:
        return [
            {"RepoTags": ["docker.io/prom/prometheus:v3.13.4"], "RepoDigests": None},
            {"RepoTags": ["localhost/workshop/shop:1"], "RepoDigests": []},
            {"RepoTags": ["docker.io/library/nginx:1.30.5"], "RepoDigests": ["a/b@sha256:0"]},
            {"RepoTags": ["mirror.example/nginx:2"], "RepoDigests": None},
            {"RepoTags": ["httpd:2.4"], "RepoDigests": None},
        ]

    def import_image_from_data(self, data: bytes, **how: object) -> None:
        self.imported.append(how)


def test_an_image_is_here_whatever_the_engine_calls_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provision.engine, "client", Listing)
    wanted = {
        "prom/prometheus:v3.13.4", "docker.io/prom/prometheus:v3.13.4", "workshop/shop:1",
        "nginx:1.30.5", "docker.io/library/nginx:1.30.5", "a/b@sha256:0", "mirror.example/nginx:2",
        "httpd:2.4", "docker.io/library/httpd:2.4",
    }  # fmt: skip
    assert wanted <= provision.present()
    assert not {"nginx:2", "nginx:1.30", "shop:1"} & provision.present()


def test_an_image_that_is_made_is_imported_under_its_name_with_the_tag(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Podman does not see a tag that is given apart."""
    monkeypatch.setattr(provision.engine, "client", Listing)
    refused = Problem("no network", "find one")
    monkeypatch.setattr(provision.pulls, "pull", lambda _, names, __: dict.fromkeys(names, refused))
    monkeypatch.setattr(provision.bootstrap, "can_install", lambda: True)
    monkeypatch.setattr(provision.shutil, "which", lambda name: name)
    monkeypatch.setattr(provision, "MAKE_BASE", ("printf", "a tar"))
    monkeypatch.setattr(provision.platform, "system", lambda: "Linux")
    with Progress() as progress:
        assert provision.base(progress) == provision.DEBIAN_BASE
    assert Listing.imported == [{"repository": provision.DEBIAN_BASE}]
