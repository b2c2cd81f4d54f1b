"""Grafana's own code, the npm packages that it publishes, to hold the preview against.

They are installed once for each version, into `.workshop`. Where Node and npm are missing, or the
packages cannot be had, what needs them is skipped with the reason.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from lab_helpers.setup import images

VERSION = "13.2.3"
PACKAGES = (f"@grafana/data@{VERSION}", "react@18.3.1", "react-dom@18.3.1", "rxjs@7.8.2")
PROMETHEUS = f"@grafana/prometheus@{VERSION}"  # unpacked alone: what it needs is all of Grafana
KEPT = images.ROOT / ".workshop" / f"grafana-packages-{VERSION}"


def install(folder: Path) -> None:
    """Put the packages into an empty folder."""
    (folder / "package.json").write_text("{}")
    quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--legacy-peer-deps", "--silent"]
    subprocess.run(["npm", "install", *quiet, *PACKAGES], cwd=folder, check=True, timeout=180)
    packed = subprocess.run(
        ["npm", "pack", "--silent", PROMETHEUS],
        cwd=folder, check=True, timeout=90, capture_output=True, text=True,
    )  # fmt: skip
    archive = folder / packed.stdout.split()[-1]
    shutil.unpack_archive(archive, folder, filter="data")
    (folder / "package").rename(folder / "prometheus")
    archive.unlink()


class Grafana:
    """A Node process that answers with what Grafana's packages say."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def ask(self, what: str, cases: list[Any]) -> list[Any]:
        """One answer for each case; grafana.js says which questions there are."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([what, cases]) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert "found" in answer, answer
        found: list[Any] = answer["found"]
        return found


@pytest.fixture(scope="session")
def grafana() -> Iterator[Grafana]:
    if not shutil.which("npm") or not shutil.which("node"):
        pytest.skip("Node and npm are not here: they run Grafana's own packages")
    if not KEPT.exists():
        KEPT.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=KEPT.parent) as folder:
            made = Path(folder) / "packages"
            made.mkdir()
            try:
                install(made)
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as problem:
                pytest.skip(f"{', '.join(PACKAGES)} cannot be installed: {problem}")
            with suppress(OSError):  # another worker was quicker
                made.rename(KEPT)  # at once: nobody is to find half of it
    script = Path(__file__).with_name("grafana.js")
    with subprocess.Popen(
        ["node", str(script), str(KEPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Grafana(process)
        process.stdin and process.stdin.close()
