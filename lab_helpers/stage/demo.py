"""The stack on stage: started, looked at, broken, healed, and taken away."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from os import environ
from typing import TYPE_CHECKING, Any

import requests

from lab_helpers.errors import ServiceFailed, WaitFailed, WorkshopError
from lab_helpers.progress import Progress
from lab_helpers.services.alertmanager import page_at as alertmanager_page
from lab_helpers.services.links import prometheus_page
from lab_helpers.setup import engine, images, provision
from lab_helpers.stage import checkout, compose, ports
from lab_helpers.stage.faults import FAULTS, fault
from lab_helpers.waiting import wait_until

if TYPE_CHECKING:
    from docker.models.containers import Container

PROJECT = "workshop-demo"
SECRETS = ".workshop/demo.env"
PATIENCE = 120.0  # seconds within which every target must be up
FIRES = 30.0  # seconds within which a fault's alert fires
ARRIVES = 15.0  # seconds within which the inbox has it then
ENDS = 90.0  # seconds within which it ends, once the fault is healed
ALWAYS = "Watchdog"  # the alert that fires as long as all is well
PROJECT_LABEL = "com.docker.compose.project"
SERVICE_LABEL = "com.docker.compose.service"


class Demo:
    """The whole stack, as `compose/compose.yaml` describes it.

    Args:
        project: the name under which Compose runs it.
        variables: what may override ports, as in the environment.
    """

    secrets_file = images.ROOT / SECRETS

    def __init__(self, project: str = PROJECT, variables: Mapping[str, str] = environ) -> None:
        self.project = project
        self.overrides = variables

    # What there is

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
        for port in self.containers().get(service, {}).get("Ports", ()):
            if "PublicPort" in port and port["PrivatePort"] == compose.page_port(service):
                return engine.url(port["PublicPort"])
        raise ServiceFailed(f"{service} does not run: `make demo` starts it.")

    def links(self) -> dict[str, str]:
        """The pages that are worth opening, by what they are."""
        prometheus, alertmanager = self.url("prometheus"), self.url("alertmanager")
        found = {
            "Shop": self.url("nginx"),
            "Prometheus: targets": prometheus_page(prometheus, "targets"),
            "Prometheus: alerts": prometheus_page(prometheus, "alerts"),
            "Alertmanager": alertmanager_page(alertmanager),
            "Inbox": self.url("inbox"),
            "Consul": self.url("consul") + "/ui/",
        }
        if "grafana" in self.containers():
            # who looks at the screen need not see the password
            found["Grafana"] = f"{self.url('grafana')} (admin, GRAFANA_PASSWORD in {SECRETS})"
        return found

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

    # Up and down

    def up(self) -> None:
        """Start everything, wait until every target is up, and heal what was broken.

        Raises:
            ServiceFailed: another checkout's stack is up, a port is taken, or a container failed;
                nothing is left then.
            WaitFailed: a target does not come up; the stack is left as it is, to be looked at.
        """
        self.require_ours()
        before = self.containers()
        profiles = self._profiles()
        self._require_ports(before)
        variables = checkout.variables(self.secrets_file, self.overrides)
        for service, one in before.items():
            if one["State"] == "paused":
                self.container(service).unpause()
        with Progress() as progress:
            try:
                command = [*profiles, "up", "--detach", "--timeout", "1"]
                compose.run(command, self.project, variables, progress)
                self._await_targets(progress)
            except WaitFailed:
                raise
            except BaseException:
                if not before:
                    self.remove()
                raise
            count = len(self.targets())
            progress.done(f"✓ {count} of {count} targets are up ({progress.elapsed:.0f} s)")
        if before:
            for trouble in FAULTS.values():
                trouble.heal_it(self)

    def _profiles(self) -> list[str]:
        here = images.image_for("grafana") in provision.present()
        return ["--profile", "grafana"] if here else []

    def _await_targets(self, progress: Progress) -> None:
        """Wait until Prometheus scrapes all that it should."""
        wanted = compose.expected_targets()
        while missing := self._not_up(wanted):
            self._require_alive()
            if progress.elapsed > PATIENCE:
                raise WaitFailed(
                    f"After {PATIENCE:.0f} s these targets are not up: {', '.join(missing)}. The "
                    "stack runs on: `workshop demo status` looks again, `workshop demo down` ends."
                )
            up = sum(wanted.values()) - len(missing)
            progress.say(f"{up} of {sum(wanted.values())} targets are up; not yet: {missing[0]}")
            time.sleep(0.25)

    def _not_up(self, wanted: Mapping[str, int]) -> list[str]:
        """The jobs of targets that are not up, as often as there are such targets."""
        try:
            healthy = [t["labels"]["job"] for t in self.targets() if t["health"] == "up"]
        except (WorkshopError, ValueError, LookupError):
            healthy = []  # Prometheus itself is not there yet
        return [job for job, count in wanted.items() for _ in range(count - healthy.count(job))]

    def _require_alive(self) -> None:
        for service, one in self.containers().items():
            if one["State"] in {"exited", "dead"}:
                said = engine.client().api.logs(one["Id"], tail=10).decode(errors="replace")
                lines = "\n".join(f"    {line}" for line in said.splitlines())
                raise ServiceFailed(f"{service} died ({one['Status']}). Its last lines:\n{lines}")

    def _require_ports(self, present: Mapping[str, Mapping[str, Any]]) -> None:
        """Make sure that nobody but the stack's containers, if any, has the ports it takes."""
        own = {port.get("PublicPort") for one in present.values() for port in one["Ports"]}
        wanted = compose.ports(self.overrides)
        if not self._profiles():
            del wanted["grafana"]
        ports.require_free({name: pair for name, pair in wanted.items() if pair[1] not in own})

    def down(self) -> None:
        """Take everything away: containers, volumes, networks, passwords.

        Raises:
            ServiceFailed: it is another checkout's.
        """
        self.require_ours()
        with Progress() as progress:
            progress.say("removing the stack")
            progress.done(f"✓ {self.remove()} containers removed")

    def remove(self) -> int:
        """As `down`, in silence, whoever's it is. Returns how many containers there were."""
        api = engine.client().api
        found = self.containers().values()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(engine.remove_container, [one["Id"] for one in found]))
        chosen = {"label": f"{PROJECT_LABEL}={self.project}"}
        for network in api.networks(filters=chosen):
            api.remove_network(network["Id"])
        for volume in api.volumes(filters=chosen)["Volumes"] or ():
            api.remove_volume(volume["Name"])
        self.secrets_file.unlink(missing_ok=True)
        return len(found)

    # Breaking and healing

    def break_(self, name: str) -> str:
        """Break something, and wait until its alert fires and has arrived.

        Raises:
            WorkshopError: there is no such fault, or it could not be done.
            WaitFailed: the alert does not fire within 30 s.
        """
        chosen = fault(name)
        self.require_ours()
        self.alerts()  # or there is no stack
        began, started = time.time(), time.monotonic()
        chosen.break_it(self)
        wait_until(lambda: chosen.alert in self.alerts(), f"{chosen.alert} fires", timeout=FIRES)
        fires = f"{chosen.alert} fired after {time.monotonic() - started:.0f} s"
        try:
            what = "the notification is in the inbox"
            wait_until(lambda: self._arrived(chosen.alert, began), what, timeout=ARRIVES)
            told = f"the inbox had it after {time.monotonic() - started:.0f} s"
        except WaitFailed:
            told = "no notification came: it was sent before, or is inhibited or silenced"
        return (
            f"Now {chosen.does}.\n{fires}; {told}.\nWorth a look: {chosen.look}.\n"
            f"`workshop demo heal {name}` mends it."
        )

    def heal(self, name: str) -> str:
        """Heal something, and wait until its alert has ended.

        Raises:
            WorkshopError: there is no such fault, or it could not be done.
            WaitFailed: the alert does not end within 90 s.
        """
        chosen = fault(name)
        self.require_ours()
        self.alerts()
        started = time.monotonic()
        chosen.heal_it(self)
        wait_until(lambda: chosen.alert not in self.alerts(), f"{chosen.alert} ends", timeout=ENDS)
        still = ", ".join(sorted(self.alerts()))
        ends = f"{chosen.alert} had ended after {time.monotonic() - started:.0f} s"
        return ends + (f". Still firing: {still}." if still else ".")

    def _arrived(self, alert: str, since: float) -> bool:
        messages = self._get("inbox", "/api/messages").json()
        return any(
            told["alertname"] == alert and told["status"] == "firing"
            for message in messages
            if message["arrived"] >= since
            for told in message["alerts"]
        )

    # What to tell

    def status(self) -> str:
        """The containers that do not run, the targets, the alerts that fire, and the links."""
        found = self.containers()
        if not found:
            return "The stack is not up: `make demo` starts it."
        lines = [f"{service} is {one['State']}" for service, one in sorted(found.items())
                 if one["State"] != "running"]  # fmt: skip
        targets = self.targets()
        down = [t["labels"]["instance"] for t in targets if t["health"] != "up"]
        lines += [f"{len(targets) - len(down)} of {len(targets)} targets are up"]
        lines += [f"  {instance} is not" for instance in down]
        lines += [f"{alert} fires" for alert in sorted(self.alerts())]
        return "\n".join([*lines, "", self.describe()])

    def describe(self) -> str:
        """The links, and what can be broken."""
        lines = [f"  {what:<20}  {link}" for what, link in self.links().items()]
        lines += ["", "  workshop demo break NAME, and heal NAME:"]
        lines += [f"  {name:<20}  {one.does} → {one.alert}" for name, one in FAULTS.items()]
        return "\n".join(lines)
