"""Environments that are whole, moved, copied, old, or not there."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from lab_helpers.setup import bootstrap, environment, images
from tests.broken_machine import BARE, copy, visit

AWAY = {"DOCKER_HOST": "tcp://127.0.0.1:9"}


@pytest.fixture
def small_checkout(tmp_path: Path) -> Path:
    """A checkout with an environment: small, but made as set-up makes it."""
    folder = copy(tmp_path / "first")
    make_environment(folder)
    return folder


def make_environment(folder: Path) -> None:
    """What set-up makes, of this package alone."""
    venv = folder / ".venv"
    subprocess.run([BARE[0], "-m", "venv", "--clear", "--without-pip", venv], check=True)
    (packages,) = venv.glob("lib/python*/site-packages")
    (packages / "workshop.pth").write_text(f"{folder}\n")
    (venv / "bin" / "workshop").write_text(f"#!{venv}/bin/python\nimport lab_helpers\n")
    digest = "from lab_helpers.setup import environment; print(environment.lock_digest(), end='')"
    done = subprocess.run([*BARE, "-c", digest], cwd=folder, capture_output=True, text=True)
    (venv / "workshop-lock.sha256").write_text(done.stdout)
    pins = environment._PINNED.findall((folder / "requirements.lock").read_text())
    for name, version, condition in pins:
        if not condition:
            (packages / f"{name.replace('-', '_')}-{version}.dist-info").mkdir()


def test_an_environment_that_is_whole(small_checkout: Path) -> None:
    found = visit(folder=small_checkout, environment=AWAY)
    assert found.said["packages"] == ("ok", "those of requirements.lock")


def test_packages_that_somebody_has_elsewhere_are_left_out(
    small_checkout: Path, tmp_path: Path
) -> None:
    """They would stand before the workshop's own."""
    other = tmp_path / "other" / "lab_helpers"
    other.mkdir(parents=True)
    (other / "__init__.py").write_text("raise SystemExit('another one')")
    named = {"PYTHONPATH": str(other.parent)}
    found = visit(folder=small_checkout, environment=AWAY | named)
    assert found.said["packages"] == ("ok", "those of requirements.lock")
    done = subprocess.run(
        ["make", "-s", "--no-print-directory", "doctor", "PYTHON=printenv PYTHONPATH #"],
        cwd=images.ROOT, env=os.environ | named, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout == "" and "Error 1" in done.stderr


def test_no_environment_yet(tmp_path: Path) -> None:
    found = visit(folder=copy(tmp_path / "new"), environment=AWAY)
    assert found.text("packages").startswith("There is no .venv yet. Chapters")
    assert found.text("packages").endswith("→ `make setup`.")
    assert "ARGS=--fix" in found.rest


def test_an_environment_that_was_moved(small_checkout: Path) -> None:
    moved = small_checkout.rename(small_checkout.with_name("second"))
    found = visit(folder=moved, environment=AWAY)
    assert found.word("packages") == "broken"
    assert "this folder was moved or copied" in found.text("packages")
    make_environment(moved)
    assert visit(folder=moved, environment=AWAY).word("packages") == "ok"


def test_an_environment_that_was_copied_with_its_checkout(small_checkout: Path) -> None:
    """The packages of the first checkout would be used, and nobody would know."""
    second = small_checkout.with_name("second")
    shutil.copytree(small_checkout, second, symlinks=True)
    found = visit(folder=second, environment=AWAY)
    assert "The .venv was made for another place" in found.text("packages")
    assert visit(folder=small_checkout, environment=AWAY).word("packages") == "ok"


def test_an_environment_whose_commands_alone_name_another_place(small_checkout: Path) -> None:
    command = small_checkout / ".venv" / "bin" / "workshop"
    command.write_text("#!/elsewhere/.venv/bin/python\n")
    found = visit(folder=small_checkout, environment=AWAY)
    assert "The commands in .venv/bin name another place" in found.text("packages")
    command.unlink()
    assert visit(folder=small_checkout, environment=AWAY).word("packages") == "broken"


def test_an_environment_whose_python_is_gone(small_checkout: Path) -> None:
    for link in (small_checkout / ".venv" / "bin").glob("python*"):
        link.unlink()
        link.symlink_to("/nowhere/python")
    found = visit(folder=small_checkout, environment=AWAY)
    assert "The .venv's Python cannot be run: No such file or directory." in found.text("packages")


def test_an_environment_of_another_lock_or_with_changed_packages(small_checkout: Path) -> None:
    (packages,) = (small_checkout / ".venv").glob("lib/python*/site-packages")
    (changed,) = packages.glob("requests-*.dist-info")
    changed.rename(packages / "requests-1.0.dist-info")
    (gone,) = packages.glob("pandas-*.dist-info")
    gone.rmdir()
    found = visit(folder=small_checkout, environment=AWAY)
    assert found.word("packages") == "look"
    assert "requests 1.0 (lock: 2." in found.text("packages")
    assert "pandas is missing (lock: " in found.text("packages")
    assert "`rm -r .venv && make setup`" in found.text("packages")
    with (small_checkout / "requirements.lock").open("a") as lock:
        lock.write("surprise==1.0\n")
    found = visit(folder=small_checkout, environment=AWAY)
    assert "made from another requirements.lock" in found.text("packages")
    (small_checkout / ".venv" / "workshop-lock.sha256").unlink()
    assert "is not finished" in visit(folder=small_checkout, environment=AWAY).text("packages")


def test_this_environment_has_what_the_lock_says() -> None:
    """The names and versions that installers write are understood: epochs, dashes, conditions."""
    assert environment.python()
    assert environment.differing() == []


def test_an_environment_that_is_shared_on_purpose(small_checkout: Path) -> None:
    second = copy(small_checkout.with_name("second"))
    (second / ".venv").symlink_to(small_checkout / ".venv")
    assert visit(folder=second, environment=AWAY).word("packages") == "ok"


def test_what_a_link_leads_to_is_never_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others, venv = tmp_path / "others", tmp_path / ".venv"
    others.mkdir()
    (others / "kept").touch()
    venv.symlink_to(others)
    monkeypatch.setattr(bootstrap, "VENV", venv)
    monkeypatch.setattr(bootstrap, "STAMP", venv / "stamp")
    monkeypatch.setattr(bootstrap, "run", lambda *command: venv.mkdir(exist_ok=True))
    bootstrap.make_environment()
    assert [path.name for path in others.iterdir()] == ["kept"]
    assert (venv / "stamp").exists()
