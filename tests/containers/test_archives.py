"""Files on their way into a container."""

import io
import os
import tarfile
import tempfile

import pytest

from lab_helpers.archives import unpack_file_into
from lab_helpers.setup import engine
from lab_helpers.setup.images import image_for


@pytest.mark.parametrize("size", [0, 1, 512, 3_000_001])
def test_a_large_file_arrives_as_it_was(size: int) -> None:
    content = os.urandom(size)
    made = engine.client().containers.create(image_for("shop"))
    try:
        with tempfile.TemporaryFile() as file:
            file.write(content)
            unpack_file_into(made, "/tmp", "large", file)
        stream, _ = made.get_archive("/tmp/large")
        with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as archive:
            arrived = archive.extractfile("large")
            assert arrived is not None and arrived.read() == content
    finally:
        engine.remove_container(made.id)
