"""Images of chapter 04's clients in other languages: built only when somebody asks for them.

They need compilers, some 300 MB of packages and a few minutes, so that set-up leaves them out.
"""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

from lab_helpers.archives import pack
from lab_helpers.errors import ImageUnavailable
from lab_helpers.progress import Progress
from lab_helpers.setup import engine, images, provision, stages

SOURCES = images.ROOT / "labs" / "04_custom_exporters" / "clients"
ADD_SUITE = images.RECIPES / "add-suite.sh"
#: Python is at home in the shop's image.
LANGUAGES = ("go", "java", "scala", "ruby")
REMEDY = "`workshop clients` builds them: some minutes, and a network"


def image(language: str) -> str:
    """The name of a client's image; it changes with what goes into it."""
    content = b"".join(path.name.encode() + data for path, data in _sources())
    return f"workshop/client-{language}:{hashlib.sha256(content).hexdigest()[:12]}"


def built() -> list[str]:
    """The languages whose images are here."""
    here = provision.present()
    return [language for language in LANGUAGES if image(language) in here]


def why_missing() -> str | None:
    """Why the clients cannot run here, in one sentence; None where at least one can."""
    return None if built() else f"the clients' images are not built here; {REMEDY}"


def build() -> dict[str, str]:
    """Build what is missing, and print what came of each; the answer has the reasons of failures.

    Raises:
        EngineUnavailable: no engine answers.
        ImageUnavailable: Debian itself cannot be had.
    """
    failed: dict[str, str] = {}
    with Progress() as progress:
        debian = provision.base(progress)
        missing = [language for language in LANGUAGES if language not in built()]
        for language in missing:
            progress.say(f"building the client in {language}")
            try:
                _build(language, debian)
            except ImageUnavailable as problem:
                failed[language] = str(problem)
        ready = len(LANGUAGES) - len(failed)
        progress.done(f"{ready} of {len(LANGUAGES)} clients are built ({progress.elapsed:.0f} s)")
    for language, reason in failed.items():
        print(f"  {language}: {reason}")
    return failed


def _build(language: str, debian: str) -> None:
    context = {path.name: data for path, data in _sources()} | stages.certificates()
    context["Dockerfile"] = stages.only(language, context["Dockerfile"].decode()).encode()
    stream = engine.client().api.build(
        fileobj=io.BytesIO(pack(context)),
        custom_context=True,
        target=language,
        tag=image(language),
        buildargs={"BASE": debian},
        forcerm=True,
        decode=True,
    )
    stages.follow(language, stream)


def _sources() -> Iterator[tuple[Path, bytes]]:
    for path in sorted([*SOURCES.iterdir(), ADD_SUITE]):
        if path.is_file():
            yield path, path.read_bytes()
