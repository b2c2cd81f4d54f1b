"""The way to a server that set-up asks: names, a proxy, who answers, what time it is there."""

from __future__ import annotations

import http.client
import os
import re
import socket
import ssl
import time
import urllib.error
import urllib.request
from calendar import timegm
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from lab_helpers.setup import advice
from lab_helpers.setup.advice import Trouble

#: Seconds that each step may take.
PATIENCE = 2.5
#: An address that nobody has: whether there is a way to it is known without a packet.
_NOWHERE = ("192.0.2.1", 9)
#: What a certificate is, in the words of OpenSSL, when this machine's clock is wrong.
_NOT_YET_VALID, _EXPIRED = 9, 10


def registry_of(image: str) -> str:
    """The registry that an image's name begins with; empty for the usual one.

    >>> registry_of("mirror.example:5000/prom/prometheus:v3"), registry_of("prom/prometheus:v3")
    ('mirror.example:5000', '')
    """
    first, _, rest = image.partition("/")
    return first if rest and (first == "localhost" or re.search(r"[.:]", first)) else ""


def host_of(url: str) -> str:
    """The host of a URL, with its port.

    >>> host_of("https://mirror.example/v1/")
    'mirror.example'
    """
    return urlsplit(url).netloc


class Way:
    """The way to a server that set-up asks.

    Args:
        url: what is asked for.
        sign: what an answer that is the server's own has in it; if empty, that it is no web page.

    Attributes:
        host: the server, with its port if that is not the usual one.
        proxy: what stands before it by the environment or the system; empty if nothing does.
        trouble: what is wrong with it, once it was gone.
        ahead: seconds that the server's clock is ahead of this machine's, where it told.
    """

    def __init__(self, url: str, sign: bytes = b"") -> None:
        parts = urlsplit(url)
        self._name = parts.hostname or ""
        self.host = parts.netloc.rpartition("@")[2]
        self._url = parts._replace(netloc=self.host).geturl()
        self._sign = sign
        self._local = is_local(self._name)
        self.proxy = "" if self._local else proxy_for(parts.scheme, self._name)
        self.trouble: Trouble | None = None
        self.ahead: float | None = None
        #: What is wrong if the step that is being taken never ends.
        self.if_late = advice.no_names(self.host)

    def go(self) -> None:
        """Ask the server whether it is the one that is meant."""
        self.trouble = self._reach() or self._ask()

    def _reach(self) -> Trouble | None:
        """Find the server, or the proxy before it, and connect to it."""
        if not self._local and not is_on_a_network():
            return advice.unreachable(self.host)
        if self.proxy:
            self.if_late = advice.no_proxy(self.proxy)
            return self.if_late if _connect(_place(self.proxy)) else None
        try:
            socket.getaddrinfo(self._name, None)
        except OSError:
            return advice.no_names(self.host)
        self.if_late = advice.too_slow(self.host)
        problem = _connect(_place(self._url))
        if problem is None:
            return None
        return self.if_late if isinstance(problem, TimeoutError) else advice.unreachable(self.host)

    def _ask(self) -> Trouble | None:
        self.if_late = advice.too_slow(self.host)
        before = time.time()
        try:
            answer = self._send()
        except urllib.error.HTTPError as problem:
            answer = problem
        except (OSError, http.client.HTTPException) as problem:
            return self._meaning(getattr(problem, "reason", problem))
        with answer:
            told = from_http(answer.headers.get("Date", ""))
            if told is not None:
                self.ahead = told - (before + time.time()) / 2
            status, kind = int(answer.getcode() or 0), answer.headers.get_content_type()
            content = answer.read(100_000) if self._sign and status == 200 else b""
        page = self._sign not in content if self._sign and status == 200 else "html" in kind
        if page or status == 404:
            return advice.somebody_else(self.host)
        if status == 429:
            return advice.asked_too_often(self.host)
        return None if status in (200, 401) else advice.out_of_order(self.host, status)

    def _send(self) -> http.client.HTTPResponse | urllib.error.HTTPError:
        proxies = {urlsplit(self._url).scheme: self.proxy} if self.proxy else {}
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler(proxies),
            urllib.request.HTTPSHandler(context=_known_certificates()),
        )
        answer: http.client.HTTPResponse = opener.open(self._url, timeout=PATIENCE)
        return answer

    def _meaning(self, problem: object) -> Trouble:
        if isinstance(problem, ssl.SSLCertVerificationError):
            if problem.verify_code in (_NOT_YET_VALID, _EXPIRED):
                return advice.certificate_of_another_time(self.host)
            return advice.unknown_certificate(self.host)
        if isinstance(problem, ssl.SSLError):
            return advice.unknown_certificate(self.host)
        if "Tunnel connection failed" in str(problem):
            return advice.refused_by_proxy(self.host)
        return advice.too_slow(self.host) if _is_late(problem) else advice.broke_off(self.host)


def to_registry(host: str) -> Way:
    """The way to a registry of images."""
    scheme = "http" if is_local(urlsplit(f"//{host}").hostname or host) else "https"
    return Way(f"{scheme}://{host}/v2/")


def to_index(url: str) -> Way:
    """The way to an index of Python packages, by what pip calls its address."""
    return Way(f"{url.rstrip('/')}/pip/", sign=b"pip-")


def is_local(name: str) -> bool:
    """Whether a host is this machine itself."""
    return name in ("localhost", "::1") or name.startswith("127.")


def proxy_for(scheme: str, name: str) -> str:
    """The proxy that stands before a host; empty if none does."""
    if urllib.request.proxy_bypass(name):
        return ""
    return urllib.request.getproxies().get(scheme, "")


def is_on_a_network() -> bool:
    """Whether this machine has a way to anywhere else."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as caller:
        try:
            caller.connect(_NOWHERE)
        except OSError:
            return False
    return True


def from_http(text: str) -> float | None:
    """A time as HTTP has it, in seconds since 1970; None for what is none."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError):
        return None


def from_engine(text: str) -> float | None:
    """A time as engines have it, in seconds since 1970; None for what is none.

    >>> from_engine("1970-01-02T01:00:00.5+01:00")
    86400.5
    """
    found = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|([+-])(\d\d):(\d\d))", text)
    if not found:
        return None
    whole, part, _, sign, hours, minutes = found.groups()
    offset = (int(hours) * 3600 + int(minutes) * 60) * (-1 if sign == "-" else 1) if sign else 0
    return timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + float(part or 0) - offset


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _connect(place: tuple[str, int]) -> OSError | None:
    """Connect and hang up; the answer is what went wrong."""
    try:
        socket.create_connection(place, timeout=PATIENCE).close()
    except OSError as problem:
        return problem
    return None


def _is_late(problem: object) -> bool:
    return isinstance(problem, TimeoutError) or "timed out" in str(problem)


def _known_certificates() -> ssl.SSLContext:
    """Those that are known here; all, where a Python of its own (as on a Mac) brings none."""
    own = os.environ.get("REQUESTS_CA_BUNDLE")
    made = ssl.create_default_context(cafile=own if own and os.path.isfile(own) else None)
    known = ssl.get_default_verify_paths()
    if not (own or known.cafile or known.capath):
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    return made
