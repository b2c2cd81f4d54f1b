"""Machines on which something here is broken: Python, packages, checkout, disk, ports."""

import ast
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from lab_helpers.setup import bootstrap, environment, images, system
from lab_helpers.setup.doctor import here
from lab_helpers.setup.doctor.finding import ok
from lab_helpers.setup.doctor.machine import Machine
from lab_helpers.setup.images import ROOT
from lab_helpers.setup.system import System
from tests.broken_machine import copy, visit
from tests.free_port import free_port

AWAY = {"DOCKER_HOST": "tcp://127.0.0.1:9"}
SMALL = pytest.mark.skipif(
    os.geteuid() != 0 or sys.platform != "linux", reason="root on Linux can make a small disk"
)
BARE_MODULES = [
    ROOT / "lab_helpers" / name
    for name in ("__init__.py", "errors.py", "setup/__init__.py", "setup/advice.py",
                 "setup/bootstrap.py", "setup/daemon.py", "setup/environment.py",
                 "setup/images.py", "setup/system.py")
]  # fmt: skip
BARE_MODULES += [
    path for room in ("bundle", "doctor")
    for path in sorted((ROOT / "lab_helpers" / "setup" / room).glob("*.py"))
]  # fmt: skip


def test_a_checkout_that_is_behind(tmp_path: Path) -> None:
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "init.defaultBranch=x"]

    def run(*words: str | Path, folder: Path) -> None:
        subprocess.run([*git, *words], cwd=folder, check=True, capture_output=True)

    origin = copy(tmp_path / "origin")
    run("init", folder=origin)
    run("add", "pyproject.toml", folder=origin)
    run("commit", "-m", "one", folder=origin)
    here_ = copy(origin.with_name("clone"))
    run("init", folder=here_)
    run("remote", "add", "-f", "origin", origin, folder=here_)
    run("checkout", "--force", "-B", "x", "--track", "origin/x", folder=here_)
    assert visit(folder=here_, environment=AWAY).text("checkout").startswith(f"{here_}, of 2")
    run("commit", "--allow-empty", "-m", "two", folder=origin)
    run("fetch", folder=here_)
    found = visit(folder=here_, environment=AWAY)
    assert "This checkout is 1 commits behind what was fetched last." in found.text("checkout")
    run("pull", folder=here_)
    assert visit(folder=here_, environment=AWAY).word("checkout") == "ok"


def older() -> str:
    """A Python 3.9, which Macs bring; the test is skipped where there is none."""
    kept = sorted(Path.home().glob(".pyenv/versions/3.9*/bin/python"))
    for name in ("python3.9", "/usr/bin/python3", *map(str, kept)):
        try:
            done = subprocess.run([name, "--version"], capture_output=True, text=True)
        except OSError:
            continue
        if done.stdout.startswith("Python 3.9."):
            return name
    pytest.skip("Python 3.9 is not here")


