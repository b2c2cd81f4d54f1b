"""What registries say of images: whether a tag is there, and which others are.

Asked over the registry's API, version 2, as anybody, and no more once a registry says that it was
too often. Nothing is downloaded but what `blob` is asked for.
"""

import time
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from docker import auth
from urllib3.exceptions import NewConnectionError

from lab_helpers.setup import advice

#: How many tags are asked for at a time.
PAGE = 1000
NAME = "practical-monitoring-workshop"
USER_AGENT = f"{NAME}/{version(NAME)} (workshop)"
#: Manifests of one image, and of one for several machines, by both of their standards.
MANIFESTS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)


class Unanswered(Exception):
    """Why a question has no answer, and what to do, in a sentence."""


class Registry:
    """One registry, asked until a point in time; safe to use from several threads."""

    def __init__(self, host: str, until: float) -> None:
        self.host = host
        self._until = until
        self._refusal = ""
        self._challenge: dict[str, str] = {}
        self._tokens: dict[str, str] = {}
        # Docker's default registry is named after its index, whose address has the API too.
        address = urlsplit(auth.INDEX_URL).netloc if host == auth.INDEX_NAME else host
        name = urlsplit(f"//{address}").hostname or ""
        local = name == "localhost" or name.startswith("127.") or name == "::1"
        self._url = f"{'http' if local else 'https'}://{address}/v2/"
        self._use_proxies = not local

    def has(self, repository: str, reference: str) -> bool:
        """Whether it has a manifest of this tag or digest."""
        path = f"{repository}/manifests/{reference}"
        answer = self._ask(repository, "HEAD", urljoin(self._url, path), ", ".join(MANIFESTS))
        if answer.status_code == 404:
            return False
        if _kind(answer) not in MANIFESTS and "Docker-Content-Digest" not in answer.headers:
            raise Unanswered(str(advice.somebody_else(self.host)))
        return True

    def tags(self, repository: str) -> Iterator[str]:
        """Every tag of a repository."""
        url = urljoin(self._url, f"{repository}/tags/list?n={PAGE}")
        while url:
            answer = self._ask(repository, "GET", url, "application/json")
            if answer.status_code == 404:
                return
            yield from self._json(answer).get("tags") or ()
            following = urljoin(url, answer.links.get("next", {}).get("url", ""))
            same_place = urlsplit(following)[:2] == urlsplit(self._url)[:2]
            url = following if same_place and following != url else ""

    def manifest(self, repository: str, reference: str) -> dict[str, Any]:
        """What an image is made of, or which images of several platforms there are."""
        url = urljoin(self._url, f"{repository}/manifests/{reference}")
        answer = self._ask(repository, "GET", url, ", ".join(MANIFESTS))
        if answer.status_code == 404:
            raise Unanswered(f"{self.host} has no {repository}:{reference}.")
        return self._json(answer)

    def blob(self, repository: str, digest: str) -> Iterator[bytes]:
        """A layer, or a configuration, as it comes."""
        url = urljoin(self._url, f"{repository}/blobs/{digest}")
        answer = self._ask(repository, "GET", url, "*/*", stream=True)
        if answer.status_code == 404:
            raise Unanswered(f"{self.host} has no {digest} of {repository}.")
        try:
            yield from answer.iter_content(2**20)
        except requests.RequestException:
            raise Unanswered(str(advice.broke_off(self.host))) from None

    def _ask(
        self, repository: str, method: str, url: str, accept: str, stream: bool = False
    ) -> requests.Response:
        """An answer of the registry itself: what was asked for, or that there is none (404)."""
        if self._challenge and repository not in self._tokens:
            self._fetch_token(repository)
        answer = self._send(method, url, accept, self._tokens.get(repository), stream)
        if answer.status_code == 401 and repository not in self._tokens:
            kind, _, words = answer.headers.get("WWW-Authenticate", "").partition(" ")
            challenge = requests.utils.parse_dict_header(words)
            if kind.lower() == "bearer" and challenge.get("realm"):
                self._challenge = challenge
                self._fetch_token(repository)
                answer = self._send(method, url, accept, self._tokens[repository], stream)
        if answer.status_code in (401, 403):
            raise Unanswered(self._asks_for_a_login(repository))
        if answer.status_code not in (200, 404):
            raise Unanswered(str(advice.out_of_order(self.host, answer.status_code)))
        if answer.status_code == 404 and "json" not in _kind(answer):
            raise Unanswered(str(advice.somebody_else(self.host)))
        return answer

    def _fetch_token(self, repository: str) -> None:
        """Get the pass that anybody may have to read `repository`."""
        asked = {"service": self._challenge.get("service", "")}
        asked["scope"] = f"repository:{repository}:pull"
        url = requests.Request("GET", self._challenge["realm"], params=asked).prepare().url
        answer = self._send("GET", str(url), "application/json", None)
        if answer.status_code in (400, 401, 403):
            raise Unanswered(self._asks_for_a_login(repository))
        if answer.status_code != 200:
            raise Unanswered(str(advice.out_of_order(self.host, answer.status_code)))
        given = self._json(answer)
        token = given.get("token") or given.get("access_token")
        if not isinstance(token, str):
            raise Unanswered(str(advice.somebody_else(self.host)))
        self._tokens[repository] = token

    def _send(
        self, method: str, url: str, accept: str, token: str | None, stream: bool = False
    ) -> requests.Response:
        """What comes back, if it comes in time and is no page for people."""
        if self._refusal:
            raise Unanswered(self._refusal)
        left = self._until - time.monotonic()
        if left <= 0:
            raise Unanswered(str(advice.too_slow(self.host)))
        headers = {"User-Agent": USER_AGENT, "Accept": accept}
        try:
            with requests.Session() as session:
                session.trust_env = self._use_proxies
                answer = session.request(
                    method, url, headers=headers, auth=_pass(token), timeout=left,
                    allow_redirects=True, stream=stream,
                )  # fmt: skip
        except requests.RequestException as problem:
            raise Unanswered(self._unreachable(problem)) from None
        if answer.status_code == 429:
            self._refusal = str(advice.asked_too_often(self.host, _when(answer)))
            raise Unanswered(self._refusal)
        if "html" in _kind(answer):
            raise Unanswered(str(advice.somebody_else(self.host)))
        return answer

    def _json(self, answer: requests.Response) -> dict[str, Any]:
        try:
            content = answer.json()
        except requests.JSONDecodeError:
            content = None
        if not isinstance(content, dict):
            raise Unanswered(str(advice.broke_off(self.host)))
        return content

    # What went wrong, in sentences

    def _unreachable(self, problem: requests.RequestException) -> str:
        if isinstance(problem, requests.exceptions.SSLError):
            return str(advice.unknown_certificate(self.host))
        if isinstance(problem, requests.exceptions.ProxyError):
            return str(advice.refused_by_proxy(self.host))
        if isinstance(problem, requests.Timeout):
            return str(advice.too_slow(self.host))
        if isinstance(problem, requests.TooManyRedirects):
            return str(advice.somebody_else(self.host))
        cause = getattr(problem.args[0], "reason", None) if problem.args else None
        if not isinstance(cause, NewConnectionError):
            return str(advice.broke_off(self.host))
        return str(advice.unreachable(self.host))

    def _asks_for_a_login(self, repository: str) -> str:
        return f"{self.host} wants a login for {repository}, or has no such repository."


def _pass(token: str | None) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    """What adds the token, and nothing else: without it, requests adds passwords from .netrc."""

    def add(request: requests.PreparedRequest) -> requests.PreparedRequest:
        if token is not None:
            request.headers["Authorization"] = f"Bearer {token}"
        return request

    return add


def _kind(answer: requests.Response) -> str:
    """The type of an answer's content, in lower case, without its parameters."""
    return answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _when(answer: requests.Response) -> str:
    """When a registry wants to be asked again, as it says in Retry-After."""
    said = answer.headers.get("Retry-After", "")
    if said.isdecimal():
        return f"in {int(said)} s"
    try:
        return f"after {parsedate_to_datetime(said):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return "later"
