"""compose/compose.yaml and lab_helpers describe the same services; and how Compose is called."""

import re
import stat
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from unittest.mock import MagicMock

import pytest
import yaml

from lab_helpers.errors import ServiceFailed, WorkshopError
from lab_helpers.progress import Progress
from lab_helpers.services import exporters, shop
from lab_helpers.services.addressed import FLAG
from lab_helpers.services.alertmanager import AlertmanagerContainer
from lab_helpers.services.base import Service
from lab_helpers.services.consul import ConsulContainer
from lab_helpers.services.grafana import GrafanaContainer, read_only_account
from lab_helpers.services.inbox import InboxContainer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.setup import engine
from lab_helpers.setup.images import ROOT, all_services, variable
from lab_helpers.sources import read
from lab_helpers.stage import compose, faults
from lab_helpers.waiting import wait_until

MODEL = compose.model()
SERVICES: dict[str, dict[str, Any]] = MODEL["services"]
FILES = {name: described.get("file") for name, described in MODEL["configs"].items()}
#: The one is for batch jobs, and the shop has none; the other is for more than one server.
NOT_ON_STAGE = {"pushgateway", "victoria-metrics"}
CHAPTERS = ROOT / "labs"


@pytest.fixture
def staged(monkeypatch: pytest.MonkeyPatch) -> dict[str, Service]:
    """Each service of the stack as the chapters would start it, with no engine at all."""
    monkeypatch.setattr(engine, "client", MagicMock())
    monkeypatch.setattr("testcontainers.core.container.DockerClient", MagicMock())
    database = shop.MySQLContainer(flags=shop.MySQLContainer.LIMITS)
    read_only_account(database)
    folder, alerting = compose.FILE.parent, CHAPTERS / "06_alertmanager"
    found: list[Service] = [
        database,
        shop.MemcachedContainer(),
        shop.ShopWebContainer(database, tells_clock=True, replaceable=True, name="web-1"),
        shop.ShopWebContainer(database, tells_clock=True, replaceable=True, name="web-2"),
        shop.NginxContainer(),
        shop.HAProxyContainer(),
        shop.ApacheContainer(),
        shop.SwitchContainer(),
        exporters.NodeExporterContainer(),
        exporters.MySQLExporterContainer(database),
        exporters.MemcachedExporterContainer(),
        exporters.NginxExporterContainer(),
        exporters.ApacheExporterContainer(),
        exporters.BlackboxExporterContainer(CHAPTERS / "03_common_exporters" / "blackbox.yml"),
        exporters.SNMPExporterContainer(CHAPTERS / "03_common_exporters" / "snmp.yml"),
        ConsulContainer(),
        PrometheusContainer(
            folder / "prometheus.yml",
            [alerting / "rules.yml"],
            flags=["--rules.alert.resend-delay=2s"],
        ),
        AlertmanagerContainer(alerting / "alertmanager.yml", [alerting / "messages.tmpl"]),
        InboxContainer(),
        GrafanaContainer(),
    ]
    return {service.name: service for service in found}


def test_the_stack_is_the_whole_workshop(staged: dict[str, Service]) -> None:
    assert set(SERVICES) == {*staged, "traffic"}
    shown = {service.image_name or service.service for service in staged.values()}
    assert shown == set(all_services()) - NOT_ON_STAGE


def test_images_ports_and_variables_are_those_of_the_chapters(staged: dict[str, Service]) -> None:
    for name, service in staged.items():
        described = SERVICES[name]
        wanted = variable(service.image_name or service.service)
        assert re.match(r"\$\{" + wanted + r"\W", described["image"]), name
        published = [line.rpartition(":")[2] for line in described.get("ports", ())]
        assert [f"{port}/tcp" for port in published] == list(service.ports)[: len(published)], name
        assert set(described.get("environment", {})) == set(service.env), name
        for key, value in described.get("environment", {}).items():
            assert "PASSWORD" in key or value == service.env[key], (name, key)


