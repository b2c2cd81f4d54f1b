"""Pulling images side by side, and saying in plain words why one does not come."""

import json
import re
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import docker
import requests
import urllib3
from docker import auth
from docker.utils import parse_repository_tag

from lab_helpers.progress import Progress

#: Seconds without a sign of life after which a pull is given up.
SILENCE = 30.0
#: How many images are pulled at a time.
AT_ONCE = 4


@dataclass(frozen=True)
class Problem:
    """Why an image cannot be pulled: what happened, and what would help, without full stops.

    Attributes:
        ends_all: the same is to be expected for every image of the registry.
    """

    what: str
    remedy: str
    ends_all: bool = False


_NETWORK = "connect to another network"
#: What engines say, what it means, what helps, and whether it ends all pulls from the registry. The
#: first that fits is meant.
_MEANINGS = (
    (
        r"toomanyrequests|too many requests|rate limit|\b429\b",
        "{registry} gives this address no more images for now",
        f"log in with `docker login`, which raises the limit, or {_NETWORK}",
        True,
    ),
    (
        r"x509|certificate|server gave HTTP response to HTTPS",
        "the certificate of {registry} is not one that the engine knows: a login page or a proxy "
        "of this network may stand before it",
        "open any page in a browser and log in, or give the engine the proxy's certificate",
        True,
    ),
    (
        r"invalid character '<'|text/html|<html|<!doctype|verification failed",
        "something else, such as the login page of this network, answers in the place of "
        "{registry}",
        "open any page in a browser and log in",
        True,
    ),
    (
        r"unexpected HTTP status: 5\d\d",
        "{registry} is out of order",
        f"try again later, or {_NETWORK}",
        False,
    ),
    (
        r"no space left",
        "the engine's disk is full",
        "make room (`docker system df` says where)",
        False,
    ),
    (
        r"no matching manifest|no image found in .* for architecture",
        "{image} is not published for this kind of machine",
        "name an image that is",
        False,
    ),
    (
        r"manifest unknown|manifest for .* not found",
        "there is no {image}",
        "name one that there is (`workshop images --check` knows)",
        False,
    ),
    (
        r"denied|unauthorized|authentication required|no basic auth",
        "{registry} wants a login for {image}, or has no such image",
        "log in with `docker login`",
        False,
    ),
    (
        r"EOF|reset by peer|broken pipe|context canceled",
        "the connection to {registry} broke off",
        f"try again, or {_NETWORK}",
        False,
    ),
    (
        r"no such host|lookup|refused|unreachable|timeout|timed out|misbehaving|dial tcp|deadline",
        "{registry} cannot be reached from here",
        _NETWORK,
        True,
    ),
)


class _Pull(threading.Thread):
    """One image on its way, in a thread that nobody has to wait for."""

    def __init__(self, api: docker.APIClient, image: str) -> None:
        super().__init__(daemon=True)
        self._api = api
        self.image = image
        self.registry, _ = auth.resolve_repository_name(image)
        self.problem: Problem | None = None
        self.answered = False  # the registry does: it has named the layers
        self._bytes: dict[str, int] = {}
        self._heard = time.monotonic()
        self.start()

    @property
    def received(self) -> int:
        """Bytes that have come so far."""
        return sum(self._bytes.copy().values())

    def run(self) -> None:
        """Pull it, and keep in mind what is heard."""
        try:
            for message in self._messages():
                if "error" in message:
                    self.problem = explain(self.image, str(message["error"]))
                    return
                self._hear(message)
            self._api.inspect_image(self.image)
        except docker.errors.APIError as problem:
            self.problem = explain(self.image, str(problem.explanation or problem))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError):
            self.problem = Problem("the container engine hung up", "see that it runs, try again")
        if self.problem and time.monotonic() - self._heard >= SILENCE:
            what = f"nothing came from {self.registry} for {SILENCE:.0f} s"
            # Docker gives up on a connection only later, and a new pull waits for the old one.
            remedy = f"{_NETWORK} (and restart the engine if it stays so)"
            self.problem = Problem(what, remedy, ends_all=True)

    def _messages(self) -> Iterator[dict[str, Any]]:
        """What the engine says meanwhile; it ends the pull when we hang up.

        The client's own `pull` waits for ever for an engine that itself waits for ever.
        """
        repository, tag = parse_repository_tag(self.image)
        known = auth.get_config_header(self._api, self.registry)
        with self._api.post(
            f"{self._api.base_url}/v{self._api.api_version}/images/create",
            params={"fromImage": repository, "tag": tag or "latest"},
            headers={"X-Registry-Auth": known} if known else {},
            stream=True,
            timeout=SILENCE,
        ) as answer:
            if not answer.ok:
                yield {"error": answer.json()["message"]}
                return
            for line in answer.iter_lines():
                yield json.loads(line)

    def _hear(self, message: dict[str, Any]) -> None:
        status = str(message.get("status"))
        # An engine that tries again by itself counts the seconds, which is no sign of the registry.
        if not status.startswith("Retrying"):
            self._heard = time.monotonic()
        elif time.monotonic() - self._heard >= SILENCE:
            raise requests.Timeout
        self.answered = self.answered or "id" in message
        if status == "Downloading" and message.get("progressDetail"):
            self._bytes[message["id"]] = message["progressDetail"]["current"]


def explain(image: str, words: str) -> Problem:
    """What an engine's words about a pull mean."""
    registry, _ = auth.resolve_repository_name(image)
    for pattern, what, remedy, ends_all in _MEANINGS:
        if re.search(pattern, words, re.IGNORECASE):
            return Problem(what.format(registry=registry, image=image), remedy, ends_all)
    return Problem(words.strip().rstrip("."), f"try again, or {_NETWORK}")


def pull(api: docker.APIClient, images: Iterable[str], progress: Progress) -> dict[str, Problem]:
    """Pull images side by side; the answer has the problem of each that cannot be had.

    A registry that lets nothing through is not asked for its other images. What came whole is
    kept by the engine, whatever happens to the rest.
    """
    waiting = deque(dict.fromkeys(images))
    count, received = len(waiting), 0
    under_way: list[_Pull] = []
    problems: dict[str, Problem] = {}
    closed: dict[str, Problem] = {}  # by registry
    while waiting or under_way:
        while waiting and len(under_way) < AT_ONCE:
            image = waiting.popleft()
            registry, _ = auth.resolve_repository_name(image)
            if registry in closed:
                problems[image] = closed[registry]
            else:
                under_way.append(_Pull(api, image))
        for one in [one for one in under_way if not one.is_alive()]:
            under_way.remove(one)
            received += one.received
            if one.problem:
                problems[one.image] = one.problem
                if one.problem.ends_all and not one.answered:
                    closed.setdefault(one.registry, one.problem)
        if under_way:
            so_far = received + sum(one.received for one in under_way)
            progress.say(
                f"pulling {len(waiting) + len(under_way)} of {count} images, "
                f"{so_far / 1e6:.0f} MB so far ({under_way[0].image})"
            )
            time.sleep(0.1)
    return problems
