"""How nginx and HAProxy find the engine's name server. No engine is needed."""

import subprocess
from pathlib import Path

import pytest

from lab_helpers.setup.images import ROOT


@pytest.mark.parametrize("script", ["nginx.sh", "haproxy.sh"])
@pytest.mark.parametrize(
    ("listed", "asked"), [("127.0.0.11", "127.0.0.11"), ("fd00::1", "[fd00::1]")]
)
def test_the_front_doors_ask_the_first_name_server_alone(
    script: str, listed: str, asked: str, tmp_path: Path
) -> None:
    """Podman lists the machine's after its own, and that one denies the lab's names."""
    text = (ROOT / "labs" / "shop" / script).read_text()
    told = tmp_path / "resolv.conf"
    told.write_text(f"search lan\nnameserver {listed}\nnameserver 192.0.2.1\n")
    text = text.replace("/etc/resolv.conf", str(told))
    text = text.replace("/etc/nginx/resolver.conf", str(tmp_path / "resolver.conf"))
    for program in ("nginx", "haproxy"):
        stand_in = tmp_path / program
        stand_in.write_text(f'#!/bin/sh\nprintf "resolver $NAME_SERVER" > {tmp_path}/environment\n')
        stand_in.chmod(0o755)
    subprocess.run(["sh", "-c", text], check=True, env={"PATH": f"{tmp_path}:/usr/bin:/bin"})
    if script == "nginx.sh":
        assert (tmp_path / "resolver.conf").read_text() == f"resolver {asked} valid=2s;\n"
    else:
        assert (tmp_path / "environment").read_text() == f"resolver {asked}:53"
