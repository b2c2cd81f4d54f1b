"""Set-up's images, on the real engine."""

import docker
import pytest

from lab_helpers import cli
from lab_helpers.errors import ImageUnavailable
from lab_helpers.setup import engine, images, provision
from lab_helpers.setup.engine import said_by


def test_set_up_is_done_once() -> None:
    assert provision.is_ready()
    before = images.RECORD_FILE.stat().st_mtime_ns
    provision.ensure()
    assert images.RECORD_FILE.stat().st_mtime_ns == before


def test_every_service_has_an_image_here_and_the_table_shows_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["workshop", "images"])
    assert cli.main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["service", "upstream", "what", "will", "run", "version", "size"]
    shown = [line.split()[0] for line in lines[1:] if not line.startswith("*")]
    assert shown == images.all_services()
    for service, line in zip(shown, lines[1:], strict=False):
        assert images.image_for(service) in line
        why = engine.why_unavailable(service)
        assert why is None or service in provision.UPSTREAM_ONLY
        assert ("not here" in line) == (why is not None)


def test_an_override_that_cannot_be_had_is_an_error_not_a_fallback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NGINX_IMAGE", "workshop/no-such-image:1")
    assert not provision.is_ready()
    with pytest.raises(
        ImageUnavailable, match="NGINX_IMAGE is workshop/no-such-image:1, and cannot"
    ):
        provision.ensure()
    assert "no-such-image" in (engine.why_unavailable("nginx") or "")
    monkeypatch.setattr("sys.argv", ["workshop", "setup"])
    assert cli.main() == 1
    assert "workshop: NGINX_IMAGE is workshop/no-such-image:1" in capsys.readouterr().err
    monkeypatch.undo()
    assert provision.is_ready(), "the record was left alone"


def test_a_disk_that_is_mounted_where_the_database_has_its_own_is_empty() -> None:
    """Podman fills it with what the image has there, which is more than the stage's disk holds."""
    image = images.image_for("node-exporter")
    command = ["ls", "-A", "/var/lib/mysql"]
    if not image.startswith("workshop/"):
        pytest.skip("the upstream image runs here")
    with pytest.raises(docker.errors.ContainerError, match="No such file"):
        engine.client().containers.run(image, entrypoint=command, remove=True)


def test_a_built_image_carries_the_version_of_its_service() -> None:
    row = next(row for row in provision.table() if row.service == "prometheus")
    if not row.runs.startswith("workshop/"):
        pytest.skip("the upstream image runs here")
    assert f"version {row.version}" in said_by(row.runs, "--version")
