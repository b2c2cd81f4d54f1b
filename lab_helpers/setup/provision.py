"""Set-up's last part: an image for every service, pulled where it can be had, else built.

The choice is recorded in ``.workshop/images.env``, and made again only when what it was made from
has changed: the pinned images, the recipes, the shop's programs, or Debian's suite.
"""

import os
import platform
import shutil
import subprocess
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import docker

from lab_helpers.errors import ImageUnavailable
from lab_helpers.progress import Progress
from lab_helpers.setup import bootstrap, engine, images, pulls, stages

DEBIAN_BASE = "workshop/debian:trixie"
#: Writes a tar of Debian's smallest system to standard output.
MAKE_BASE = ("mmdebstrap", "--variant=minbase", "trixie", "-")
#: Where a built image keeps the version of its service.
VERSION_LABEL = "org.opencontainers.image.version"
#: The Debian package whose version is the service's.
PACKAGES = {
    "prometheus": "prometheus",
    "node-exporter": "prometheus-node-exporter",
    "mysql-exporter": "prometheus-mysqld-exporter",
    "apache-exporter": "prometheus-apache-exporter",
    "nginx-exporter": "prometheus-nginx-exporter",
    "blackbox-exporter": "prometheus-blackbox-exporter",
    "snmp-exporter": "prometheus-snmp-exporter",
    "alertmanager": "prometheus-alertmanager",
    "pushgateway": "prometheus-pushgateway",
    "mysql": "mariadb-server",
    "memcached": "memcached",
    "nginx": "nginx",
    "apache": "apache2",
    "haproxy": "haproxy",
    "victoria-metrics": "victoria-metrics",
}
#: Services that run the shop's own programs; the first has no upstream image.
OF_THE_SHOP = ("shop", "memcached-exporter")
#: What is installed apart from those packages.
APART = ("shop", "consul", "compose")
#: Services that Debian does not package: pulled, or else not to be had, and their cells skipped.
UPSTREAM_ONLY = ("grafana",)


def built_name(service: str) -> str:
    """The name of the image that is built for ``service``; it changes with what goes into it."""
    parts: list[bytes | Path] = [*images.files(images.RECIPES)]
    if service in OF_THE_SHOP:
        return f"workshop/{service}:{images.digest(*parts, *images.files(images.SHOP))}"
    return f"workshop/{service}:{images.suite()}-{images.digest(*parts, images.suite().encode())}"


def present() -> set[str]:
    """The names of every image that the engine has, in each spelling."""
    names: list[str] = []
    for image in engine.client().api.images():
        names += [*(image["RepoTags"] or ()), *(image["RepoDigests"] or ())]
    return {spelling for name in names for spelling in images.spellings(name)}


def is_ready() -> bool:
    """Whether every service has its image, chosen from what is in force now."""
    return images.is_chosen() and set(images.read(images.RECORD_FILE).values()) <= present()


def ensure() -> None:
    """Make sure that every service has an image, but for those that are `UPSTREAM_ONLY`.

    Of these, one that cannot be pulled is left out, and said so; `image_for` answers its upstream
    image, which is tried again by whoever starts it.

    Raises:
        EngineUnavailable: no engine answers.
        ImageUnavailable: an image can neither be pulled nor built, or was asked for by a variable
            and cannot be had.
    """
    if is_ready():
        return
    here = present()
    with Progress() as progress:
        missing = [image for image in images.wanted().values() if image not in here]
        refused = pulls.pull(engine.client().api, missing, progress)
        chosen = {name: image for name, image in images.wanted().items() if image not in refused}
        for service, image in images.wanted().items():
            if image in refused and os.environ.get(images.variable(service)):
                problem = refused[image]
                raise ImageUnavailable(
                    f"{images.variable(service)} is {image}, and cannot be had: {problem.what}. "
                    f"To get it, {problem.remedy} and run `make setup` again; what came whole is "
                    "kept."
                )
        without = [service for service in images.all_services() if service not in chosen]
        left_out = [service for service in without if service in UPSTREAM_ONLY]
        to_build = [service for service in without if service not in UPSTREAM_ONLY]
        if to_build:
            chosen |= build(to_build, progress)
        images.record(chosen)
        progress.done(f"✓ {len(chosen)} images are ready ({progress.elapsed:.0f} s)")
    built = len(set(to_build) - {"shop"})
    for problem in dict.fromkeys(refused.values()):
        print(f"  upstream's images: {problem.what}")
    if built:
        print(f"  {built} are built from Debian's packages instead")
    if left_out:
        print(f"  no image of {', '.join(left_out)}: cells that need it are skipped")
    for remedy in dict.fromkeys(problem.remedy for problem in refused.values()):
        print(f"  for upstream's, {remedy},")
    if refused:
        print("  remove .workshop/images.env and run `make setup`; what came whole is kept")


