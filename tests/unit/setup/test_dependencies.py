"""pyproject.toml, requirements.lock, environment.yml and what is installed say the same."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
_NAMED = [Requirement(line) for line in PROJECT["dependencies"]]
DIRECT = [one for one in _NAMED if one.marker is None or one.marker.evaluate()]
LOCK_LINES = (ROOT / "requirements.lock").read_text().splitlines()
LOCKED = [Requirement(line) for line in LOCK_LINES if line and not line.startswith("#")]
PROMISED = (  # every chapter may count on these
    "grafanalib",
    "jupyterlab",
    "matplotlib",
    "nbval",
    "pandas",
    "prometheus-api-client",
    "python-consul",
    "testcontainers",
)


def pinned(requirement: Requirement) -> str:
    """The version of a lock line, which must be an exact one."""
    exact = re.fullmatch(r"==([^*]+)", str(requirement.specifier))
    assert exact, f"requirements.lock does not pin {requirement}"
    return exact[1]


def pins_here() -> dict[str, str]:
    """Canonical name to version, for the lock lines that apply to this Python."""
    here = [r for r in LOCKED if r.marker is None or r.marker.evaluate()]
    return {canonicalize_name(r.name): pinned(r) for r in here}


@pytest.mark.parametrize("name", PROMISED)
def test_promised_package_is_direct(name: str) -> None:
    assert name in {canonicalize_name(r.name) for r in DIRECT}


@pytest.mark.parametrize("requirement", DIRECT, ids=lambda r: r.name)
def test_lock_pins_what_pyproject_allows(requirement: Requirement) -> None:
    pins = pins_here()
    name = canonicalize_name(requirement.name)
    assert name in pins, f"requirements.lock lacks {name}: compile it again (CONTRIBUTING.md)"
    assert requirement.specifier.contains(pins[name])


def test_lock_is_exact_sorted_and_names_no_machine() -> None:
    names = [canonicalize_name(r.name) for r in LOCKED]
    assert names == sorted(names)
    assert all(pinned(r) for r in LOCKED)
    told = [line for line in LOCK_LINES if re.search(r"://|^-|@ |\.whl|file:", line)]
    assert not told, "requirements.lock names an index, a host or a path"


def test_installed_versions_equal_the_lock() -> None:
    wrong = {}
    for name, wanted in pins_here().items():
        try:
            found = version(name)
        except PackageNotFoundError:
            found = "not installed"
        if found != wanted:
            wrong[name] = f"{found}, the lock says {wanted}"
    assert not wrong, f"{wrong}: run `make lab` or `make test`, which install the lock"


def test_conda_installs_the_lock_and_this_project_only() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    conda = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    (pip,) = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    assert pip == ["-r requirements.lock", "-e ."]
    assert conda == ["python=3.12", "pip"]
    assert Requirement(f"python{PROJECT['requires-python']}").specifier.contains("3.12")
