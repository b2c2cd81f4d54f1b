"""What Prometheus asks of the parts of a configuration beyond their types, in its own words."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from lab_helpers.discovery.durations import milliseconds
from lab_helpers.discovery.relabel import ACTIONS
from lab_helpers.discovery.regexes import Regex
from lab_helpers.discovery.versions import Version
from lab_helpers.discovery.yaml_types import Hook, Unmarshal
from lab_helpers.errors import WorkshopError

PROTOCOLS = ("OpenMetricsText0.0.1", "OpenMetricsText1.0.0", "PrometheusProto",
             "PrometheusText0.0.4", "PrometheusText1.0.0")  # fmt: skip
OLD_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_FILE = re.compile(r"[^*]*(\*[^/]*)?\.(json|yml|yaml|JSON|YML|YAML)")
_BYTES = re.compile(r"[-+]?(0|((\d+\.?\d*|\.\d+)([KMGTPE]i?)?B)+)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_KUBERNETES = ("node", "pod", "service", "endpoints", "endpointslice", "ingress")
_KUBERNETES_CLIENT = ("basic_auth", "authorization", "oauth2", "bearer_token", "bearer_token_file",
                      "tls_config", "proxy_url", "no_proxy", "http_headers")  # fmt: skip


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
        "config.AlertmanagerAPIVersion": _one_of(
            ("v2",) if version.utf8 else ("v1", "v2"),
            "expected Alertmanager api version to be one of [{choice}] but got {value}",
        ),
        "kubernetes.Role": _one_of(_KUBERNETES, 'unknown Kubernetes SD role "{value}"'),
        "config.TracingClientType": _one_of(
            ("http", "grpc"),
            "expected tracing client type to be to be http or grpc, but got {value}",
        ),
        "config.TLSVersion": _one_of(
            ("TLS10", "TLS11", "TLS12", "TLS13"), "unknown TLS version: {value}"
        ),
        "model.ValidationScheme": _one_of(
            ("", "legacy", "utf8"), 'unrecognized ValidationScheme: "{value}"'
        ),
        "config.TLSConfig": _checked(_tls),
        "consul.SDConfig": _checked(_consul),
        "dns.SDConfig": _checked(_dns),
        "file.SDConfig": _checked(_file),
        "http.SDConfig": _checked(_http),
        "kubernetes.SDConfig": _checked(_kubernetes),
        "config.RemoteWriteConfig": _checked(_remote("write")),
        "config.RemoteReadConfig": _checked(_remote("read")),
        "config.TracingConfig": _checked(_tracing),
    }


def _checked(check: Callable[[dict[str, Any]], None]) -> Hook:
    def hook(unmarshal: Unmarshal) -> Any:
        values = unmarshal(None)
        check(values)
        return values

    return hook


def _one_of(choices: tuple[str, ...], refusal: str) -> Hook:
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
        raise WorkshopError(f"units: invalid {text}")
    return text


def _more_than_one(values: Mapping[str, Any], *names: str) -> bool:
    return sum(bool(values.get(name)) for name in names) > 1


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
        raise WorkshopError(
            'authorization type cannot be set to "basic", use "basic_auth" instead'
        )
    if other:
        raise WorkshopError("at most one of basic_auth, oauth2 & authorization must be configured")


def check_protocols(protocols: list[str] | None) -> None:
    """Raise WorkshopError if there are none, one twice, or one that is unknown."""
    if protocols is None:
        return
    if not protocols:
        raise WorkshopError("scrape_protocols cannot be empty")
    if len({one.lower() for one in protocols}) < len(protocols):
        raise WorkshopError(
            f"duplicated protocol in scrape_protocols, got [{' '.join(protocols)}]"
        )
    for one in protocols:
        if one not in PROTOCOLS:
            known = " ".join(PROTOCOLS)
            raise WorkshopError(f"unknown scrape protocol {one}, supported: [{known}]")


def _tls(values: dict[str, Any]) -> None:
    for name in ("ca", "cert"):
        if _more_than_one(values, name, f"{name}_file", f"{name}_ref"):
            raise WorkshopError(f"at most one of {name}, {name}_file & {name}_ref must be configured")
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


def _consul(values: dict[str, Any]) -> None:
    if not (values.get("server", "localhost:8500") or "").strip():
        raise WorkshopError("consul SD configuration requires a server address")
    if (values.get("username") or values.get("password")) and values.get("basic_auth") is not None:
        raise WorkshopError(
            "at most one of consul SD configuration username and password and basic auth can be "
            "configured"
        )
    others = values.get("authorization") is not None or values.get("oauth2") is not None
    if values.get("token") and others:
        raise WorkshopError(
            "at most one of consul SD token, authorization, or oauth2 can be configured"
        )
    check_client(values)


def _dns(values: dict[str, Any]) -> None:
    if not values.get("names"):
        raise WorkshopError("DNS-SD config must contain at least one SRV record name")
    kind = values.get("type", "SRV").upper()
    if kind not in ("SRV", "A", "AAAA", "MX", "NS"):
        raise WorkshopError(f"invalid DNS-SD records type {values['type']}")
    if kind != "SRV" and not values.get("port"):
        raise WorkshopError("a port is required in DNS-SD configs for all record types except SRV")


def _file(values: dict[str, Any]) -> None:
    if not values.get("files"):
        raise WorkshopError(
            "file service discovery config must contain at least one path name"
        )
    for name in values["files"]:
        if not _FILE.fullmatch(name):
            raise WorkshopError(f'path name "{name}" is not valid for file discovery')


def _http(values: dict[str, Any]) -> None:
    url = values.get("url") or ""
    if not url:
        raise WorkshopError("URL is missing")
    check_url(url)
    if urlsplit(url).scheme not in ("http", "https"):
        raise WorkshopError("URL scheme must be 'http' or 'https'")
    if not urlsplit(url).netloc:
        raise WorkshopError("host is missing in URL")
    check_client(values)


def _kubernetes(values: dict[str, Any]) -> None:
    if not values.get("role"):
        raise WorkshopError(
            "role missing (one of: pod, service, endpoints, endpointslice, node, ingress)"
        )
    check_client(values)
    server, file = values.get("api_server"), values.get("kubeconfig_file")
    if server and file:
        raise WorkshopError("cannot use 'kubeconfig_file' and 'api_server' simultaneously")
    own = (values.get("namespaces") or {}).get("own_namespace")
    client = any(values.get(name) for name in _KUBERNETES_CLIENT)
    if file and client:
        raise WorkshopError(
            "cannot use a custom HTTP client configuration together with 'kubeconfig_file'"
        )
    if not server and client:
        raise WorkshopError(
            "to use custom HTTP client configuration please provide the 'api_server' URL explicitly"
        )
    for name in ("api_server", "kubeconfig_file"):
        if values.get(name) and own:
            raise WorkshopError(f"cannot use '{name}' and 'namespaces.own_namespace' simultaneously")


def _remote(direction: str) -> Callable[[dict[str, Any]], None]:
    def check(values: dict[str, Any]) -> None:
        if values.get("url") is None:
            raise WorkshopError(f"url for remote_{direction} is empty")
        if None in (values.get("write_relabel_configs") or []):
            raise WorkshopError("empty or null relabeling rule in remote write config")
        check_client(values)

    return check


def _tracing(values: dict[str, Any]) -> None:
    if not values.get("endpoint"):
        raise WorkshopError("tracing endpoint must be set")
