"""Making a bundle: the checkout, images and packages, for the machines that a room has."""

import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from lab_helpers.errors import ImageUnavailable, WorkshopError
from lab_helpers.setup import engine, environment, images, provision, stages
from lab_helpers.setup.bundle.manifest import ARCHITECTURES
from lab_helpers.setup.packing import exported, published, wheels
from lab_helpers.setup.packing.checkout import Checkout
from lab_helpers.setup.packing.writer import Writer

#: What a room brings: most laptops of either kind.
ROOM = ("linux/amd64", "linux/arm64")
NAME = "workshop.bundle"
#: Where pieces are made; not beside the bundle, as a stick knows no modes of files.
SCRATCH = images.RECORD_FILE.with_name("packing")
#: The largest file on a stick that is formatted as FAT; older Pythons start no larger zip either.
_FAT = 2**32


def make(platforms: Sequence[str] = (), path: Path = Path(NAME)) -> list[str]:
    """Make a bundle; the answer are lines that say what is in it, and what is not.

    Args:
        platforms: of the images, such as linux/arm64. By default those of `ROOM`, as far as they
            can be had; if they are named, all of them must be.

    Raises:
        WorkshopError: something cannot be had, or the file cannot be written.
    """
    for platform in platforms:
        if platform not in ROOM:
            raise WorkshopError(
                f"{platform!r} is no platform that the workshop runs on: {' or '.join(ROOM)}, or "
                "both with a comma between."
            )
    if path.is_dir():
        path /= NAME
    began = time.monotonic()
    try:
        with Writer(path) as writer:
            shutil.rmtree(SCRATCH, ignore_errors=True)  # of one that was killed
            SCRATCH.mkdir(parents=True)
            try:
                told = _fill(writer, SCRATCH, platforms)
            finally:
                shutil.rmtree(SCRATCH, ignore_errors=True)
    except OSError as problem:
        raise WorkshopError(f"{path} cannot be written: {problem.strerror or problem}.") from None
    size = path.stat().st_size
    told.insert(0, f"{path}: {size / 1e6:,.0f} MB, made in {time.monotonic() - began:.0f} s")
    if size >= _FAT:
        told.append("It is larger than 4 GB: format the stick as exFAT, and start it with Python "
                    "3.13 or newer, or make one file for each --platform.")  # fmt: skip
    return told


def _fill(writer: Writer, scratch: Path, platforms: Sequence[str]) -> list[str]:
    provision.ensure()
    checkout = Checkout(scratch / "checkout")
    _check(checkout)
    packed = scratch / "checkout.tar.gz"
    unpacked = checkout.pack(packed)
    writer.add(packed, "checkout", "the workshop's folder", unpacked)
    told = [f"  checkout {checkout.commit[:7]}, {packed.stat().st_size / 1e6:.0f} MB"]
    if changed := checkout.left_out:
        told.append(f"  not in it, as not committed: {', '.join(changed[:5])}")
    has = []
    for platform in platforms or ROOM:
        before = writer.size(("config", "layer"))
        try:
            without = _add_images(platform, writer, scratch)
        except ImageUnavailable as problem:
            if platforms:
                raise
            told.append(f"  no images for {platform}: {problem}")
            writer.images = [image for image in writer.images if image.platform != platform]
            continue
        has.append(platform)
        size = writer.size(("config", "layer")) - before
        told.append(f"  images for {platform}, {size / 1e6:.0f} MB")
        if without:
            told.append(f"  not among them, as not here: {', '.join(without)}")
    if not has:
        raise ImageUnavailable("\n".join(["There are no images for a bundle.", *told]))
    architectures = [platform.partition("/")[2] for platform in has]
    left_out = wheels.add(architectures, writer, scratch / "wheels")
    told.append(
        f"  packages for Linux and macOS ({', '.join(architectures)}), Python "
        f"{', '.join(wheels.PYTHONS)}: {writer.size(('wheel',)) / 1e6:.0f} MB"
    )
    told += [f"  no packages for {reason}" for reason in left_out]
    writer.finish(
        {
            "made": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "commit": checkout.commit,
            "from": {"lock": environment.packages(), "images": images.made_from()},
            "platforms": has,
        }
    )
    return told


def _check(checkout: Checkout) -> None:
    """See that what is committed is what the images and packages here are of."""
    apart = [images.UPSTREAM_FILE, environment.LOCK]
    apart += [*images.files(images.RECIPES), *images.files(images.SHOP)]
    for file in apart:
        name = file.relative_to(images.ROOT)
        copy = checkout.folder / name
        if not copy.exists() or copy.read_bytes() != file.read_bytes():
            raise WorkshopError(
                f"{name} is changed here and not committed, and a bundle has what is committed: "
                f"`git commit` or `git stash` it first."
            )


def _add_images(platform: str, writer: Writer, scratch: Path) -> list[str]:
    """Take the images of a platform in; the answer are the services that have none.

    Raises:
        ImageUnavailable: one cannot be had, but for those that set-up does without.
    """
    if platform == _own_platform():
        present = provision.present()
        here = {service: images.image_for(service) for service in images.all_services()}
        without = [service for service, name in here.items() if name not in present]
        for service in without:
            if service not in provision.UPSTREAM_ONLY:
                raise ImageUnavailable(f"{here[service]} is not here: `make setup` gets it.")
        there = {service: name for service, name in here.items() if service not in without}
        exported.add(there, platform, writer, scratch)
        return without
    found = published.find(images.wanted(), platform)
    name = provision.built_name("shop")
    built = _build_shop(name, platform)  # before any is fetched, as this may fail
    published.add(found, writer, scratch)
    exported.add({"shop": built}, platform, writer, scratch, rename=name)
    return []


def _build_shop(name: str, platform: str) -> str:
    """Build the shop, which nobody publishes, for another platform than the engine's."""
    apart = f"{name}-{platform.partition('/')[2]}"
    base = provision.published_base()
    try:
        stages.build("shop", apart, {}, {"BASE": base}, platform)
    except ImageUnavailable as problem:
        raise ImageUnavailable(
            f"the shop's image cannot be built for {platform} by this engine, which may not run "
            f"programs of that platform (Docker Desktop does; on Linux install qemu-user-static): "
            f"{str(problem).splitlines()[0]}"
        ) from None
    return apart


def _own_platform() -> str:
    about = engine.client().version()
    return f"{about['Os']}/{ARCHITECTURES.get(about['Arch'], about['Arch'])}"
