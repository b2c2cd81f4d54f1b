"""What Prometheus asks of each kind of discovery beyond the types of its fields."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from lab_helpers.discovery.checks import check_client, check_url, checked, one_of
from lab_helpers.discovery.required import CHOICES, CLIENTS, REQUIRED, ROLES
from lab_helpers.discovery.yaml_types import Hook
from lab_helpers.errors import WorkshopError

_FILE = re.compile(r"[^*]*(\*[^/]*)?\.(json|yml|yaml|JSON|YML|YAML)")
_KUBERNETES_CLIENT = ("basic_auth", "authorization", "oauth2", "bearer_token", "bearer_token_file",
                      "tls_config", "proxy_url", "no_proxy", "http_headers")  # fmt: skip
_SELECTORS = {
    "pod": ("pod", "node"),
    "endpointslice": ("pod", "service", "endpointslice"),
    "endpoints": ("pod", "service", "endpoints"),
}
_SELECTOR = re.compile(r"(\s*[^=!,]+\s*(=|==|!=)[^=!,]*)(,\s*[^=!,]+\s*(=|==|!=)[^=!,]*)*|\s*")


def hooks() -> dict[str, Hook]:
    """What each kind does with its YAML besides decoding it."""
    own = {
        "azure.SDConfig": _azure,
        "consul.SDConfig": _consul,
        "dns.SDConfig": _dns,
        "eureka.SDConfig": _eureka,
        "file.SDConfig": _file,
        "http.SDConfig": _http,
        "kubernetes.SDConfig": _kubernetes,
        "marathon.SDConfig": _marathon,
        "outscale.SDConfig": _secret_key,
        "puppetdb.SDConfig": _puppetdb,
        "scaleway.SDConfig": _secret_key,
        "stackit.SDConfig": _stackit,
        "zookeeper.NerveSDConfig": _paths("nerve"),
        "zookeeper.ServersetSDConfig": _paths("serverset"),
        "aws.EC2SDConfig": _ec2,
    }
    names = {*REQUIRED, *CLIENTS, *own}
    roles = {name: one_of(choices, words) for name, (choices, words) in ROLES.items()}
    return roles | {name: checked(_check(name, own.get(name))) for name in names}


def _check(
    name: str, own: Callable[[dict[str, Any]], None] | None
) -> Callable[[dict[str, Any]], None]:
    def check(values: dict[str, Any]) -> None:
        if name in CHOICES:
            field, choices, default, words = CHOICES[name]
            if (value := values.get(field, default)) not in choices and (value or default):
                raise WorkshopError(words.format(value))
        for field, words in REQUIRED.get(name, {}).items():
            require(values, field, words)
        if own is not None:
            own(values)
        if name == "ovhcloud.SDConfig" and values.get("service") not in ("dedicated_server", "vps"):
            raise WorkshopError(f"unknown service: {values.get('service', '')}")
        check_client(values)

    return check


def require(values: dict[str, Any], field: str, words: str) -> None:
    """Raise WorkshopError with the words unless the field is given."""
    if not values.get(field):
        raise WorkshopError(words)


def _azure(values: dict[str, Any]) -> None:
    if values.get("authentication_method", "OAuth") == "OAuth":
        for field in ("tenant_id", "client_id", "client_secret"):
            require(values, field, f"azure SD configuration requires a {field}")


def _eureka(values: dict[str, Any]) -> None:
    parts = urlsplit(values["server"])
    if not parts.scheme or not parts.netloc:
        raise WorkshopError("eureka_sd: invalid eureka server URL")


def _ec2(values: dict[str, Any]) -> None:
    for one in values.get("filters") or []:
        if not (one or {}).get("values"):
            raise WorkshopError("EC2 SD configuration filter values cannot be empty")


def _marathon(values: dict[str, Any]) -> None:
    token, file = values.get("auth_token"), values.get("auth_token_file")
    most = "marathon_sd: at most one of"
    if token and file:
        raise WorkshopError(f"{most} auth_token & auth_token_file must be configured")
    if token or file:
        if values.get("basic_auth") is not None:
            raise WorkshopError(
                f"{most} basic_auth, auth_token & auth_token_file must be configured"
            )
        if values.get("bearer_token") or values.get("bearer_token_file"):
            raise WorkshopError(
                f"{most} bearer_token, bearer_token_file, auth_token & auth_token_file must be "
                "configured"
            )
        if values.get("authorization") is not None:
            raise WorkshopError(
                f"{most} auth_token, auth_token_file & authorization must be configured"
            )


def _secret_key(values: dict[str, Any]) -> None:
    key, file = values.get("secret_key"), values.get("secret_key_file")
    if not key and not file:
        raise WorkshopError("one of secret_key & secret_key_file must be configured")
    if key and file:
        raise WorkshopError("at most one of secret_key & secret_key_file must be configured")
    require(values, "access_key", "access_key is mandatory")


def _puppetdb(values: dict[str, Any]) -> None:
    _http_url(values)
    require(values, "query", "query missing")


def _stackit(values: dict[str, Any]) -> None:
    endpoint = values.get("endpoint")
    if not endpoint and not values.get("region", "eu01"):
        raise WorkshopError("stackit_sd: endpoint and region missing")
    try:
        check_url(endpoint or "")
    except WorkshopError as problem:
        raise WorkshopError(f'stackit_sd: invalid endpoint "{endpoint}": {problem}') from None


def _paths(kind: str) -> Callable[[dict[str, Any]], None]:
    def check(values: dict[str, Any]) -> None:
        for path in values["paths"]:
            if not path.startswith("/"):
                raise WorkshopError(f"{kind} SD config paths must begin with '/': {path}")

    return check


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
        raise WorkshopError("file service discovery config must contain at least one path name")
    for name in values["files"]:
        if not _FILE.fullmatch(name):
            raise WorkshopError(f'path name "{name}" is not valid for file discovery')


def _http(values: dict[str, Any]) -> None:
    _http_url(values)


def _http_url(values: dict[str, Any]) -> None:
    url = values.get("url") or ""
    if not url:
        raise WorkshopError("URL is missing")
    check_url(url)
    if urlsplit(url).scheme not in ("http", "https"):
        raise WorkshopError("URL scheme must be 'http' or 'https'")
    if not urlsplit(url).netloc:
        raise WorkshopError("host is missing in URL")


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
            raise WorkshopError(
                f"cannot use '{name}' and 'namespaces.own_namespace' simultaneously"
            )
    _selectors(values)


def _selectors(values: dict[str, Any]) -> None:
    role, seen = values["role"], set()
    allowed = _SELECTORS.get(role, (role,))
    for one in values.get("selectors") or []:
        kind = one.get("role", "")
        if kind in seen:
            raise WorkshopError(f"duplicated selector role: {kind}")
        seen.add(kind)
        if kind not in allowed:
            raise WorkshopError(f"{role} role supports only {', '.join(allowed)} selectors")
        if not _SELECTOR.fullmatch(one.get("field") or ""):
            field = one["field"]
            raise WorkshopError(f"invalid selector: '{field}'; can't understand '{field}'")
