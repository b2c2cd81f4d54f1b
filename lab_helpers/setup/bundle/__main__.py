"""`make lab BUNDLE=FILE`, in a checkout: bring what is lacking here, and install it."""

from __future__ import annotations

import sys
from pathlib import Path

from lab_helpers.errors import BundleRefused, WorkshopError
from lab_helpers.setup import bootstrap
from lab_helpers.setup.bundle.file import MANIFEST, Bundle
from lab_helpers.setup.bundle.manifest import Manifest
from lab_helpers.setup.bundle.store import Source, Store
from lab_helpers.setup.bundle.use import FOLDER, Needs


def main(words: list[str]) -> int:
    """Run the command line; the answer is the exit status."""
    try:
        if words[:1] == ["--from"]:
            from lab_helpers.setup.bundle.served import Served

            use(Served(words[1]), Manifest.read((FOLDER / MANIFEST).read_bytes()))
        else:
            with Bundle(Path(words[0]).expanduser()) as bundle:
                use(bundle, bundle.manifest)
    except WorkshopError as problem:
        print(f"bundle: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bundle: stopped; what came is kept: the same command goes on.", file=sys.stderr)
        return 130
    return 0


def use(source: Source, manifest: Manifest) -> None:
    """Bring what is lacking here from a source, and install it."""
    if bootstrap.dockerd() and bootstrap.engine_is_ours_to_start():
        bootstrap.start_engine()
    needs, store = Needs(manifest), Store(FOLDER)
    try:
        needs.check_room(store)
        with store.alone():
            lacking = store.lacking(needs.pieces)
            source.fetch(lacking, store)  # even if there is nothing: the room is told who has all
            needs.install(store)
    except OSError as problem:
        raise BundleRefused(f"The bundle cannot be installed: {problem}.") from None


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
