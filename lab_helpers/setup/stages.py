"""Building one stage of the Dockerfile, and what it stands on, alone; and images as they leave."""

import re
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO

import requests
from docker.utils.build import tar

from lab_helpers.errors import ImageUnavailable
from lab_helpers.setup import engine, images

_STAGE = re.compile(r"(?=^FROM )", re.MULTILINE)
_NAMES = re.compile(r"^FROM (?P<below>\S+) AS (?P<name>\S+)|^COPY --from=(?P<source>\S+)", re.M)


def only(stage: str, dockerfile: str) -> str:
    """The lines that a stage needs, in their order: its own, and those of the stages below it.

    The engine's own builder makes each stage that stands before the one that it is asked for,
    needed or not: where several are built side by side, the longest would be made several times.

    Raises:
        KeyError: there is no such stage.
    """
    head, *stages = _STAGE.split(dockerfile)
    names = [[found.groupdict() for found in _NAMES.finditer(text)] for text in stages]
    numbers = {found[0]["name"]: number for number, found in enumerate(names)}
    needed, open_ = set[int](), [numbers[stage]]
    while open_:
        needed.add(number := open_.pop())
        words = (word for found in names[number] for word in (found["below"], found["source"]))
        open_ += [numbers[word] for word in words if word in numbers]
    return head + "".join(stages[number] for number in sorted(needed))


def build(
    stage: str, name: str | None, labels: Mapping[str, str], arguments: Mapping[str, str],
    platform: str | None = None,
) -> None:  # fmt: skip
    """Build a stage.

    Args:
        name: of the image; None for one that needs none.
        arguments: the values of the Dockerfile's ARGs.
        platform: of the image, such as linux/arm64, if not the engine's own.

    Raises:
        ImageUnavailable: a step failed; the message has its last lines.
    """
    with context(stage) as sent:
        stream = engine.client().api.build(
            fileobj=sent,
            custom_context=True,
            target=stage,
            tag=name,
            buildargs=dict(arguments),
            labels=dict(labels),
            platform=platform,
            forcerm=True,  # a step that fails leaves its container else
            decode=True,
        )
        follow(stage, stream)


def context(stage: str) -> IO[bytes]:
    """What an engine is sent to build a stage: a tar, whose Dockerfile has that stage alone.

    Named by its path instead, a Dockerfile from elsewhere is sent as two, of which Podman reads the
    wrong one.
    """
    recipe = only(stage, (images.RECIPES / "Dockerfile").read_text())
    left_out = (images.ROOT / ".dockerignore").read_text().split()
    return tar(str(images.ROOT), exclude=left_out, dockerfile=("Dockerfile", recipe))


def follow(stage: str, stream: Iterable[dict[str, str]]) -> None:
    """Wait until a build is done.

    Raises:
        ImageUnavailable: a step failed; the message has its last lines.
    """
    log: list[str] = []
    for message in stream:
        if "error" in message:
            tail = "".join(log[-15:])
            raise ImageUnavailable(f"{stage} cannot be built: {message['error']}\n{tail}")
        log.append(message.get("stream", ""))


@contextmanager
def exported(names: Iterable[str]) -> Iterator[requests.Response]:
    """What the engine streams of several images: one tar, with each layer once.

    Raises:
        ImageUnavailable: it does not give them.
    """
    api = engine.client().api
    asked = {"names": sorted(names)}
    address = f"{api.base_url}/v{api.api_version}/images/get"
    with api.get(address, params=asked, stream=True, timeout=600) as answer:
        if not answer.ok:
            raise ImageUnavailable(f"The engine exports no images: {answer.json()['message']}.")
        yield answer


def certificates() -> dict[str, bytes]:
    """What this machine trusts, for a build: some networks put an authority in between."""
    trusted = ssl.create_default_context().get_ca_certs(binary_form=True)
    texts = (ssl.DER_cert_to_PEM_cert(one).encode() for one in trusted)
    return {f"certificates/{number}.crt": text for number, text in enumerate(texts)}
