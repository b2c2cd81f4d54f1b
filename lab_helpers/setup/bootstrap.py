"""What must be there before the package can be used: the virtual environment and the engine.

Run by the system's own Python (``python3 -m lab_helpers.setup.bootstrap``), be it one that is too
old, so nothing but the standard library is imported. What is there already is left alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lab_helpers.setup import daemon, environment, system
from lab_helpers.setup.environment import ROOT, STAMP, VENV

ENGINE_SOCKET = Path("/var/run/docker.sock")
OLDEST_PYTHON = (3, 11)


def say(text: str) -> None:
    """Tell what is being done."""
    print(f"[set-up] {text}", flush=True)


def run(*command: str | Path) -> None:
    """Run a command quietly; end the set-up with its output if it fails."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        words = " ".join(map(str, command))
        raise SystemExit(f"[set-up] `{words}` failed:\n{done.stdout[-1500:]}{done.stderr[-1500:]}")


def can_install() -> bool:
    """Whether this is Debian or Ubuntu, and we may install packages."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def apt_install(*packages: str) -> None:
    """Install Debian packages."""
    run("apt-get", "update", "-qq")
    run("apt-get", "install", "-qq", "--yes", "--no-install-recommends", *packages)


# The virtual environment


def make_environment(wheels: Path | None = None) -> None:
    """Make ``.venv`` and install what ``requirements.lock`` pins, and this package, into it.

    Args:
        wheels: a folder that has all of them, so that no index is asked.
    """
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(map(str, sys.version_info[:3]))
        raise SystemExit(
            f"[set-up] Python 3.11 or newer is needed, and python3 is {found}. "
            f"{system.here().get_python()}"
        )
    say("installing the Python packages that requirements.lock pins into .venv")
    if VENV.is_symlink():
        VENV.unlink()  # what it leads to is another checkout's
    python = VENV / "bin" / "python"
    named: tuple[str | Path, ...] = ("-r", ROOT / "requirements.lock")
    if wheels:  # not Python's own pip: Debian has it in a package apart
        run(sys.executable, "-m", "venv", "--clear", "--without-pip", VENV)
        uv = _program_in(wheels, "uv")
        named += ("pip", "uv", "--offline", "--no-index", "--find-links", wheels)
    else:
        run(sys.executable, "-m", "venv", "--clear", VENV)
        run(python, "-m", "pip", "install", "--quiet", "uv")
        uv = VENV / "bin" / "uv"
    # uv leaves itself alone only if it is installed, not synchronised. Compiled here, by all cores,
    # so that not every kernel does it: where PYTHONDONTWRITEBYTECODE is set, each would, always.
    install = (uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", python)
    run(*install, *named)
    package = ("--no-deps", "--no-build-isolation", "--editable", ROOT)
    run(*install, *package)
    STAMP.write_text(environment.lock_digest())


def _program_in(wheels: Path, name: str) -> Path:
    """A program that a wheel brings, unpacked beside it."""
    (wheel,) = wheels.glob(f"{name}-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        (member,) = (one for one in packed.namelist() if one.endswith(f".data/scripts/{name}"))
        program = Path(packed.extract(member, wheels))
    program.chmod(0o755)
    return program


# The container engine


def engine_answers(listener: Path = ENGINE_SOCKET) -> bool:
    """Whether an engine listens on a socket, the default one if none is named."""
    return daemon.Daemon(f"unix://{listener}", patience=5).answers()


def runtime_folder() -> Path:
    """Where this user's programs have their sockets."""
    return Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.geteuid()}")


def podman_socket() -> Path:
    """Where Podman listens for this user, once its service runs."""
    own = runtime_folder() / "podman" / "podman.sock"
    return Path("/run/podman/podman.sock") if os.geteuid() == 0 else own


def dockerd() -> str | None:
    """Docker's engine, if it is installed."""
    return shutil.which("dockerd", path=os.environ["PATH"] + ":/usr/sbin")


def has_podman() -> bool:
    """Whether Podman is installed."""
    return shutil.which("podman") is not None


def answering() -> list[Path]:
    """The sockets of engines that answer, though not on the default one."""
    home = Path.home()
    candidates = (
        podman_socket(),
        runtime_folder() / "docker.sock",  # Docker without root
        home / ".docker" / "run" / "docker.sock",  # Docker Desktop
        home / ".docker" / "desktop" / "docker.sock",
        home / ".colima" / "default" / "docker.sock",
        home / ".local" / "share" / "containers" / "podman" / "machine" / "podman.sock",
    )
    return [found for found in candidates if engine_answers(found)]


def engine_is_named() -> bool:
    """Whether a variable or the docker command's context says which engine to use."""
    return bool(os.environ.get("DOCKER_HOST") or daemon.context()[0])


def engine_is_ours_to_start() -> bool:
    """Whether to install and start an engine: only as root on Debian, and if there is no other."""
    if not can_install() or engine_is_named():
        return False
    if dockerd() is None and has_podman():
        return False
    return not (engine_answers() or answering())


def start_engine() -> None:
    """Install Debian's Docker engine if there is none, and start it."""
    if dockerd() is None:
        say("installing Debian's Docker engine (docker.io)")
        apt_install("docker.io", "mmdebstrap")
    say("starting the Docker engine")
    if Path("/run/systemd/system").exists():
        run("systemctl", "start", "docker")
    elif not engine_answers():
        log = open("/var/log/dockerd.log", "ab")  # noqa: SIM115 (the daemon keeps it)
        subprocess.Popen(
            [dockerd() or "dockerd"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    until = time.monotonic() + 30
    while not engine_answers():
        if time.monotonic() > until:
            raise SystemExit(
                "[set-up] The Docker engine did not answer within 30 s; /var/log/dockerd.log (or "
                "`journalctl -u docker`) says why."
            )
        time.sleep(0.1)


def main() -> None:
    """Make what is missing, side by side."""
    wrong = environment.why_not_ready()
    if wrong and can_install():
        try:
            import ensurepip  # noqa: F401
        except ImportError:
            say("installing Debian's python3-venv")
            apt_install("python3-venv")
    with ThreadPoolExecutor() as pool:
        jobs = []
        if engine_is_ours_to_start():
            jobs.append(pool.submit(start_engine))
        if wrong:
            jobs.append(pool.submit(make_environment))
        for job in jobs:
            job.result()


if __name__ == "__main__":
    main()
