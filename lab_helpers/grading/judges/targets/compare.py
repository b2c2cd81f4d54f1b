"""What is wrong with the targets that a configuration finds, compared with those asked for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlsplit

from lab_helpers.grading.exercise import Verdict, missed
from lab_helpers.grading.judges.targets.look import Found, Look
from lab_helpers.grading.judges.targets.relabelling import (
    blame_rule,
    why_dropped,
    why_kept,
    why_label,
)

_PORTS = {"http": 80, "https": 443}
#: The diagnosis for a client that does not say who it is.
ANONYMOUS = "no client certificate"
#: What it gets; from TLS 1.3 on its own handshake ends before the server says so, and either comes.
_HUNG_UP = re.compile(
    '"https:.*(certificate required|conn could not be established|connection reset|broken pipe|EOF)'
)
_LOCAL = re.compile(r"//(localhost|127\.\d+\.\d+\.\d+|\[::1\])[:/]")


@dataclass(frozen=True)
class Target:
    """A target that is asked for.

    url: what Prometheus must ask for.
    labels: those of its series; without an `instance` among them, its address is that.
    interval: how often it is to be scraped, as in 15s; "" if that does not matter.
    """

    url: str
    labels: Mapping[str, str]
    interval: str = ""

    @property
    def all_labels(self) -> dict[str, str]:
        """Its labels, `instance` among them."""
        return {"instance": urlsplit(self.url).netloc, **self.labels}

    def is_met_by(self, found: Found) -> bool:
        """Whether this is the target that was found."""
        return _parts(found.url) == _parts(self.url) and found.labels == self.all_labels


def compare(wanted: Sequence[Target], look: Look, config: str) -> Verdict | None:
    """Say what is wrong with the targets that were found; None if they are the ones wanted."""
    missing = [one for one in wanted if not any(one.is_met_by(found) for found in look.targets)]
    extra = [one for one in look.targets if not any(each.is_met_by(one) for each in wanted)]
    pairs = _pair(missing, extra)
    for target, found in pairs:
        missing.remove(target)
        extra.remove(found)
    for target, found in pairs:
        if _parts(found.url) != _parts(target.url):
            return _url_fault(target, found, look, config)
    for target in missing:
        return _missing(target, wanted, look, config)
    for found in extra:
        twins = [one.job for one in look.targets if one.url == found.url]
        if len(twins) > 1:
            jobs = " and ".join(sorted(twins))
            seen = f"{found.url} is a target {len(twins)} times, under {jobs}"
            return missed("scraped twice", f"{seen}. Once is enough: where should it be left out?")
        return why_kept(found, name(found, look), look, config)
    for target, found in pairs:
        return why_label(found, name(found, look), target.all_labels, look, config)
    return None


def name(found: Found, look: Look) -> str:
    """What to call it: its name in Consul, else its address; and its job, if there are more."""
    own = found.discovered
    called = own.get("__meta_consul_service_id") or own.get("__address__", "a target")
    return f"{called} (job_name {found.job})" if len(look.intervals) > 1 else called


def unreachable(error: str, otherwise: str) -> str:
    """The diagnosis for an error of the network."""
    if _LOCAL.search(error):
        return "localhost"
    if _HUNG_UP.search(error):
        return ANONYMOUS
    for words, diagnosis in {
        "no such host": "wrong host",
        "server misbehaving": "wrong host",
        "connection refused": "wrong port",
        "404": "wrong path",
        "HTTP response to HTTPS client": "wrong scheme",
        "400 Bad Request": "wrong scheme",
        "no such file": "no such file",
        "unknown authority": "authority unknown",
        "certificate is valid for": "wrong server_name",
        "401 Unauthorized": "not let in",
    }.items():
        if words in error:
            return diagnosis
    return otherwise


def _parts(url: str) -> tuple[object, ...]:
    """Scheme, host, port, path and parameters; two addresses that ask for the same are equal."""
    parts = urlsplit(url)
    return (
        parts.scheme, (parts.hostname or "").rstrip("."), _port(parts), parts.path or "/",
        tuple(sorted(parse_qsl(parts.query, keep_blank_values=True))),
    )  # fmt: skip


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None


# Which of the targets that were found is meant to be which of the wanted ones?


def _pair(missing: list[Target], extra: list[Found]) -> list[tuple[Target, Found]]:
    candidates = sorted(
        (-_likeness(target, found), i, j)
        for i, target in enumerate(missing)
        for j, found in enumerate(extra)
    )
    pairs: dict[int, int] = {}
    for score, i, j in candidates:
        if score and i not in pairs and j not in pairs.values():
            pairs[i] = j
    return [(missing[i], extra[j]) for i, j in sorted(pairs.items())]


def _likeness(target: Target, found: Found) -> int:
    """How much one is like the other; 0 if they have neither host nor labels in common."""
    scheme, host, *rest = map(
        lambda both: both[0] == both[1], zip(_parts(target.url), _parts(found.url), strict=True)
    )
    asked = {**target.all_labels, "instance": ""}
    labels = {**found.labels, "instance": ""}
    if not host and (asked != labels or _as_registered(found)):
        return 0
    same = sum(found.labels.get(key) == value for key, value in target.all_labels.items())
    return 1 + 4 * host + scheme + sum(rest) + same


def _as_registered(found: Found) -> bool:
    """Whether it is asked where the registry says: its host is another one, not a wrong one."""
    own = found.discovered
    if "__meta_consul_service_id" not in own:
        return False
    return urlsplit(found.url).netloc == own["__address__"]


# What is wrong with one


def _url_fault(target: Target, found: Found, look: Look, config: str) -> Verdict:
    names = ("scheme", "host", "port", "path", "parameter")
    pairs = zip(names, _parts(target.url), _parts(found.url), strict=True)
    part = next(part for part, asked, has in pairs if asked != has)
    got = f" and gets: {found.error.lstrip(': ')}" if found.error else ""
    seen = f"For {name(found, look)} Prometheus asks for {found.url}{got}"
    if _LOCAL.search(found.url) and not _LOCAL.search(target.url):
        return missed("localhost", f"{seen}. Whose localhost is that? Prometheus has its own.")
    asked = urlsplit(target.url)
    label, right = {
        "scheme": ("__scheme__", asked.scheme),
        "path": ("__metrics_path__", asked.path),
    }.get(part, ("__address__", asked.netloc))
    if part != "parameter" and (blame := blame_rule(found, label, right, seen, look, config)):
        return blame
    if (plain := label.strip("_")) in found.labels:
        told = f"A label {plain} is only a label; one with a meaning has underscores around it."
        return missed(f"wrong {part}", f"{seen}. {told}")
    if re.search(r"//[^/\[]+:\d+:\d+", found.url):
        return missed("wrong port", f"{seen}. There are two ports: the old one was not cut off.")
    advice = {
        "scheme": "Look at what stands before the //.",
        "host": f"Is {urlsplit(found.url).hostname} the host that has the page?",
        "port": "The host is right; on which port does it listen?",
        "path": "Host and port are right; where is the page?",
        "parameter": "All is right up to the question mark.",
    }
    return missed(f"wrong {part}", f"{seen}. {advice[part]}")


def _missing(target: Target, wanted: Sequence[Target], look: Look, config: str) -> Verdict:
    mine = [one for one in look.dropped if _is_meant(target, one)]
    if mine:
        # Of several jobs, the one that scrapes as often as is asked for should have it.
        mine.sort(key=lambda one: look.intervals.get(one.job) != target.interval)
        meant = [one for one in look.dropped if any(_is_meant(each, one) for each in wanted)]
        meant = meant if len(meant) == len(wanted) else []
        return why_dropped(mine[0], name(mine[0], look), meant, look, config)
    if not look.targets and not look.dropped:
        return missed("no target", "Prometheus takes the file, and finds nothing to scrape.")
    return missed(
        "target missing",
        f"{target.all_labels['instance']} is not among Prometheus's targets; it has "
        f"{len(look.targets)}, and {len(wanted)} are asked for.",
    )


def _is_meant(target: Target, found: Found) -> bool:
    address = urlsplit(target.url)
    known_as = {address.netloc, address.hostname, target.all_labels["instance"]}
    return not known_as.isdisjoint(found.discovered.values())
