"""The `workshop` command."""

import argparse
import os
import sys
from pathlib import Path

from . import engine, images, provision
from .errors import WorkshopError


def main() -> int:
    """Run `workshop`; the answer is its exit status."""
    parser = argparse.ArgumentParser(prog="workshop", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    commands.add_parser("setup", help="make sure that every service has an image")
    commands.add_parser("images", help="show which image every service runs")
    commands.add_parser("lab", help="open JupyterLab on the workshop")
    run = commands.add_parser("notebooks", help="run the notebooks and keep what they show")
    run.add_argument("only", nargs="?", default="", help="how its name begins, such as 01")
    stage = commands.add_parser("demo", help="the whole stack on stage: up, break, heal, down")
    stage.add_argument("act", choices=("up", "break", "heal", "status", "down"), metavar="ACT",
                       help="up, break NAME, heal NAME, status, or down")  # fmt: skip
    stage.add_argument("name", nargs="?", default="", help="what to break or to heal")
    commands.add_parser("clean", help="remove every container and network of the workshop")

    options = parser.parse_args()
    try:
        if options.command == "setup":
            provision.ensure()
        elif options.command == "images":
            print(images_table())
        elif options.command == "lab":
            provision.ensure()
            open_jupyterlab()
        elif options.command == "notebooks":
            from .notebooks import chapters, execute

            execute(chapters(options.only))
        elif options.command == "demo":
            demo(options.act, options.name)
        elif options.command == "clean":
            from .demo import Demo

            staged = Demo().remove()
            removed = engine.sweep(everything=True)
            print(f"removed {len(removed) + staged} containers", *removed)
    except WorkshopError as problem:
        print(f"workshop: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def demo(act: str, name: str = "") -> None:
    """Do one act of `workshop demo`."""
    from .demo import Demo

    stack = Demo()
    if act == "up":
        provision.ensure()
        stack.up()
        print(stack.describe())
    elif act == "down":
        stack.down()
    elif act == "status":
        print(stack.status())
    else:
        print(stack.break_(name) if act == "break" else stack.heal(name))


def images_table() -> str:
    """The table of `workshop images`."""
    rows = [("service", "upstream", "what will run", "version", "size")]
    for row in provision.table():
        size = "not here" if row.size is None else f"{row.size / 1e6:,.0f} MB"
        mark = " *" if row.runs.startswith("workshop/") else ""
        rows.append((row.service, row.upstream, row.runs, row.version, size + mark))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    if any(line.endswith("*") for line in lines):
        lines.append("* built here; these images share nearly all of their layers on disk")
    return "\n".join(lines)


def open_jupyterlab() -> None:
    """Become JupyterLab, on the first chapter. It does not return."""
    first = "notebooks/00_check_setup.ipynb"
    command = [sys.executable, "-m", "jupyterlab", f"--LabApp.default_url=/lab/tree/{first}"]
    # No question about news on stage, and no look for updates on bad WiFi.
    command.append(f"--LabApp.app_settings_dir={Path(__file__).parent / 'jupyterlab'}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    os.chdir(images.ROOT)
    os.execv(command[0], command)
