"""What Prometheus makes a target of, and what it asks for there."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from lab_helpers.discovery.configuration import Job
from lab_helpers.discovery.durations import milliseconds, written
from lab_helpers.discovery.versions import Version
from lab_helpers.errors import WorkshopError

_META, _PARAM = "__meta_", "__param_"
_TRUTH = {"1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False"}
# What Go leaves as it is in a URL's path and host, besides letters, digits and -._~
_IN_PATH, _IN_HOST = "$&+,/:;=@", "!$&'()*+,;=:[]<>\""


class NoTarget(Exception):
    """It cannot become a target; the message says why."""


def before_the_rules(found: Mapping[str, str], job: Job, version: Version) -> dict[str, str]:
    """An instance's labels with those that Prometheus adds of its own, before the first rule."""
    labels = {name: value for name, value in sorted(found.items()) if value}
    own = {
        "job": job.name,
        "__scrape_interval__": written(job.interval),
        "__scrape_timeout__": written(job.timeout),
        "__metrics_path__": job.metrics_path,
        "__scheme__": job.scheme,
        **job.histograms,
    }
    for name, value in own.items():
        if value:
            labels.setdefault(name, value)
    for name, values in job.params.items():
        label = f"{_PARAM}{name}"
        if values and (version.parameters_overwrite or label not in labels):
            labels[label] = values[0]
            if not values[0]:
                del labels[label]
    return labels


def after_the_rules(
    labels: Mapping[str, str], job: Job, version: Version
) -> tuple[dict[str, str], str]:
    """The labels that a target keeps inside Prometheus, and what it will ask for.

    Raises:
        NoTarget: it cannot be scraped.
    """
    address = labels.get("__address__", "")
    if not address:
        raise NoTarget("it has no address")
    if version.adds_port and _lacks_port(address):
        scheme = labels.get("__scheme__", "")
        port = {"http": ":80", "": ":80", "https": ":443"}.get(scheme)
        if port is None:
            raise NoTarget(f"there is no port for the scheme {scheme!r}")
        address += port
    if "/" in address:
        raise NoTarget(f"{address!r} is no host and port")
    _check_durations(labels)
    for name in job.histograms:
        if labels.get(name, "true") not in _TRUTH:
            raise NoTarget(f"{name} is {labels[name]!r}, neither true nor false")
    kept = {name: value for name, value in labels.items() if not name.startswith(_META)}
    kept["__address__"] = address
    kept.setdefault("instance", address)
    return kept, _url(kept, job.params)


def _check_durations(labels: Mapping[str, str]) -> None:
    lengths = {}
    for what in ("interval", "timeout"):
        text = labels.get(f"__scrape_{what}__", "")
        try:
            lengths[what] = milliseconds(text)
        except WorkshopError:
            raise NoTarget(f"its scrape {what} {text!r} is no duration") from None
        if not lengths[what]:
            raise NoTarget(f"its scrape {what} is 0")
    if lengths["timeout"] > lengths["interval"]:
        raise NoTarget(
            f"its scrape timeout {labels['__scrape_timeout__']} is longer than its interval "
            f"{labels['__scrape_interval__']}"
        )


def _lacks_port(address: str) -> bool:
    """Whether a port is all that is missing, as Go's `net.SplitHostPort` tells."""
    return not _splits(address) and _splits(f"{address}:1234")


def _splits(address: str) -> bool:
    colon = address.rfind(":")
    if colon < 0:
        return False
    if address.startswith("["):
        end = address.find("]")
        rest = address[1:end] + address[end + 1 :]
        return end + 1 == colon and "[" not in rest and "]" not in address[end + 1 :]
    return not set(address[:colon]) & set(":[]") and not set(address[colon:]) & set("[]")


def _url(labels: Mapping[str, str], params: Mapping[str, list[str]]) -> str:
    query = {name: list(values or ()) for name, values in params.items()}
    for name, value in labels.items():
        if name.startswith(_PARAM):
            key = name.removeprefix(_PARAM)
            query[key] = [value, *query.get(key, [])[1:]]
    scheme, path = labels.get("__scheme__", ""), labels.get("__metrics_path__", "")
    if path != "*":
        path = quote(path, safe=_IN_PATH)
    slash = "" if path.startswith("/") or not path else "/"
    asked = urlencode(sorted(query.items()), doseq=True)
    host = quote(labels["__address__"], safe=_IN_HOST)
    return f"{scheme}{scheme and ':'}//{host}{slash}{path}{asked and '?'}{asked}"
