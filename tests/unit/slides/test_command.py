"""`workshop slides`: its server on this machine alone, and what it says where it cannot."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from lab_helpers import cli

COMMAND = [sys.executable, "-c", "import sys, lab_helpers.cli; sys.exit(lab_helpers.cli.main())"]


def test_the_slides_are_served_until_ctrl_c() -> None:
    with subprocess.Popen(
        [*COMMAND, "slides", "0"],
        env=os.environ | {"BROWSER": "true"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as served:
        assert served.stdout and served.stderr
        found = re.search(r"00_check_setup: (http://127\.0\.0\.1:\d+/)$", served.stdout.readline())
        assert found
        answer = requests.get(found[1], timeout=10)
        other = requests.get(f"{found[1]}notebooks/glossary.ipynb", timeout=10)
        served.send_signal(signal.SIGINT)
        assert served.wait(10) == 130
        assert served.stderr.read() == ""
    assert "Check your set-up" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert other.status_code == 404


@pytest.mark.parametrize("port", [None, -1, 65536, 10**9])
def test_a_port_that_cannot_be_had_is_one_sentence(
    port: int | None, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        wanted = taken.getsockname()[1] if port is None else port
        assert cli.run(["slides", "05", f"--port={wanted}"]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"workshop: Port {wanted} cannot be had (")
    assert said.count("\n") == 1


def test_no_such_chapter_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["slides", "11"]) == 1
    assert capsys.readouterr().err == (
        "workshop: There is no chapter '11': chapters are 00 to 10.\n"
    )


@pytest.mark.skipif(Path("/opt/google/chrome").exists(), reason="Chrome is found without a PATH")
def test_a_pdf_without_a_browser_is_one_sentence(tmp_path: Path) -> None:
    said = subprocess.run(
        [*COMMAND, "slides", "0", "--pdf"],
        env=os.environ | {"PATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert said.returncode == 1
    assert said.stderr.startswith("workshop: A PDF is printed by Chromium or Chrome")
    assert not list(tmp_path.iterdir())