def test_a_python_that_is_too_old_says_so_itself(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    for module, said in (("doctor", "Python is 3.9."), ("bootstrap", "python3 is 3.9.")):
        done = subprocess.run(
            [older(), "-m", f"lab_helpers.setup.{module}"],
            cwd=folder, capture_output=True, text=True, env=os.environ | AWAY,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        assert said in done.stdout + done.stderr
        assert done.returncode == 1


@pytest.mark.parametrize("path", BARE_MODULES, ids=lambda path: path.name)
def test_what_runs_on_a_bare_python_needs_nothing_else(path: Path) -> None:
    tree = ast.parse(path.read_text(), feature_version=(3, 9))
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            top = name.split(".")[0]
            # pip is asked for its index, if it is there.
            known = top in sys.stdlib_module_names or top in ("lab_helpers", "pip")
            assert known, f"{path}: {name}"


@pytest.mark.parametrize(
    ("release", "family"),
    [
        ("ID=debian\n", "debian"),
        ('ID="linuxmint"\nID_LIKE="ubuntu debian"\n', "debian"),
        ("ID=fedora\n", "fedora"),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"\n', "fedora"),
        ("ID=arch\n", "arch"),
        ("ID=plan9\n", "other"),
    ],
)
def test_systems_are_told_by_what_they_say(tmp_path: Path, release: str, family: str) -> None:
    if sys.platform == "darwin":
        pytest.skip("this is a Mac")
    (tmp_path / "os-release").write_text(release)
    assert system.family(tmp_path / "os-release") == family
    assert system.family(tmp_path / "none") == "other"


def test_each_system_has_its_own_commands() -> None:
    assert (
        "`sudo apt install docker.io && sudo systemctl start docker"
        in System("debian").get_docker()
    )
    assert "`make setup`" in System("debian", root=True).get_docker()
    assert "`sudo dnf install moby-engine &&" in System("fedora").get_docker()
    assert "WSL integration" in System("debian", wsl=True).get_docker()
    assert "brew install colima" in System("macos").get_docker()
    assert System("debian", systemd=False, root=True).service("start", "docker") == (
        "service docker start"
    )
    assert "hwclock" in System("debian", wsl=True).set_clock()
    assert "sntp" in System("macos").set_clock()
    assert System("other").install("x") == ""
    for name in ("debian", "fedora", "arch", "macos", "other"):
        for told in (System(name).get_docker(), System(name).set_clock()):
            assert told.endswith("."), told


@SMALL
def test_a_disk_that_is_full(tmp_path: Path) -> None:
    small = f'mount -t tmpfs -o size=1m none {tmp_path} && exec "$@"'
    before = ("unshare", "--mount", "sh", "-c", small, "sh")
    found = visit(before=before, environment={"TMPDIR": str(tmp_path)} | AWAY)
    assert found.word("disk") == "broken"
    assert f"0.0 GiB are free at {tmp_path}, 0.2 GiB are wanted" in found.text("disk")
    assert f"`du -xhd1 {tmp_path} | sort -h | tail`" in found.text("disk")


@SMALL
def test_a_machine_that_does_not_reach_itself() -> None:
    found = visit(before=("unshare", "--net"), environment=AWAY)
    assert "A port of 127.0.0.1 cannot be taken and reached: " in found.text("ports")
    assert "ip link set lo up`" in found.text("ports")
    up = ("unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")
    assert visit(before=up, environment=AWAY).word("ports") == "ok"


def test_a_port_that_another_program_has(monkeypatch: pytest.MonkeyPatch) -> None:
    free = free_port()
    for number, name in enumerate(here.demo_ports()):
        monkeypatch.setenv(name, str(free if number else free_port()))
    moved = {name: os.environ[name] for name in here.demo_ports()}
    with socket.create_server(("127.0.0.1", free)):
        found = visit(environment=moved | AWAY)
    assert found.word("ports") == "look"
    assert f"Taken by another program: {free}" in found.text("ports")
    assert "make demo`" in found.text("ports")


def test_a_check_that_hangs_or_fails_does_not_keep_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from threading import Event

    from lab_helpers.setup.doctor import report

    def fails(_: Machine) -> None:
        raise ValueError("surprise")

    monkeypatch.setattr(report, "LIMIT", 0.3)
    checks = {"hangs": lambda _: Event().wait(), "fails": fails, "Python": lambda _: ok("3.99")}
    monkeypatch.setattr(report, "CHECKS", checks)
    assert report.main([]) == 1
    said = capsys.readouterr().out
    assert "not known within 0.3 s" in said
    assert "surprise" in said
    assert "✓ ok      Python     3.99" in said


def test_the_demo_has_its_ports_in_the_compose_file() -> None:
    from lab_helpers.stage import compose

    assert here.demo_ports() == dict(compose.ports().values())
    assert images.ROOT == environment.ROOT == bootstrap.ROOT
