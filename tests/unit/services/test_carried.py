"""Packages of this machine in a tar: all that is needed, and usable on another kind of machine."""

import io
import subprocess
import sys
import tarfile
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from lab_helpers.services import carried

OTLP = "opentelemetry-exporter-otlp-proto-http"
#: Only what was carried, and Python itself, can be imported.
USE = """
import sys
sys.path = [path for path in sys.path if "site-packages" not in path] + [sys.argv[1]]
from google.protobuf.internal import api_implementation
from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

OTLPMetricExporter()
reader = InMemoryMetricReader()
MeterProvider([reader]).get_meter("m").create_counter("parcels").add(7)
encoded = encode_metrics(reader.get_metrics_data()).SerializeToString()
print(api_implementation.Type(), b"parcels" in encoded)
"""


@pytest.mark.parametrize(("machine_code", "made_of"), [(True, "upb"), (False, "python")])
def test_what_was_carried_can_be_used_alone(
    tmp_path: Path, machine_code: bool, made_of: str
) -> None:
    with tarfile.open(fileobj=io.BytesIO(carried.packages(OTLP))) as tar:
        tar.extractall(tmp_path, filter="data")
    folder = tmp_path / carried.FOLDER.strip("/")
    if not machine_code:  # as where the container is of another kind than this machine
        for library in folder.rglob("*.so"):
            library.unlink()
    command = [sys.executable, "-I", "-c", USE, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == [made_of, "True"], done.stderr


def test_only_what_is_needed_is_carried() -> None:
    with tarfile.open(fileobj=io.BytesIO(carried.packages(OTLP))) as tar:
        names = tar.getnames()
    folders = {name.split("/")[2] for name in names}
    assert {"opentelemetry", "google", "requests"} <= folders
    assert not {"pandas", "numpy", "pip"} & folders
    assert not [name for name in names if name.endswith(".pyc") or ".." in name]


def test_a_package_that_is_not_here() -> None:
    with pytest.raises(PackageNotFoundError):
        carried.packages("no-such-package-anywhere")
