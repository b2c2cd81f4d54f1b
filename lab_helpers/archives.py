"""Tars for containers, as every engine takes them: no byte longer than they need be."""

import io
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from docker.models.containers import Container

#: Two empty blocks end a tar.
_END = bytes(2 * tarfile.BLOCKSIZE)
_PART = 1 << 20


def pack(files: Mapping[str, bytes], mode: int = 0o644) -> bytes:
    """A tar of files: their contents by path."""
    with io.BytesIO() as packed:
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for path, content in files.items():
                entry = tarfile.TarInfo(str(PurePosixPath(path)).lstrip("/"))
                entry.size, entry.mode = len(content), mode
                archive.addfile(entry, io.BytesIO(content))
        return packed.getvalue()


def unpack_into(container: "Container", folder: str, archive: bytes) -> None:
    """Unpack a tar in a folder of a container.

    Raises:
        docker.errors.APIError: there is no such folder, or the container is gone.
    """
    container.put_archive(folder, unpadded(archive))


def unpack_file_into(container: "Container", folder: str, name: str, content: BinaryIO) -> None:
    """Put one file into a folder of a container, piece by piece: one that is too large for memory.

    content: the file, open, at its end; it is read from its beginning.

    Raises:
        docker.errors.APIError: there is no such folder, or the container is gone.
    """
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = content.tell(), 0o644
    content.seek(0)

    def parts() -> Iterator[bytes]:
        yield entry.tobuf()
        yield from iter(lambda: content.read(_PART), b"")
        yield bytes(-entry.size % tarfile.BLOCKSIZE) + _END

    container.put_archive(folder, parts())


def file_in(container: "Container", path: str) -> bytes:
    """What a file in a container holds.

    Raises:
        docker.errors.NotFound: there is none.
    """
    archive = b"".join(container.get_archive(path)[0])
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        file = packed.extractfile(packed.getmembers()[0])
        assert file is not None, f"{path} is a folder"
        return file.read()


def unpadded(archive: bytes) -> bytes:
    """A tar without what fills its last record, up to 10 KiB of nothing.

    Podman hands a tar to a program that stops reading at its end, and fails, now and then, if there
    is more: "passing bulk input to subprocess: write |1: broken pipe".
    """
    with tarfile.open(fileobj=io.BytesIO(archive)) as read:
        read.getmembers()
        return archive[: read.offset] + _END