def build(services: Iterable[str], progress: Progress) -> dict[str, str]:
    """Build the images of ``services``, stages of the Dockerfile; the answer has their names."""
    chosen, here = {service: built_name(service) for service in services}, present()
    missing = {service: name for service, name in chosen.items() if name not in here}
    if not missing:
        return chosen
    debian = base(progress)
    packages, packaged = f"workshop/packages:{images.suite()}", missing.keys() & PACKAGES.keys()
    # What takes long comes first. The images that are made of it find it in the cache.
    first: dict[str, str | None] = {one: missing[one] for one in APART if one in missing}
    first |= {"packages": packages} if packaged else {}
    first |= {"prometheus-consul": None} if "prometheus" in packaged else {}
    _build_stages(first, {}, debian, progress)
    versions = _versions(packages) if packaged else {}
    labels = {service: {VERSION_LABEL: versions[PACKAGES[service]]} for service in packaged}
    rest = {service: name for service, name in missing.items() if service not in first}
    _build_stages(rest, labels, debian, progress)
    return chosen


def _build_stages(
    names: Mapping[str, str | None],
    labels: Mapping[str, dict[str, str]],
    base: str,
    progress: Progress,
) -> None:
    """Build stages side by side. ``names``: of their images; None for one that needs none."""
    arguments = {"BASE": base, "PROMETHEUS_SUITE": images.suite()}
    with ThreadPoolExecutor(4) as pool:
        jobs = {
            stage: pool.submit(stages.build, stage, name, labels.get(stage, {}), arguments)
            for stage, name in names.items()
        }
        while waiting := [stage for stage, job in jobs.items() if not job.done()]:
            progress.say(f"building {', '.join(waiting)} from Debian's packages")
            time.sleep(0.1)
    for job in jobs.values():
        job.result()


def _versions(image: str) -> dict[str, str]:
    """The upstream version of each package in ``image``."""
    command = ["dpkg-query", "--show", "--showformat", "${Package} ${source:Upstream-Version}\n"]
    listing = engine.client().containers.run(image, command, entrypoint="", remove=True)
    return dict(line.split(" ", 1) for line in listing.decode().splitlines())


def published_base() -> str:
    """The image of Debian that is published, on which the others are built."""
    recipe = (images.RECIPES / "Dockerfile").read_text()
    return recipe.split("ARG BASE=", 1)[1].split("\n", 1)[0]


def base(progress: Progress) -> str:
    """An image of Debian itself: pulled, or made from its packages where this runs on Debian."""
    upstream = published_base()
    for name in (upstream, DEBIAN_BASE):
        if name in present():
            return name
    problems = pulls.pull(engine.client().api, [upstream], progress)
    if not problems:
        return upstream
    problem = problems[upstream]
    if not bootstrap.can_install() or platform.system() != "Linux":
        raise ImageUnavailable(
            f"{upstream} cannot be pulled: {problem.what}. It can be made without that only as "
            f"root on Debian or Ubuntu. Else {problem.remedy} and run `make setup` again; what "
            "came whole is kept."
        )
    progress.say("making an image of Debian from its packages")
    if shutil.which("mmdebstrap") is None:
        bootstrap.apt_install("mmdebstrap")
    made = subprocess.run(MAKE_BASE, capture_output=True, check=False)
    if made.returncode:
        raise ImageUnavailable(f"mmdebstrap failed: {made.stderr.decode()[-1500:]}")
    # Podman does not see a tag that is given apart from the name.
    engine.client().api.import_image_from_data(made.stdout, repository=DEBIAN_BASE)
    return DEBIAN_BASE


@dataclass(frozen=True)
class Row:
    """A line of `workshop images`; ``size`` is in bytes, or None where the image is not here."""

    service: str
    upstream: str
    runs: str
    version: str
    size: int | None


def table() -> list[Row]:
    """Which image every service runs here, with its version and its size."""
    rows = []
    for service in images.all_services():
        name = images.image_for(service)
        try:
            found = engine.client().api.inspect_image(name)
            size = found["Size"]
            labels = found["Config"].get("Labels") or {}
        except docker.errors.ImageNotFound:
            size, labels = None, {}
        ours = "this checkout" if service in OF_THE_SHOP and name == built_name(service) else None
        version = labels.get(VERSION_LABEL) or ours or name.rpartition(":")[2]
        rows.append(Row(service, images.upstream().get(service, "—"), name, version, size))
    return rows
