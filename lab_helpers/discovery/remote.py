"""What Prometheus asks of `remote_write`, `remote_read` and `tracing` beyond types."""

from collections.abc import Callable
from typing import Any

from lab_helpers.discovery.checks import check_client, checked
from lab_helpers.discovery.yaml_types import Hook
from lab_helpers.errors import WorkshopError

_MESSAGES = ("prometheus.WriteRequest", "io.prometheus.write.v2.Request")
_RESERVED = ("host", "content-encoding", "content-length", "content-type", "user-agent",
             "connection", "keep-alive", "proxy-authenticate", "proxy-authorization",
             "www-authenticate", "accept-encoding", "x-prometheus-remote-write-version",
             "x-prometheus-remote-read-version", "x-amz-date", "x-amz-security-token",
             "x-amz-content-sha256")  # fmt: skip
_QUEUE = {"max_shards": 50, "min_shards": 1, "max_samples_per_send": 2000, "capacity": 10_000,
          "min_backoff": 30, "max_backoff": 5_000}  # fmt: skip
_AUTHENTICATION = ("basic_auth", "authorization", "oauth2", "sigv4", "azuread", "google_iam")


def hooks() -> dict[str, Hook]:
    """What each type does with its YAML besides decoding it."""
    return {
        "config.RemoteWriteConfig": checked(_remote("write")),
        "config.RemoteReadConfig": checked(_remote("read")),
        "config.TracingConfig": checked(_tracing),
    }


def _remote(direction: str) -> Callable[[dict[str, Any]], None]:
    def check(values: dict[str, Any]) -> None:
        if values.get("url") is None:
            raise WorkshopError(f"url for remote_{direction} is empty")
        if None in (values.get("write_relabel_configs") or []):
            raise WorkshopError("empty or null relabeling rule in remote write config")
        _headers(
            values,
            "authorization header must be changed via the basic_auth, authorization, oauth2, "
            "sigv4, azuread or google_iam parameter",
        )
        if (message := values.get("protobuf_message")) and message not in _MESSAGES:
            raise WorkshopError(
                "invalid protobuf_message value: unknown type for remote write protobuf message "
                f"{message}, supported: {', '.join(_MESSAGES)}"
            )
        check_client(values)
        if direction == "write":
            _queue(values)
            given = [name for name in _AUTHENTICATION if values.get(name) is not None]
            if len(given) > 1:
                raise WorkshopError(
                    "at most one of basic_auth, authorization, oauth2, sigv4, azuread or "
                    f"google_iam must be configured. Currently configured: [{' '.join(given)}]"
                )

    return check


def _queue(values: dict[str, Any]) -> None:
    queue = _QUEUE | (values.get("queue_config") or {})
    for name in ("max_shards", "min_shards", "max_samples_per_send", "capacity"):
        if queue[name] <= 0:
            raise WorkshopError(f"remote write queue {name} must be positive")
        if name == "min_shards" and queue["min_shards"] > queue["max_shards"]:
            raise WorkshopError("remote write queue min_shards must not be greater than max_shards")
    if queue["max_backoff"] < queue["min_backoff"]:
        raise WorkshopError("remote write queue max_backoff must not be less than min_backoff")


def _headers(values: dict[str, Any], authorization: str) -> None:
    for name in values.get("headers") or ():
        if name.lower() == "authorization":
            raise WorkshopError(authorization)
        if name.lower() in _RESERVED:
            raise WorkshopError(f"{name} is a reserved header. It must not be changed")


def _tracing(values: dict[str, Any]) -> None:
    _headers(values, "custom authorization header configuration is not yet supported")
    if not values.get("endpoint"):
        raise WorkshopError("tracing endpoint must be set")
    if (kind := values.get("compression")) not in (None, "", "gzip"):
        raise WorkshopError(f"invalid compression type {kind} provided, valid options: gzip")
