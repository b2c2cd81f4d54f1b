"""The stack as it stands: its containers, where they are reached, what Prometheus says of them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import requests

from lab_helpers.errors import ServiceFailed
from lab_helpers.setup import engine, images
from lab_helpers.stage import checkout, compose

if TYPE_CHECKING:
    from docker.models.containers import Container

PROJECT = "workshop-demo"
SECRETS = ".workshop/demo.env"
ALWAYS = "Watchdog"  # the alert that fires as long as all is well
PROJECT_LABEL = "com.docker.compose.project"
SERVICE_LABEL = "com.docker.compose.service"


class Stack:
    """What is on stage, to be looked at; nothing here changes it.

    Args:
        project: the name under which Compose runs it.
    """

    secrets_file = images.ROOT / SECRETS

    def __init__(self, project: str = PROJECT) -> None:
        self.project = project

    def containers(self) -> dict[str, dict[str, Any]]:
        """What the engine lists of each container of the stack, by service."""
        chosen = {"label": f"{PROJECT_LABEL}={self.project}"}
        found = engine.client().api.containers(all=True, filters=chosen)
        return {one["Labels"][SERVICE_LABEL]: one for one in found}

    def container(self, service: str) -> "Container":
        """The container of a service.

        Raises:
            ServiceFailed: the stack is not up.
        """
        found = self.containers().get(service)
        if found is None:
            raise ServiceFailed(f"There is no {service} on stage: `make demo` starts it.")
        return engine.client().containers.get(found["Id"])

    def url(self, service: str) -> str:
        """Where this machine reaches a service.

        Raises:
            ServiceFailed: it is not there, or does not run.
        """
        return self.address(service, self.containers())

    @staticmethod
    def address(service: str, containers: Mapping[str, Mapping[str, Any]]) -> str:
        """As `url`, of containers that were listed before."""
        for port in containers.get(service, {}).get("Ports", ()):
            if "PublicPort" in port and port["PrivatePort"] == compose.page_port(service):
                return engine.url(port["PublicPort"])
        raise ServiceFailed(f"{service} does not run: `make demo` starts it.")

    def targets(self) -> list[dict[str, Any]]:
        """What Prometheus scrapes now, as its API tells it."""
        return list(self._ask("targets?state=active")["activeTargets"])

    def alerts(self) -> set[str]:
        """The names of the alerts that fire now, the one that always does left out."""
        firing = {a["labels"]["alertname"] for a in self._ask("alerts")["alerts"]
                  if a["state"] == "firing"}  # fmt: skip
        return firing - {ALWAYS}

    def _ask(self, path: str) -> dict[str, Any]:
        return dict(self._get("prometheus", f"/api/v1/{path}").json()["data"])

    def _get(self, service: str, path: str) -> requests.Response:
        try:
            return requests.get(self.url(service) + path, timeout=5)
        except requests.RequestException as problem:
            raise ServiceFailed(f"{service} does not answer: {problem}.") from None

    def require_ours(self) -> None:
        """Raise ServiceFailed if what is on stage, if anything, is another checkout's."""
        checkout.require_own(self.containers().values(), self.secrets_file)
