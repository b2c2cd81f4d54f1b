"""The same counter in each language: checked for syntax where a checker is at hand."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

CLIENTS = Path(__file__).parents[2] / "labs" / "04_custom_exporters" / "clients"
LISTINGS = ("counter.py", "counter.go", "Parcels.java", "Parcels.scala", "counter.ru")
RECIPES = ("Dockerfile", "pom.xml")

#: what javac says of names whose library is not there; everything else is a mistake
UNKNOWN = {"doesnt.exist", "cant.resolve", "cant.resolve.location", "cant.resolve.location.args"}


def run(*command: str) -> str:
    """What a command prints. Skips where there is none; fails with its words where it refuses."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not on this machine")
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=CLIENTS)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def java_mistakes(path: Path, folder: Path) -> list[str]:
    """What javac finds wrong in a file, besides libraries that are not there."""
    if shutil.which("javac") is None:
        pytest.skip("javac is not on this machine")
    command = ["javac", "-XDrawDiagnostics", "-proc:none", "-d", str(folder), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    found = re.findall(r"^\S+:\d+:\d+: compiler\.err\.([\w.]+)", done.stderr, re.MULTILINE)
    assert found or done.returncode == 0, done.stderr
    return [code for code in found if code not in UNKNOWN]


@pytest.mark.parametrize("name", LISTINGS)
def test_each_has_the_same_counter(name: str) -> None:
    text = (CLIENTS / name).read_text()
    assert len(re.findall(r"\bparcels_packed_total\b", text)) == 1
    assert text.count("Parcels packed so far.") == 1
    assert "8000" in text
    assert len(text.splitlines()) <= 25, "short enough for a page"


def test_no_other_listing() -> None:
    assert sorted(path.name for path in CLIENTS.iterdir() if path.is_file()) == sorted(
        LISTINGS + RECIPES
    )


def test_every_listing_is_built() -> None:
    dockerfile = (CLIENTS / "Dockerfile").read_text()
    at_home = "counter.py"  # in the shop's image
    for name in LISTINGS:
        assert (f"COPY {name} " in dockerfile) == (name != at_home)


def test_go() -> None:
    assert run("gofmt", "-l", "counter.go") == "", "gofmt would write it otherwise"


def test_ruby() -> None:
    assert run("ruby", "-c", "counter.ru").strip() == "Syntax OK"


def test_java(tmp_path: Path) -> None:
    assert java_mistakes(CLIENTS / "Parcels.java", tmp_path) == []


def test_java_is_really_checked(tmp_path: Path) -> None:
    broken = tmp_path / "Parcels.java"
    broken.write_text((CLIENTS / "Parcels.java").read_text().replace(".inc(2);", ".inc(2)"))
    assert java_mistakes(broken, tmp_path) == ["expected"]


def test_scala(tmp_path: Path) -> None:
    compiler = "scalac"
    if shutil.which(compiler) is None:
        pytest.skip("scalac is not on this machine")
    done = subprocess.run(
        [compiler, "-Ystop-after:parser", "-d", str(tmp_path), str(CLIENTS / "Parcels.scala")],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
