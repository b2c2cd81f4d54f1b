"""A bundle of a few bytes or megabytes, of pieces with nothing in them."""

import hashlib
import json
import random
import zipfile
from collections.abc import Sequence
from pathlib import Path

TARGETS = [f"{system}/{kind} 3.{minor}"
           for system in ("linux", "macos") for kind in ("amd64", "arm64")
           for minor in (11, 12, 13)]  # fmt: skip


def write(path: Path, sizes: Sequence[int], seed: int = 1) -> Path:
    """Write one with a piece of each of these sizes: the first is the checkout, the others wheels.

    The code in it says with what it was called, and nothing else.
    """
    draw = random.Random(seed)
    pieces = [draw.randbytes(size) for size in sizes]
    listed = [
        {
            "digest": hashlib.sha256(piece).hexdigest(), "size": len(piece), "unpacked": len(piece),
            "kind": "wheel" if number else "checkout", "name": f"part-{number}-py3-none-any.whl",
            "for": TARGETS if number else [],
        }
        for number, piece in enumerate(pieces)
    ]  # fmt: skip
    manifest = {
        "format": 1, "made": "2026-11-28T23:20:00Z", "commit": "0" * 40,
        "from": {"lock": "0" * 64, "images": "0" * 12}, "platforms": ["linux/amd64"],
        "pythons": ["3.11", "3.12", "3.13"], "pieces": listed, "images": [],
    }  # fmt: skip
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("__main__.py", "import sys\nprint('began with', *sys.argv[1:])\n")
        made.writestr("manifest.json", json.dumps(manifest))
        for one, piece in zip(listed, pieces, strict=True):
            made.writestr(f"pieces/{one['digest']}", piece)
    return path
