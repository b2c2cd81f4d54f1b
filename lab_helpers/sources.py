"""What a service runs on: a file, or its text."""

from pathlib import Path

from lab_helpers.errors import ServiceFailed

#: A file's text, or where it is.
Source = str | Path


def read(source: Source | bytes) -> bytes:
    """The bytes of a file, or of a text; bytes as they are.

    Raises:
        ServiceFailed: there is no such file.
    """
    if isinstance(source, bytes):
        return source
    if isinstance(source, str):
        if "\n" not in source and source.endswith((".yml", ".yaml", ".cfg", ".conf")):
            raise ServiceFailed(f"A text was given, not a file: write Path({source!r}).")
        return source.encode()
    try:
        return source.read_bytes()
    except OSError as problem:
        reason = problem.strerror or problem
        raise ServiceFailed(
            f"{source} cannot be read: {reason}. (Asked from {Path.cwd()}.)"
        ) from None
