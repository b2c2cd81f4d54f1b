"""An attendee's fetcher, as a program: `python -m tests.attendee ADDRESS BUNDLE FOLDER`.

It says `ready`, begins when a line comes on its standard input, and says `done` when it has all of
the pieces; why it has not, else.
"""

import sys
from pathlib import Path

from lab_helpers.errors import BundleRefused
from lab_helpers.setup.bundle.file import Bundle
from lab_helpers.setup.bundle.served import Served
from lab_helpers.setup.bundle.store import Store


def main(address: str, bundle: str, folder: str) -> None:
    """Fetch, once somebody says so."""
    with Bundle(Path(bundle)) as known:
        pieces = list(known.manifest.pieces.values())
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        Served(address).fetch(pieces, Store(Path(folder)))
        print("done", flush=True)
    except BundleRefused as problem:
        print(problem, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
