"""The line that is pasted: in each shell, and when another file comes than the screen says."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from lab_helpers.serve import Served
from lab_helpers.serve.line import NAME, first_file, line
from tests.broken_machine import BARE

SHELLS = [name for name in ("sh", "dash", "bash", "zsh", "busybox") if shutil.which(name)]


def paste(
    shell: str, text: str, folder: Path, path: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a line as somebody's shell does."""
    command = [shell, *(["sh"] if shell == "busybox" else []), "-c", text]
    where = {"PATH": path} if path else None
    return subprocess.run(
        command, cwd=folder, env=where, capture_output=True, text=True, timeout=60
    )


def only(folder: Path, *names: str) -> str:
    """A PATH with nothing but these programs."""
    folder.mkdir()
    for name in names:
        found = BARE[0] if name == "python3" else shutil.which(name)
        assert found, name
        (folder / name).symlink_to(found)
    return str(folder)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_line_fetches_checks_and_runs(shell: str, served: Served, tmp_path: Path) -> None:
    done = paste(shell, served.line.curl, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"began with --from {served.line.url}"


def test_without_curl_the_other_line_does(served: Served, tmp_path: Path) -> None:
    done = paste("sh", served.line.python, tmp_path)
    assert done.stdout == f"began with --from {served.line.url}\n", done.stderr


def test_without_curl_a_proxy_is_left_out(served: Served, tmp_path: Path) -> None:
    done = paste("sh", f"export http_proxy=http://127.0.0.1:9; {served.line.python}", tmp_path)
    assert done.stdout == f"began with --from {served.line.url}\n", done.stderr


def test_the_tools_of_each_system_are_enough(served: Served, tmp_path: Path) -> None:
    (home := tmp_path / "home").mkdir()
    for name, has in {"linux": "sha256sum", "macos": "shasum"}.items():
        programs = only(tmp_path / name, "sh", "curl", "grep", has, "perl", "python3")
        done = paste("sh", served.line.curl, home, programs)
        assert done.stdout.endswith(f"began with --from {served.line.url}\n"), done.stderr
        assert done.stderr == ""
    python_alone = only(tmp_path / "bare", "sh", "python3")
    done = paste("sh", served.line.python, home, python_alone)
    assert done.stdout.endswith(f"began with --from {served.line.url}\n"), done.stderr


@pytest.mark.parametrize("shell", SHELLS)
def test_another_file_is_refused_and_nothing_of_it_is_run(
    shell: str, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evil = b"echo EVIL\n" + served.house.first
    monkeypatch.setattr(served.house, "first", evil)
    for text in (served.line.curl, served.line.python):
        done = paste(shell, text, tmp_path)
        assert done.returncode != 0
        assert "refused" in done.stdout + done.stderr and "EVIL" not in done.stdout


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="needs root on Linux")
def test_a_file_that_cannot_be_written_is_not_run(served: Served, tmp_path: Path) -> None:
    """Neither what somebody else has put there, nor what a full disk took of it."""
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / NAME).write_text("echo EVIL\n")
    as_nobody = f"setpriv --reuid 65534 --regid 65534 --clear-groups sh -c '{served.line.curl}'"
    full = "mount -t tmpfs -o size=8k none /mnt; cd /mnt; head -c 8192 /dev/zero >all"
    for text in (as_nobody, f"unshare -m sh -c '{full}; {served.line.curl}'"):
        done = paste("sh", text, theirs)
        assert done.returncode != 0
        assert done.stdout == "refused\n" and "curl: (23)" in done.stderr


def test_a_wrong_token_runs_nothing(served: Served, tmp_path: Path) -> None:
    mistyped = served.line.curl.replace("/abc234", "/abc243")
    done = paste("sh", mistyped, tmp_path)
    assert done.returncode != 0
    assert "404" in done.stderr and done.stdout == "refused\n"


def test_the_first_file_finds_a_python_that_there_are_packages_for(tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name, version in {"python3": "3.9", "python3.13": "3.13", "python": "2.7"}.items():
        (programs / name).write_text(
            f'#!/bin/sh\ncase "$1" in -c) case "$2" in *"3.11 3.12 3.13"*) '
            f'case " 3.11 3.12 3.13 " in *" {version} "*) exit 0;; esac;; esac; exit 1;; esac\n'
            f'echo {name} "$@"\n'
        )
        (programs / name).chmod(0o755)
    (tmp_path / NAME).write_bytes(first_file(b"\x00", "http://h/t", ["3.11", "3.12", "3.13"]))
    path = f"{programs}:/bin:/usr/sbin"
    sh = shutil.which("sh") or ""
    run = [sh, NAME]
    done = subprocess.run(run, cwd=tmp_path, env={"PATH": path}, capture_output=True, text=True)
    assert done.stdout == f"python3.13 {NAME} --from http://h/t\n", done.stderr
    none = only(tmp_path / "none", "rm")
    done = subprocess.run(run, cwd=tmp_path, env={"PATH": none}, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == (
        "The workshop needs Python 3.11, 3.12 or 3.13, and there is none of them here: install "
        "one, and paste the line again.\n"
    )
    assert not (tmp_path / NAME).exists()


def test_the_line_is_short() -> None:
    told = line("http://192.168.178.20:8000/abc234", b"")
    assert len(told.curl) < 140 and len(told.digest) == 24
    assert not set(told.curl) & set("\"'`\\"), "what a chat program turns into other quotes"
