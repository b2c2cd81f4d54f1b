"""What each command of `workshop` does."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from lab_helpers.cli import for_the_room
from lab_helpers.errors import WorkshopError
from lab_helpers.setup import doctor, engine, images, provision


def act(options: argparse.Namespace) -> int:
    """Do what was asked for; the answer is the exit status."""
    if options.command == "setup":
        return set_up()
    elif options.command == "doctor":
        return doctor.main(["--fix"] if options.fix else [])
    elif options.command == "images":
        if options.check:
            return check_tags()
        print(images_table())
    elif options.command == "clients":
        from lab_helpers.setup import clients

        return 1 if clients.build() else 0
    elif options.command == "bundle":
        for_the_room.bundle(options)
    elif options.command == "lab":
        provision.ensure()
        open_jupyterlab(notebook(options.page))
    elif options.command == "notebooks":
        from lab_helpers.pages.notebooks import chapters, execute

        execute(chapters(options.only))
    elif options.command == "demo":
        demo(options.act, options.name, options.level, options.host)
    elif options.command == "beats":
        print(for_the_room.beat_sheet(options.chapter, options.session, options.start))
    elif options.command == "check":
        answer = options.answer if options.file is None else read_answer(options.file)
        return check_answer(options.exercise, answer, as_json=options.json)
    elif options.command == "hint":
        from lab_helpers.grading import learner

        print(learner.hint(options.exercise))
    elif options.command == "explain":
        explain(options.expr, options.at, options.url)
    elif options.command == "progress":
        from lab_helpers.grading import learner

        print(learner.progress())
    elif options.command == "room":
        from lab_helpers import room

        room.serve(options.host, options.port)
    elif options.command in ("join", "leave"):
        from lab_helpers import seat

        print(seat.join(options.url, options.name) if options.command == "join" else seat.leave())
    elif options.command == "exam":
        exam(options)
    elif options.command == "league":
        league_table(options.files)
    elif options.command == "report":
        report_week(options)
    elif options.command == "hub":
        for_the_room.hub(options)
    elif options.command == "slides":
        for_the_room.show_slides(options.chapter, options.port, options.pdf)
    elif options.command == "site":
        from lab_helpers.site import build

        print(f"The site is made. Open {build(at=options.at).as_uri()}")
    elif options.command == "clean":
        from lab_helpers.stage import Demo

        staged = Demo().remove()
        removed = engine.sweep(everything=True)
        print(f"removed {len(removed) + staged} containers", *removed)
    return 0


def set_up() -> int:
    """Get the images, and say whether this machine is fit; the answer is the exit status."""
    try:
        provision.ensure()
    except WorkshopError as problem:
        print(f"workshop: {problem}", file=sys.stderr, flush=True)
        doctor.brief()
        return 1
    doctor.brief()  # what it finds may matter to nobody: it keeps nobody from starting
    return 0


def read_answer(name: str) -> str:
    """The text of a file, or of standard input if `name` is "-"; what is no text is kept so."""
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as problem:
        raise WorkshopError(f"{name} cannot be read: {problem.strerror}.") from None
    return content.decode(errors="surrogateescape")


def check_answer(number: str, answer: str, as_json: bool) -> int:
    """Check an answer and print what was found; 0 only if it is solved."""
    from lab_helpers.grading import OneCheck, catalogue, learner
    from lab_helpers.progress import Progress

    exercise = catalogue.exercise(number)
    with Progress.unwatched(), OneCheck() as bench:
        verdict = learner.answer(number, answer, bench)
        if as_json:
            told = learner.as_json(number, verdict)
        else:
            told = learner.story(number, exercise, verdict, ask="workshop hint")
            told += f"\n{learner.how_far(number)}" if verdict.solved else ""
        print(told, flush=True)  # before anything is removed, which takes a while
    return 0 if verdict.solved else 1


def explain(expr: str, at: str | None, url: str | None) -> None:
    """Print a query taken apart, on the Prometheus at ``url`` or on the week of history."""
    from lab_helpers.promql.client import PromQLClient

    if url is not None:
        print(PromQLClient(url).explain(expr, at))
        return
    from lab_helpers import history
    from lab_helpers.grading import OneCheck
    from lab_helpers.grading.bench import WEEK

    with OneCheck() as bench:
        bench.start(WEEK)
        print(bench.week.explain(expr, at or history.END), flush=True)


def exam(options: argparse.Namespace) -> None:
    """Take an exam, or do what was asked for instead."""
    from lab_helpers.exam import curriculum, desk

    if options.map:
        print(curriculum.map_as_text())
    elif options.explain:
        print(desk.explained())
    elif options.end:
        print(desk.end())
    else:
        desk.take(options.seed, options.questions)


def league_table(files: list[str]) -> None:
    """Print the table of the results in these files, or of the learner's own."""
    from lab_helpers.incident import league

    found = [each for name in files for each in league.results(read_answer(name))]
    print(league.table(dict.fromkeys(found) if files else league.past()))


