"""What Prometheus asks of the parts of a configuration beyond their types, in its own words."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from lab_helpers.discovery.durations import milliseconds
from lab_helpers.discovery.regexes import Regex
from lab_helpers.discovery.relabel import ACTIONS
from lab_helpers.discovery.versions import Version
from lab_helpers.discovery.yaml_types import Hook, Unmarshal
from lab_helpers.errors import WorkshopError

#: the last is of Prometheus 3
PROTOCOLS = ("OpenMetricsText0.0.1", "OpenMetricsText1.0.0", "PrometheusProto",
             "PrometheusText0.0.4", "PrometheusText1.0.0")  # fmt: skip
OLD_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_BYTES = re.compile(r"[-+]?(0|((\d+\.?\d*|\.\d+)([KMGTPE]i?)?B)+)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def hooks(version: Version) -> dict[str, Hook]:
    """What each type does with its YAML besides decoding it."""

    def label_name(unmarshal: Unmarshal) -> str:
        name = str(unmarshal("string"))
        if not (name if version.utf8 else OLD_NAME.fullmatch(name)):
            raise WorkshopError(f'"{name}" is not a valid label name')
        return name

    def regexp(unmarshal: Unmarshal) -> str:
        text = str(unmarshal("string"))
        Regex(text, version.dot_matches_line_break)
        return text

    return {
        "model.LabelName": label_name,
        "relabel.Regexp": regexp,
        "relabel.Action": _action,
        "relabel.Config": _rule,
        "model.Duration": lambda unmarshal: milliseconds(unmarshal("string")),
        "config.URL": _url,
        "units.Base2Bytes": _bytes,
        "config.AlertmanagerAPIVersion": one_of(
            ("v2",) if version.utf8 else ("v1", "v2"),
            "expected Alertmanager api version to be one of [{choice}] but got {value}",
        ),
        "config.TracingClientType": one_of(
            ("http", "grpc"),
            "expected tracing client type to be to be http or grpc, but got {value}",
        ),
        "config.TLSVersion": one_of(
            ("TLS10", "TLS11", "TLS12", "TLS13"), "unknown TLS version: {value}"
        ),
        "model.ValidationScheme": one_of(
            ("", "legacy", "utf8"), 'unrecognized ValidationScheme: "{value}"'
        ),
        "config.TLSConfig": checked(_tls),
        "config.Headers": checked(_headers),
    }


def checked(check: Callable[[dict[str, Any]], None]) -> Hook:
    def hook(unmarshal: Unmarshal) -> Any:
        values = unmarshal(None)
        check(values)
        return values

    return hook


def one_of(choices: tuple[str, ...], refusal: str) -> Hook:
    def hook(unmarshal: Unmarshal) -> str:
        value = str(unmarshal("string"))
        if value not in choices:
            raise WorkshopError(refusal.format(value=value, choice=" ".join(choices)))
        return value

    return hook


def _action(unmarshal: Unmarshal) -> str:
    given = str(unmarshal("string"))
    if given.lower() not in ACTIONS:
        raise WorkshopError(f'unknown relabel action "{given}"')
    return given.lower()


def _rule(unmarshal: Unmarshal) -> dict[str, Any]:
    values: dict[str, Any] = unmarshal(None)
    if "regex" in values:
        values["regex"] = values["regex"] or ""
    return values


def _url(unmarshal: Unmarshal) -> str:
    text = str(unmarshal("string"))
    check_url(text)
    return text


def check_url(text: str) -> None:
    """Raise WorkshopError if Go cannot read it as a URL."""
    try:
        if _CONTROL.search(text):
            raise WorkshopError(f'parse "{text}": net/url: invalid control character in URL')
        if text.startswith(":"):
            raise WorkshopError(f'parse "{text}": missing protocol scheme')
        if re.search(r"%(?![0-9a-fA-F]{2})", text.partition("?")[0]):
            raise WorkshopError(f'parse "{text}": invalid URL escape')
        _ = urlsplit(text).port
    except ValueError:
        raise WorkshopError(f'parse "{text}": invalid port or host') from None
    if " " in urlsplit(text).netloc:
        raise WorkshopError(f'parse "{text}": invalid character " " in host name')


def _bytes(unmarshal: Unmarshal) -> str:
    text = str(unmarshal("string"))
    if not _BYTES.fullmatch(text):
        number = re.fullmatch(r"[-+]?[\d.]+(\D*)", text)
        why = f"unknown unit {number[1]} in {text}" if number else f"invalid {text}"
        raise WorkshopError(f"units: {why}")
    return text


def _more_than_one(values: Mapping[str, Any], *names: str) -> bool:
    return sum(bool(values.get(name)) for name in names) > 1


#: headers that Prometheus writes itself
_RESERVED = ("Authorization", "Host", "Content-Encoding", "Content-Length", "Content-Type",
             "User-Agent", "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization",
             "Www-Authenticate", "Accept-Encoding", "X-Prometheus-Remote-Write-Version",
             "X-Prometheus-Remote-Read-Version", "X-Prometheus-Scrape-Timeout-Seconds",
             "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256")  # fmt: skip


def _headers(values: dict[str, Any]) -> None:
    for name in values:
        if name.title() in _RESERVED:
            raise WorkshopError(f'setting header "{name.title()}" is not allowed')


def check_client(values: Mapping[str, Any]) -> None:
    """Raise WorkshopError if settings of an HTTP client contradict each other."""
    token = values.get("bearer_token") or values.get("bearer_token_file")
    basic, oauth = values.get("basic_auth"), values.get("oauth2")
    if _more_than_one(values, "bearer_token", "bearer_token_file"):
        raise WorkshopError("at most one of bearer_token & bearer_token_file must be configured")
    if (basic is not None or oauth is not None) and token:
        raise WorkshopError(
            "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured"
        )
    for name in ("username", "password"):
        kinds = (name, f"{name}_file", f"{name}_ref")
        if basic is not None and _more_than_one(basic, *kinds):
            raise WorkshopError(
                f"at most one of basic_auth {name}, {name}_file & {name}_ref must be configured"
            )
    authorization = values.get("authorization")
    if authorization is not None:
        _check_authorization(authorization, bool(token), basic is not None or oauth is not None)
    if oauth is not None:
        if basic is not None:
            raise WorkshopError(
                "at most one of basic_auth, oauth2 & authorization must be configured"
            )
        for name in ("client_id", "token_url"):
            if not oauth.get(name):
                raise WorkshopError(f"oauth2 {name} must be configured")
    proxy, environment = values.get("proxy_url"), values.get("proxy_from_environment")
    if values.get("proxy_connect_header") and not (environment or proxy):
        raise WorkshopError(
            "if proxy_connect_header is configured, proxy_url or proxy_from_environment must also "
            "be configured"
        )
    for name in ("proxy_url", "no_proxy"):
        if environment and values.get(name):
            raise WorkshopError(
                f"if proxy_from_environment is configured, {name} must not be configured"
            )
    if not proxy and values.get("no_proxy"):
        raise WorkshopError("if no_proxy is configured, proxy_url must also be configured")


def _check_authorization(values: Mapping[str, Any], token: bool, other: bool) -> None:
    if token:
        raise WorkshopError("authorization is not compatible with bearer_token & bearer_token_file")
    if _more_than_one(values, "credentials", "credentials_file", "credentials_ref"):
        raise WorkshopError(
            "at most one of authorization credentials & credentials_file must be configured"
        )
    if (values.get("type") or "").strip().lower() == "basic":
        raise WorkshopError('authorization type cannot be set to "basic", use "basic_auth" instead')
    if other:
        raise WorkshopError("at most one of basic_auth, oauth2 & authorization must be configured")


def check_protocols(protocols: list[str] | None, version: Version) -> None:
    """Raise WorkshopError if there are none, one twice, or one that is unknown."""
    if protocols is None:
        return
    if not protocols:
        raise WorkshopError("scrape_protocols cannot be empty")
    if len({one.lower() for one in protocols}) < len(protocols):
        raise WorkshopError(f"duplicated protocol in scrape_protocols, got [{' '.join(protocols)}]")
    every = PROTOCOLS if version.utf8 else PROTOCOLS[:-1]
    for one in protocols:
        if one not in every:
            known = " ".join(every)
            raise WorkshopError(f"unknown scrape protocol {one}, supported: [{known}]")


def _tls(values: dict[str, Any]) -> None:
    for name in ("ca", "cert"):
        if _more_than_one(values, name, f"{name}_file", f"{name}_ref"):
            raise WorkshopError(
                f"at most one of {name}, {name}_file & {name}_ref must be configured"
            )
    if _more_than_one(values, "key", "key_file", "key_ref"):
        raise WorkshopError("at most one of key and key_file must be configured")
    has = {
        name: any(values.get(f"{name}{end}") for end in ("", "_file", "_ref"))
        for name in ("cert", "key")
    }
    if has["cert"] and not has["key"]:
        raise WorkshopError(
            "exactly one of key or key_file must be configured when a client certificate is "
            "configured"
        )
    if has["key"] and not has["cert"]:
        raise WorkshopError(
            "exactly one of cert or cert_file must be configured when a client key is configured"
        )
