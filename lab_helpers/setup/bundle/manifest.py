"""What a bundle holds: its pieces, and which of them a machine wants."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import sys
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from lab_helpers.errors import BundleRefused

FORMAT = 1
KINDS = ("checkout", "config", "layer", "wheel")

_DIGEST = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_WHEEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+!-]*\.whl")
_IMAGE = re.compile(r"[a-z0-9][A-Za-z0-9._/:@-]*")
_SERVICE = re.compile(r"[a-z][a-z-]*")
_PLATFORM = re.compile(r"linux/[a-z0-9]+")
_TARGET = re.compile(r"(linux|macos)/(amd64|arm64) 3\.\d+")
_DAY = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


#: What machines and engines call their processors, where they do not call them as images do.
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def this_python() -> tuple[str, str]:
    """Where this Python runs, such as macos/arm64, and its version, such as 3.12."""
    architecture = platform.machine().lower()
    kind = {"Darwin": "macos"}.get(platform.system(), platform.system().lower())
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return f"{kind}/{ARCHITECTURES.get(architecture, architecture)}", version


class Piece(NamedTuple):
    """The smallest thing that is copied, verified and kept.

    Attributes:
        digest: the SHA-256 of its bytes as they lie in the bundle, in hexadecimal.
        size: so many bytes.
        kind: checkout, wheel, or an image's config or layer.
        name: what it is called; of a wheel the file's name.
        unpacked: so many bytes it takes once it is installed.
        targets: the machines that want it, each as "linux/amd64 3.12"; of wheels alone.
    """

    digest: str
    size: int
    kind: str
    name: str
    unpacked: int
    targets: frozenset[str] = frozenset()


class Image(NamedTuple):
    """An image of one platform: the pieces that it is made of, by their digests.

    Attributes:
        layers: the lowest first.
    """

    service: str
    platform: str
    name: str
    config: str
    layers: tuple[str, ...]


class Machine(NamedTuple):
    """What a bundle is unpacked for.

    Attributes:
        system: where Python runs: linux/amd64, macos/arm64, and so on.
        python: its version, such as 3.12.
        engine: the platform of the engine's images, such as linux/arm64.
    """

    system: str
    python: str
    engine: str


class Manifest:
    """The list of what a bundle holds.

    Attributes:
        text: as it lies in the bundle.
        digest: of that text, by which one bundle is told from every other.
        commit: of the checkout that is in it.
        made: when, as 2026-11-28T23:20:00Z.
        lock: the SHA-256 of the requirements.lock whose packages these are.
        recipes: what the images were made from, in one word.
    """

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.digest = hashlib.sha256(text).hexdigest()
        said = json.loads(text)
        if said["format"] != FORMAT:
            raise BundleRefused(
                f"This bundle is of format {said['format']!r:.20}, and this workshop reads "
                f"{FORMAT}: start with the checkout that is in it, `python3 FILE`."
            )
        self.made, self.commit = _word(said["made"], _DAY), _word(said["commit"], _COMMIT)
        self.lock = _word(said["from"]["lock"], _DIGEST)
        self.recipes = _word(said["from"]["images"], re.compile(r"[0-9a-f]{12}"))
        self.platforms = [_word(name, _PLATFORM) for name in said["platforms"]]
        listed = [_piece(one) for one in said["pieces"]]
        self.pieces = {piece.digest: piece for piece in listed}
        self.images = [self._image(one) for one in said["images"]]
        self.checkout = next(piece for piece in listed if piece.kind == "checkout")
        if len(self.pieces) != len(listed):
            raise ValueError("a piece is listed twice")

    @classmethod
    def read(cls, text: bytes) -> Manifest:
        """What a manifest says.

        Raises:
            BundleRefused: it is none, or of another format.
        """
        try:
            return cls(text)
        except (ValueError, TypeError, LookupError, StopIteration, RecursionError) as problem:
            raise BundleRefused(
                f"The bundle's manifest is none ({type(problem).__name__}: {problem!s:.120}): "
                "copy the bundle again."
            ) from None

    def wanted(
        self, machine: Machine, has: Collection[str] = (), wheels: bool = True
    ) -> list[Piece]:
        """The pieces that a machine wants beside the checkout.

        Args:
            has: the names of the images that its engine has.
            wheels: whether it wants packages.

        Raises:
            BundleRefused: there is nothing in it for such a machine; it says for which there is.
        """
        found = self.packages_for(machine.system, machine.python) if wheels else {}
        for image in self.images_for(machine):
            if image.name not in has:
                found |= {part: self.pieces[part] for part in (image.config, *image.layers)}
        return list(found.values())

    def images_for(self, machine: Machine) -> list[Image]:
        """The images that the engine can run.

        Raises:
            BundleRefused: there is none.
        """
        if machine.engine not in self.platforms:
            raise BundleRefused(
                f"This bundle has images for {_all(self.platforms)}, and the container engine here "
                f"runs {machine.engine}: ask for a bundle that was made with "
                f"`--platform {machine.engine}`."
            )
        return [image for image in self.images if image.platform == machine.engine]

    def packages_for(self, system: str, python: str) -> dict[str, Piece]:
        """The wheels of a Python, by digest.

        Raises:
            BundleRefused: there is none; it says for which there are.
        """
        target = f"{system} {python}"
        found = {one.digest: one for one in self.pieces.values() if target in one.targets}
        if not found:
            raise BundleRefused(self._no_packages(system, python))
        return found

    def _no_packages(self, system: str, python: str) -> str:
        targets = sorted({one for piece in self.pieces.values() for one in piece.targets})
        pythons = [one.split()[1] for one in targets if one.split()[0] == system]
        if not pythons:
            systems = _all(sorted({one.split()[0] for one in targets}))
            return (
                f"This bundle has packages for {systems}, and this machine is {system}: "
                "ask for one that was made for it."
            )
        return (
            f"This bundle has packages for Python {_all(pythons)}, and this is Python "
            f"{python}: start it with one of them, `make lab PYTHON=python{pythons[-1]} "
            f"BUNDLE=…` or `python{pythons[-1]} FILE`."
        )

    def _image(self, said: Any) -> Image:
        image = Image(
            _word(said["service"], _SERVICE),
            _word(said["platform"], _PLATFORM),
            _word(said["name"], _IMAGE),
            _word(said["config"], _DIGEST),
            tuple(_word(layer, _DIGEST) for layer in said["layers"]),
        )
        kinds = [self.pieces[digest].kind for digest in (image.config, *image.layers)]
        if kinds != ["config", *["layer"] * len(image.layers)]:
            raise ValueError(f"{image.name} is made of other pieces")
        return image


def _piece(said: Any) -> Piece:
    kind = said["kind"]
    if kind not in KINDS:
        raise ValueError(f"a piece of kind {kind!r:.80}")
    name = said["name"]
    return Piece(
        digest=_word(said["digest"], _DIGEST),
        size=_count(said["size"]),
        kind=kind,
        name=_word(name, _WHEEL) if kind == "wheel" else _word(name, re.compile(r"[ -~]{1,300}")),
        unpacked=_count(said["unpacked"]),
        targets=frozenset(_word(one, _TARGET) for one in said.get("for", ())),
    )


def _word(said: Any, form: re.Pattern[str]) -> str:
    if not isinstance(said, str) or not form.fullmatch(said):
        raise ValueError(f"{said!r:.80} is not such a word")
    return said


def _count(said: Any) -> int:
    if isinstance(said, bool) or not isinstance(said, int) or said < 0:
        raise ValueError(f"{said!r:.80} is no number of bytes")
    return said


def _all(words: Sequence[str]) -> str:
    """Words as a sentence has them: a, b and c."""
    words = sorted(set(words), key=lambda word: [int(n) if n.isdigit() else n for n in
                                                 re.split(r"(\d+)", word)])  # fmt: skip
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
