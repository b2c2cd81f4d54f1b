"""The stack on stage: started, looked at, broken, healed, and taken away."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from os import environ
from pathlib import Path
from typing import Any

from lab_helpers.errors import ServiceFailed, WaitFailed, WorkshopError
from lab_helpers.progress import Progress
from lab_helpers.services.alertmanager import page_at as alertmanager_page
from lab_helpers.services.links import prometheus_page
from lab_helpers.setup import engine, images, pausing, ports, provision
from lab_helpers.setup.addresses import reached_at
from lab_helpers.stage import checkout, compose, reset
from lab_helpers.stage.faults import FAULTS, fault
from lab_helpers.stage.overview_process import OverviewProcess
from lab_helpers.stage.stack import PROJECT, PROJECT_LABEL, SECRETS, Stack
from lab_helpers.waiting import wait_until

PATIENCE = 120.0  # seconds within which every target must be up
FIRES = 30.0  # seconds within which a fault's alert fires
ARRIVES = 15.0  # seconds within which the inbox has it then
ENDS = 90.0  # seconds within which it ends, once the fault is healed


class Demo(Stack):
    """The whole stack, as `compose/compose.yaml` describes it.

    Args:
        project: the name under which Compose runs it.
        variables: what may override ports, as in the environment.
    """

    def __init__(self, project: str = PROJECT, variables: Mapping[str, str] = environ) -> None:
        super().__init__(project)
        self.overrides = variables

    @property
    def overview(self) -> OverviewProcess:
        """The process that serves the overview page."""
        return OverviewProcess(self.secrets_file.with_name(f"overview.{self.project}.json"))

    @property
    def _reset_mark(self) -> Path:
        return self.secrets_file.with_name(f"reset.{self.project}")

    def show_overview(self, host: str | None = None) -> str:
        """Have the overview page be there, on this machine; return its address.

        host: an address of this machine on which it is open besides, to those who have the token;
            the page's address there, token and all, is what is returned then, this once. "" closes
            it again, None leaves it as it is.

        Raises:
            ServiceFailed: nothing is on stage, it is another checkout's, or the page cannot start.
        """
        self.require_ours()
        if not self.containers():
            raise ServiceFailed("Nothing is on stage: `make demo` starts it, and the page.")
        _, port = compose.ports(self.overrides)["overview"]
        token = self.overview.start(self.project, self.secrets_file, port, host)
        if not host:
            return str(self.overview.url)
        found_at = reached_at(host)
        return f"http://{f'[{found_at}]' if ':' in found_at else found_at}:{port}/?token={token}"

    def links(self) -> dict[str, str]:
        """The pages that are worth opening, by what they are."""
        prometheus, alertmanager = self.url("prometheus"), self.url("alertmanager")
        overview = self.overview.url
        found = {
            **({"Overview": f"{overview} (STAGE_PASSWORD in {SECRETS})"} if overview else {}),
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
            if one["State"] in ("running", "paused"):
                pausing.wake(self.container(service))
        with Progress() as progress:
            try:
                command = [*profiles, "up", "--detach", "--timeout", "1"]
                compose.run(command, self.project, variables, progress)
                self.show_overview()
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
        own |= {(self.overview.found() or {}).get("port")}
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
        self.overview.stop()
        api = engine.client().api
        found = self.containers().values()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(engine.remove_container, [one["Id"] for one in found]))
        chosen = {"label": f"{PROJECT_LABEL}={self.project}"}
        for network in api.networks(filters=chosen):
            engine.remove_network(network["Id"])
        for volume in api.volumes(filters=chosen)["Volumes"] or ():
            api.remove_volume(volume["Name"])
        self.secrets_file.unlink(missing_ok=True)
        self._reset_mark.unlink(missing_ok=True)
        return len(found)

    # Breaking, healing, and beginning anew

    def reset(self, mend: Callable[[], object] = lambda: None) -> str:
        """Have the stage be as at its start: nothing is broken, and nothing of before is known.

        mend: what is to be mended besides the faults of the stage, once all containers run.

        Raises:
            ServiceFailed: nothing is on stage, it is another checkout's, or is being reset already.
            WaitFailed: a target does not come up again.
        """
        self.require_ours()
        with reset.alone(self._reset_mark), Progress() as progress:
            progress.say("mending the stage")
            reset.wake(self)
            mend()
            reset.mend(self)
            progress.say("emptying Prometheus, Alertmanager and the inbox")
            reset.forget(self)
            self._await_targets(progress)
            progress.clear()
            return f"The stage is as at its start ({progress.elapsed:.1f} s)."

    def break_(self, name: str) -> str:
        """Break something, and wait until its alert fires and has arrived.

        Raises:
            WorkshopError: there is no such fault, it could not be done, or the stage was reset
                before its alert fired.
            WaitFailed: the alert does not fire within 30 s.
        """
        chosen = fault(name)
        self.require_ours()
        fires_already = chosen.alert in self.alerts()  # or there is no stack
        began, started = time.time(), time.monotonic()

        def was_reset() -> bool:
            return reset.last(self._reset_mark) > began

        def fires() -> bool:
            return was_reset() or chosen.alert in self.alerts()

        def arrived() -> bool:
            return was_reset() or self._arrived(chosen.alert, began)

        chosen.break_it(self)
        mends = f"`workshop demo heal {name}` mends it."
        if fires_already:
            return f"Now {chosen.does}.\n{chosen.alert} fires already: no message follows.\n{mends}"
        wait_until(fires, f"{chosen.alert} fires", timeout=FIRES)
        fired = f"{chosen.alert} fired after {time.monotonic() - started:.0f} s"
        try:
            wait_until(arrived, "the notification is in the inbox", timeout=ARRIVES)
            told = f"the inbox had it after {time.monotonic() - started:.0f} s"
        except WaitFailed:
            told = "no notification came: it was sent before, or is inhibited or silenced"
        if was_reset():
            raise WorkshopError(f"The stage was reset meanwhile: break {name} once more.")
        return f"Now {chosen.does}.\n{fired}; {told}.\nWorth a look: {chosen.look}.\n{mends}"

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