def report_week(options: argparse.Namespace) -> None:
    """Write the report of a week, deliver it if that was asked for, and print what it says."""
    from lab_helpers.promql.client import PromQLClient
    from lab_helpers.report import Report, Week, deliver, past

    week = Week.of(options.week) if options.week else None
    if options.url:
        report = Report.of(PromQLClient(options.url), week or "")
    else:
        with past.week_of_history() as prometheus:
            report = Report.of(prometheus, week or past.WEEK, past.SOURCE)
    print(*report.document.summary, sep="\n")
    print("written:", *report.write(options.folder))
    if options.smtp:
        deliver(report, options.smtp, *([options.to] if options.to else []))
        print(f"sent through {options.smtp}")


def demo(act: str, name: str = "", level: str = "1", host: str = "") -> None:
    """Do one act of `workshop demo`."""
    from lab_helpers.stage import Demo

    stack = Demo()
    if act == "up":
        provision.ensure()
        incident().clear(stack)
        stack.up()
        print(stack.describe())
    elif act == "down":
        stack.down()
    elif act == "status":
        print(stack.status())
    elif act == "overview":
        print(stack.show_overview(host))
    elif act == "reset":
        print(incident().reset(stack))
    elif act == "incident":
        print(incident().told(incident().perform(stack, name, level)))
    elif act == "heal" and name == "incident":
        incident().heal(stack)
        print("The shop is well.")
    elif act == "break":
        for_the_room.break_on_stage(stack, name)
    else:
        print(stack.heal(name))


def incident() -> Any:
    """What `workshop demo` does with incidents; it loads more than other commands need."""
    from lab_helpers.incident import on_stage

    return on_stage


def images_table() -> str:
    """The table of `workshop images`."""
    rows: list[tuple[str, ...]] = [("service", "upstream", "what will run", "version", "size")]
    for row in provision.table():
        size = "not here" if row.size is None else f"{row.size / 1e6:,.0f} MB"
        mark = " *" if row.runs.startswith("workshop/") else ""
        rows.append((row.service, row.upstream, row.runs, row.version, size + mark))
    lines = _aligned(rows)
    if any(line.endswith("*") for line in lines):
        lines.append("* built here; these images share nearly all of their layers on disk")
    return "\n".join(lines)


def check_tags() -> int:
    """Print what registries say of the images; 1 if one is gone, else 2 if one has no answer."""
    from lab_helpers.setup import tags

    answers = tags.check(dict.fromkeys(images.wanted().values()))
    words = {True: "there", False: "gone", None: "?"}
    rows: list[tuple[str, ...]] = [("image", "tag", "newer")]
    for found in answers:
        newer = "?" if found.problem else ", ".join(found.newer) or "—"
        rows.append((found.image, words[found.there], newer))
    print(*_aligned(rows), sep="\n")
    for problem in dict.fromkeys(found.problem for found in answers if found.problem):
        print(problem)
    states = {found.there for found in answers}
    return 1 if False in states else 2 if None in states else 0


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """A line for each row, in columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def notebook(page: str) -> str:
    """The notebook that is meant, as JupyterLab names it: a chapter by its number, or a path."""
    from lab_helpers.pages.notebooks import chapters

    file = (images.ROOT / page).resolve()
    if not (file.is_file() and file.is_relative_to(images.ROOT)):
        file = min(chapters(page), key=lambda path: "_appendix_" in path.name)
    return file.relative_to(images.ROOT).as_posix()


def open_jupyterlab(first: str) -> None:
    """Become JupyterLab, on the notebook ``first``. It does not return."""
    command = jupyterlab(first)
    os.chdir(images.ROOT)
    os.execv(command[0], command)


def jupyterlab(first: str) -> list[str]:
    """The command that is JupyterLab with the workshop's settings, its slides' among them."""
    command = [sys.executable, "-m", "jupyterlab", f"--LabApp.default_url=/lab/tree/{first}"]
    ours = str(images.ROOT / "lab_helpers" / "jupyterlab")
    # No question about news on stage, and no look for updates on bad WiFi.
    command += [f"--{app}.app_settings_dir={ours}" for app in ("LabApp", "RiseApp")]
    for name in ("JUPYTER_CONFIG_PATH", "JUPYTER_PATH"):  # links, for a browser elsewhere
        os.environ[name] = os.pathsep.join(filter(None, (ours, os.environ.get(name))))
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return command
