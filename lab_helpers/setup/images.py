"""Which image each service runs.

From the strongest: an environment variable (``PROMETHEUS_IMAGE=…``), what set-up recorded in
``.workshop/images.env``, and the upstream image that ``compose/images.env`` pins.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path

from lab_helpers.errors import ImageUnavailable

ROOT = Path(__file__).resolve().parents[2]
UPSTREAM_FILE = ROOT / "compose" / "images.env"
RECORD_FILE = ROOT / ".workshop" / "images.env"
#: What images are built from: the recipes, and the shop's own programs.
RECIPES = ROOT / "compose" / "images"
SHOP = ROOT / "labs" / "shop"
#: Images that set-up leaves to who brings compose/victoriametrics-cluster.yaml up.
OF_THE_CLUSTER = ("vmstorage", "vminsert", "vmselect")


def variable(service: str) -> str:
    """The environment variable that names the image of ``service``.

    >>> variable("node-exporter")
    'NODE_EXPORTER_IMAGE'
    """
    return service.upper().replace("-", "_") + "_IMAGE"


def spellings(name: str) -> set[str]:
    """What an image may be called that an engine lists under a name.

    Docker lists ``prom/prometheus:v3``; Podman lists ``docker.io/prom/prometheus:v3``, and what it
    was told to call ``workshop/shop:1`` as ``localhost/workshop/shop:1``.
    """
    usual = re.sub(r"^(docker\.io/(library/)?|localhost/)", "", name)
    return {name, usual, "docker.io/" + (usual if "/" in usual else f"library/{usual}")}


def read(file: Path) -> dict[str, str]:
    """The images in an env file, by variable; none where there is no such file."""
    if not file.exists():
        return {}
    lines = (line.strip() for line in file.read_text().splitlines())
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def upstream() -> dict[str, str]:
    """The image that ``compose/images.env`` pins, by service."""
    pinned = read(UPSTREAM_FILE).items()
    return {name.removesuffix("_IMAGE").replace("_", "-").lower(): image for name, image in pinned}


def image_for(service: str) -> str:
    """The image that ``service`` runs here.

    Raises:
        ImageUnavailable: set-up has not chosen one, and none is published.
    """
    name = variable(service)
    image = os.environ.get(name) or read(RECORD_FILE).get(name) or upstream().get(service)
    if image is None:
        raise ImageUnavailable(
            f"There is no image for {service} here: run `make setup`, or name one in {name}."
        )
    return image


# What the choice was made from


def suite() -> str:
    """Debian's suite for the Prometheus components: ``PROMETHEUS_SUITE``, or forky."""
    return os.environ.get("PROMETHEUS_SUITE", "forky")


def digest(*parts: bytes | Path) -> str:
    """Twelve hex digits over files' names and contents, and words."""
    summary = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            summary.update(part.name.encode() + b"\0" + part.read_bytes())
        else:
            summary.update(part)
        summary.update(b"\0")
    return summary.hexdigest()[:12]


def files(folder: Path) -> list[Path]:
    """What a folder holds, in order, without what Python leaves there."""
    found = (file for file in folder.rglob("*") if "__pycache__" not in file.parts)
    return sorted(file for file in found if file.is_file())


def all_services() -> list[str]:
    """Every service for which set-up has an image, in the order of ``compose/images.env``."""
    return [*(name for name in upstream() if name not in OF_THE_CLUSTER), "shop"]


def wanted() -> dict[str, str]:
    """The published image of each service: what a variable names, or else the pinned one."""
    pinned = upstream()
    named = {name: os.environ.get(variable(name)) or pinned.get(name) for name in all_services()}
    return {service: image for service, image in named.items() if image}


def state() -> str:
    """What the recorded choice depends on, in one word."""
    chosen = "".join(
        f"{name}={os.environ.get(name, '')};" for name in map(variable, all_services())
    )
    return digest(UPSTREAM_FILE, *files(RECIPES), *files(SHOP), f"{suite()};{chosen}".encode())


def made_from() -> str:
    """What images are made from in this checkout, whoever chooses among them, in one word."""
    return digest(UPSTREAM_FILE, *files(RECIPES), *files(SHOP))


def record(chosen: Mapping[str, str]) -> None:
    """Record which image each service runs here."""
    lines = ["# What set-up chose. `workshop images` shows it as a table.", f"# {state()}"]
    lines += [f"{variable(service)}={image}" for service, image in chosen.items()]
    RECORD_FILE.parent.mkdir(exist_ok=True)
    partial = RECORD_FILE.with_suffix(".partial")
    partial.write_text("\n".join(lines) + "\n")
    partial.replace(RECORD_FILE)


def is_chosen() -> bool:
    """Whether set-up has chosen an image for each service, from what is in force now."""
    return RECORD_FILE.exists() and f"# {state()}" in RECORD_FILE.read_text().splitlines()
