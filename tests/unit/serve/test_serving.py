"""Starting: what cannot be served, where nobody can listen, a line that outlives a new start."""

import asyncio
import os
import signal
import socket
import time
from pathlib import Path

import pytest

from lab_helpers.errors import BundleRefused, ServiceFailed
from lab_helpers.progress import Progress
from lab_helpers.serve import serve, serving
from lab_helpers.serve.stock import Stock
from lab_helpers.setup import addresses
from lab_helpers.setup.bundle.file import Bundle
from tests.free_port import free_port
from tests.served_bundle import running


@pytest.mark.parametrize(
    ("host", "port", "told"),
    [
        ("0.0.0.0", 0, "the one address at which the room finds this machine, not '0.0.0.0'"),
        ("::1", 0, "the one address"),
        ("my-laptop", 0, "the one address"),
        ("198.51.100.7", 0, "This machine has no address 198.51.100.7; it has "),
        ("127.0.0.1", 65536, "--port takes a number from 0 to 65535, and not 65536"),
        ("127.0.0.1", -1, "--port takes a number"),
    ],
)
def test_where_nobody_can_listen(bundle: Path, host: str, port: int, told: str) -> None:
    async def opened() -> None:
        with Bundle(bundle) as what:
            await serving.open_door(what, host, port, "abc234").stop()

    with pytest.raises(ServiceFailed) as refused:
        asyncio.run(opened())
    assert told in str(refused.value) and "\n" not in str(refused.value)


def test_a_port_that_is_taken(bundle: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(ServiceFailed, match=f"Port {port} is taken by py.*choose another"):
            serve(bundle, port=port)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04" + bytes(100)])
def test_what_is_no_bundle(tmp_path: Path, content: bytes) -> None:
    (file := tmp_path / "file").write_bytes(content)
    with pytest.raises(BundleRefused):
        serve(file, port=0)
    with pytest.raises(BundleRefused):
        serve(tmp_path, port=0)


def test_a_line_outlives_a_new_start_and_not_a_night(bundle: Path, tmp_path: Path) -> None:
    kept = tmp_path / ".workshop" / "token"
    first = serving.token(kept)
    assert len(first) == 6 and kept.stat().st_mode & 0o77 == 0
    assert serving.token(kept) == first
    os.utime(kept, (time.time() - 90_000,) * 2)
    assert serving.token(kept) != first
    kept.write_text("../../etc")  # somebody has been at it
    assert serving.token(kept) != "../../etc"
    port = free_port()
    with running(bundle, port) as one:
        pass
    with running(bundle, port) as two:
        assert two.line == one.line


def test_what_is_in_the_way_is_said(
    bundle: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (copy := tmp_path / "copy").write_bytes(bundle.read_bytes())
    with Bundle(copy) as opened:
        stock = Stock(opened)
        assert serving._trouble(stock, "127.0.0.1") == ""
        monkeypatch.setattr(
            addresses, "here", lambda: {"192.168.1.7": "wlan0", "172.17.0.1": "docker0"}
        )
        told = serving._trouble(stock, "10.0.0.5")
        assert "no longer has the address 10.0.0.5" in told
        assert "(192.168.1.7 (wlan0))" in told
        os.utime(copy, (1, 1))
        assert "changed while it was served" in serving._trouble(stock, "192.168.1.7")


def test_ctrl_c_tells_how_far_everybody_came(
    bundle: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(serving, "token", lambda: "abc234")
    say = Progress.say

    def then_ctrl_c(progress: Progress, text: str) -> None:
        say(progress, text)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Progress, "say", then_ctrl_c)
    with pytest.raises(KeyboardInterrupt):
        serve(bundle, port=0)
    out, err = capfd.readouterr()
    assert "/abc234/screen/" in out and "curl -fsSo pm.sh 127.0.0.1:" in out
    assert err.splitlines()[-1].startswith("0 of 0 have everything")
