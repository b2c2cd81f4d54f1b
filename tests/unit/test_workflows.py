"""The forge's workflows fit the published schema, and call only what this repository has."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
WORKFLOWS: dict[str, dict[Any, Any]] = {
    file.stem: yaml.safe_load(file.read_text()) for file in FILES
}
JOBS = {
    f"{name}-{job}": content
    for name, workflow in WORKFLOWS.items()
    for job, content in workflow["jobs"].items()
}
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
#: What the machines that the forge lends have, or their package manager.
OF_THE_MACHINE = {"brew", "colima", "grep"}


def commands() -> list[list[str]]:
    """The words of each command that a job runs."""
    steps = (step for job in JOBS.values() for step in job["steps"] if "run" in step)
    return [shlex.split(line) for step in steps for line in step["run"].splitlines()]


def fits_the_schema(*files: Path) -> subprocess.CompletedProcess[str]:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    return subprocess.run(
        [*check, "vendor.github-workflows", *map(str, files)], capture_output=True, text=True
    )


def test_they_fit_the_published_schema(tmp_path: Path) -> None:
    assert {file.stem for file in FILES} == {"images", "tests"}
    found = fits_the_schema(*FILES)
    assert found.returncode == 0, found.stdout + found.stderr
    wrong = tmp_path / "tests.yml"
    wrong.write_text(FILES[-1].read_text().replace("runs-on:", "run-on:"))
    assert fits_the_schema(wrong).returncode == 1


@pytest.mark.parametrize("words", commands(), ids=shlex.join)
def test_each_command_is_there(words: list[str]) -> None:
    program, *arguments = words
    if program == "make":
        assert arguments
        assert set(arguments) <= TARGETS
    elif program == ".venv/bin/workshop":
        program = str(Path(sys.executable).with_name("workshop"))
        options = [word for word in arguments if word.startswith("-")]
        names = [word for word in arguments if not word.startswith("-")]
        done = subprocess.run([program, *names, "--help"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert all(option in done.stdout for option in options)
    elif arguments[:1] == ["-m"]:
        assert (ROOT / arguments[1].replace(".", "/")).with_suffix(".py").is_file()
    elif program in (".venv/bin/pytest", "python3"):
        files = [word for word in arguments if not word.startswith("-")]
        assert files
        assert all((ROOT / file).is_file() for file in files)
    else:
        assert program in OF_THE_MACHINE


def test_the_suite_runs_on_both_kinds_of_machine_and_on_the_originals_alone() -> None:
    linux = JOBS["tests-linux"]
    assert linux["strategy"]["matrix"]["machine"] == ["ubuntu-24.04", "ubuntu-24.04-arm"]
    step = next(step for step in linux["steps"] if step.get("name") == "The originals, or nothing")
    assert linux["steps"].index(step) < linux["steps"].index({"run": "make test"})
    lines = subprocess.run(
        step["run"].replace('"$GITHUB_ENV"', "/dev/stdout"),
        shell=True, cwd=ROOT, check=True, capture_output=True, text=True, env=os.environ,
    ).stdout.splitlines()  # fmt: skip
    from lab_helpers.setup import images

    assert dict(line.split("=") for line in lines) == images.read(images.UPSTREAM_FILE)


def test_when_each_runs() -> None:
    (nightly,) = WORKFLOWS["tests"][True]["schedule"]  # YAML reads `on` as true
    assert re.fullmatch(r"\d+ \d+ \* \* \*", nightly["cron"])
    assert {"push", "pull_request"} <= WORKFLOWS["tests"][True].keys()
    (weekly,) = WORKFLOWS["images"][True]["schedule"]
    assert re.fullmatch(r"\d+ \d+ \* \* \d", weekly["cron"])


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_may_read_and_nothing_else(name: str) -> None:
    assert WORKFLOWS[name]["permissions"] == {"contents": "read"}
    assert "concurrency" in WORKFLOWS[name]


@pytest.mark.parametrize("name", JOBS)
def test_a_job_ends_in_time_and_uses_actions_of_one_version(name: str) -> None:
    assert JOBS[name]["timeout-minutes"] <= 60
    assert "permissions" not in JOBS[name]
    for step in JOBS[name]["steps"]:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step.get("uses", "a/b@" + 40 * "0"))
