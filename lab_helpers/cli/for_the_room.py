"""What an instructor does with `workshop`, before and in front of a room."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from lab_helpers.errors import WorkshopError

if TYPE_CHECKING:
    from lab_helpers.stage import Demo


def bundle(options: argparse.Namespace) -> None:
    """Make the file with everything that set-up fetches, or hand it to a room."""
    path = Path(options.file)
    if not (options.serve and path.exists()):
        from lab_helpers.setup.packing import make

        platforms = [word for word in options.platform.split(",") if word]
        print(*make.make(platforms, path), sep="\n", flush=True)
    if options.serve:
        from lab_helpers.serve import serve

        serve(path, options.host, options.port)


def beat_sheet(chapter: str | None, session: str | None, start: str | None) -> str:
    """The sheet of a chapter or of a session; of neither, what there are sheets of."""
    from lab_helpers import beats

    minute = None if start is None else beats.start_of_day(start)
    if chapter is not None and session is not None:
        raise WorkshopError("A beat sheet is of a chapter or of a session: give one of the two.")
    if chapter is not None:
        return beats.text(beats.of_chapter(chapter), minute)
    if session is not None:
        return beats.text(beats.of_session(session), minute)
    if start is not None:
        raise WorkshopError("What begins then? Name a chapter, such as 05, or a session: --for 3h.")
    return beats.overview()


def show_slides(name: str, port: int, as_pdf: bool) -> None:
    """Show a chapter's slides until Ctrl-C, or write them into slides/ as a PDF."""
    from lab_helpers import slides

    notebook = slides.chapter(name)
    if as_pdf:
        print("written:", slides.print_to(Path("slides"), notebook))
    else:
        slides.show(notebook, port)


def break_on_stage(stage: "Demo", name: str) -> None:
    """Break something, and tell what follows; who does not wait for that is told how to mend it."""
    try:
        print(stage.break_(name))
    except KeyboardInterrupt:
        print(f"\nIt stays broken: `workshop demo heal {name}` mends it.")
        raise


def hub(options: argparse.Namespace) -> None:
    """Open the hub, or remove it."""
    from lab_helpers.hub import open_for, remove

    if options.remove:
        print("removed", *remove())
    else:
        from lab_helpers.setup import provision

        provision.ensure()
        open_for(options.learners, options.host, options.port)