def test_commands_are_those_of_the_chapters(staged: dict[str, Service]) -> None:
    differ = {"nginx", "haproxy", "switch"}  # the chapters' need a shell to say it
    for name in set(staged) - differ:
        command = staged[name]._command
        said = command.split() if isinstance(command, str) else list(command or [])
        here = [str(word) for word in SERVICES[name].get("command", [])]
        assert [word for word in here if not word.startswith(FLAG)] == said, name


def test_configuration_files_are_those_of_the_chapters(staged: dict[str, Service]) -> None:
    """Same paths in the container, same content; what the stage has besides is named here."""
    besides = {
        "/etc/nginx/nginx.sh",  # a command in the chapters
        "/usr/local/etc/haproxy/haproxy.sh",  # likewise
        "/consul/config/services.json",  # registered by Python in the chapters
    }
    for name, service in staged.items():
        here = {one["target"]: FILES[one["source"]] for one in SERVICES[name].get("configs", ())}
        there = service.files
        assert set(here) - besides == set(there), name
        for path, file in here.items():
            if file is not None and path in there:
                assert (compose.FILE.parent / file).read_bytes() == there[path], path


def test_the_jobs_of_chapter_03_are_on_stage() -> None:
    def jobs(file: Path) -> dict[str, Any]:
        found = {job["job_name"]: job for job in yaml.safe_load(read(file))["scrape_configs"]}
        for job in found.values():
            for one in job.get("static_configs", ()):
                one.pop("labels", None)  # the stage says on which machine a target lives
        return found

    here = jobs(compose.FILE.parent / "prometheus.yml")
    chapter = jobs(CHAPTERS / "03_common_exporters" / "prometheus.yml")
    del chapter["web"]  # from Consul, on stage
    assert {name: here[name] for name in chapter} == chapter
    assert set(here) - set(chapter) == {"prometheus", "alertmanager", "web", "switch"}


def test_consul_is_told_of_every_replica() -> None:
    told = yaml.safe_load(read(compose.FILE.parent / "consul-services.json"))["services"]
    replicas = [name for name in SERVICES if name.startswith("web-")]
    assert [(one["id"], one["address"], one["port"]) for one in told] == [
        (name, name, 8000) for name in replicas
    ]
    assert compose.expected_targets()["web"] == len(replicas)
    assert sum(compose.expected_targets().values()) == 13


def test_every_fault_has_an_alert_of_its_own_in_the_rules_of_chapter_06() -> None:
    groups = yaml.safe_load(read(CHAPTERS / "06_alertmanager" / "rules.yml"))["groups"]
    alerts = {rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule}
    wanted = [fault.alert for fault in faults.FAULTS.values()]
    assert len(wanted) == len(set(wanted)) == 6
    assert set(wanted) <= alerts
    with pytest.raises(WorkshopError, match=r"no fault 'fire'. There are: replica-crash, "):
        faults.fault("fire")


def test_ports_are_on_loopback_and_nobody_asks_for_the_same() -> None:
    taken = [port for _, port in compose.ports({}).values()]
    assert len(set(taken)) == len(taken)
    for name, described in SERVICES.items():
        for line in described.get("ports", ()):
            assert line.startswith("${BIND:-127.0.0.1}:"), name
            assert line[19:].startswith("${" + variable(name).replace("_IMAGE", "_")), name
    assert compose.ports({"INBOX_PORT": "18025"})["inbox"] == ("INBOX_PORT", 18025)
    assert compose.ports({"INBOX_SMTP_PORT": "2525"})["inbox:1025"] == ("INBOX_SMTP_PORT", 2525)
    for wrong in ("none", "0", "65536", "-1"):
        with pytest.raises(ServiceFailed, match=f"INBOX_PORT is a port, .* not '{wrong}'"):
            compose.ports({"INBOX_PORT": wrong})


def test_what_is_created_in_the_database_is_what_the_chapters_create(
    staged: dict[str, Service],
) -> None:
    def plain(statements: str) -> str:
        return re.sub(r"BY '[^']*'", "BY …", " ".join(statements.split()))

    there = staged["mysql"].files
    for one in SERVICES["mysql"]["configs"]:
        here = MODEL["configs"][one["source"]]["content"]
        content = there[one["target"]]
        assert isinstance(content, bytes)
        assert plain(here) == plain(content.decode())


def test_the_readme_has_every_fault_and_every_page() -> None:
    readme = (ROOT / "README.md").read_text()
    for name, fault in faults.FAULTS.items():
        assert re.search(rf"^\| `{name}` \| .* \| {fault.alert} \|$", readme, re.M), name
    pages = ("overview", "nginx", "prometheus", "alertmanager", "inbox", "consul", "grafana")
    for service in pages:
        assert f"http://127.0.0.1:{compose.ports({})[service][1]}" in readme


def test_no_password_is_written_down() -> None:
    text = compose.FILE.read_text()
    for line in text.splitlines():
        if "PASSWORD" in line and "RANDOM_ROOT" not in line and not line.startswith("#"):
            assert re.search(r"\$\{\w+_PASSWORD:\?run make demo\}", line), line
    assert "volumes" not in text


def test_what_compose_is_handed_needs_no_file_and_no_mount() -> None:
    handed = yaml.safe_load(compose.self_contained({"dns_search": ["."]}))
    assert all(service["dns_search"] == ["."] for service in handed["services"].values())
    assert set(handed["configs"]) == set(FILES)
    for name, described in handed["configs"].items():
        assert list(described) == ["content"], name
        if (file := FILES[name]) is not None:
            text = (compose.FILE.parent / file).read_text()
            assert described["content"].replace("$$", "$") == text, name
            assert not re.search(r"(?<!\$)\$(\$\$)*(?!\$)", described["content"]), name


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole search path; `write` puts programs there."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def write(folder: Path, name: str, script: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


@pytest.mark.parametrize(
    ("docker", "standalone", "chosen"),
    [
        (None, None, None),
        ("echo 2.26.1", None, ["docker", "compose"]),
        ("echo v5.0.1-desktop.2", None, ["docker", "compose"]),
        ("echo 2.23.1", "echo 2.26.1", ["docker", "compose"]),
        ("echo 2.23.0", None, None),
        ("echo unknown command: docker compose; exit 1", "echo 2.26.1", ["docker-compose"]),
        (None, "echo 1.29.2", None),
        ("echo podman version 5", None, None),
    ],
)
def test_which_compose_is_used(
    commands: Path, docker: str | None, standalone: str | None, chosen: list[str] | None
) -> None:
    for name, script in (("docker", docker), ("docker-compose", standalone)):
        if script is not None:
            write(commands, name, script)
    assert compose.own_command() == chosen


def test_a_compose_that_fails_is_quoted(commands: Path) -> None:
    write(
        commands, "docker-compose", '[ "$1" = version ] && echo 2.26.1 || { echo no "$X"; exit 3; }'
    )
    with (
        Progress() as progress,
        pytest.raises(ServiceFailed, match=r"(?s)up --detach` failed.*no way"),
    ):
        compose.run(["up", "--detach"], "test", {"X": "way"}, progress)


def test_the_visitors_on_stage_do_the_chapters_journeys() -> None:
    seen: list[tuple[str, str, str | None]] = []

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            seen.append((self.command, self.path, self.headers["Cookie"]))
            self.send_response(200)
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    program = [sys.executable, str(compose.FILE.parent / "traffic.py"), address, "40"]
    path = {"PYTHONPATH": str(ROOT / "lab_helpers" / "traffic")}
    with subprocess.Popen(program, env=path) as process:
        wanted = {"GET /", "GET /products", "POST /cart"}
        try:
            wait_until(lambda: wanted <= {f"{m} {p}" for m, p, _ in seen}, "visitors are here")
            assert process.poll() is None
        finally:
            process.terminate()
    server.shutdown()
    server.server_close()
    assert all(cookie and cookie.startswith("visitor=1-") for _, _, cookie in seen)
