"""What can be said after `workshop`: its commands, and their options."""

import argparse


def read(words: list[str]) -> argparse.Namespace:
    """What a command line asks for; ends the program, with a sentence, where it asks wrongly."""
    faults = _names_of_faults() if words[:1] == ["demo"] else "a fault"
    parser = argparse.ArgumentParser(prog="workshop", description="The `workshop` command.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    commands.add_parser("setup", help="make sure that every service has an image")
    visit = commands.add_parser("doctor", help="say what is wrong with this machine; `make doctor` "
                                "does it without set-up")  # fmt: skip
    visit.add_argument("--fix", action="store_true", help="do what is safe, and look again")
    shown = commands.add_parser("images", help="show which image every service runs")
    shown.add_argument("--check", action="store_true",
                       help="ask whether each tag is still in its registry, and which are newer; "
                       "exit status 1: one is gone, 2: one could not be asked about")  # fmt: skip
    commands.add_parser("clients", help="build chapter 04's clients in Go, Java, Scala and Ruby")
    packed = commands.add_parser("bundle", help="everything that set-up fetches, in one file, for "
                                 "where there is no network")  # fmt: skip
    packed.add_argument("file", nargs="?", default="workshop.bundle", help="where to write it; by "
                        "default workshop.bundle")  # fmt: skip
    packed.add_argument("--serve", action="store_true", help="hand the file to the room, over HTTP;"
                        " it is made first if there is none")  # fmt: skip
    packed.add_argument("--host", default="127.0.0.1", help="with --serve: the address at which the"
                        " room finds this machine; by default this machine alone does")  # fmt: skip
    packed.add_argument("--port", type=int, default=8000, help="with --serve; by default 8000")
    packed.add_argument("--platform", default="", help="of the images: linux/amd64, linux/arm64, "
                        "or both with a comma between; by default both, as far as there are "
                        "any")  # fmt: skip
    lab = commands.add_parser("lab", help="open JupyterLab on the workshop")
    lab.add_argument("page", nargs="?", default="00", help="a chapter, such as 06, or a notebook")
    run = commands.add_parser("notebooks", help="run the notebooks and keep what they show")
    run.add_argument("only", nargs="?", default="", help="how its name begins, such as 01")
    stage = commands.add_parser("demo", help="the whole stack on stage: up, break, incident, down")
    acts = ("up", "break", "heal", "incident", "reset", "overview", "status", "down")
    stage.add_argument("act", choices=acts, metavar="ACT",
                       help="up, break NAME, heal NAME, incident [SEED], reset, overview, status, "
                       "down")  # fmt: skip
    stage.add_argument("name", nargs="?", default="", help=f"what: {faults}; heal takes "
                       "`incident` as well, after one that was left half-way")  # fmt: skip
    stage.add_argument("--level", default="1", help="how hard the incident is: 1 to 3")
    stage.add_argument("--host", default="", metavar="ADDRESS",
                       help="of this machine: open the overview there to the room, with a "
                       "token")  # fmt: skip
    beats = commands.add_parser("beats", help="print the beat sheet of a chapter or a session")
    beats.add_argument("chapter", nargs="?", help="its number, such as 05; without it "
                       "and --for, what there are sheets of")  # fmt: skip
    beats.add_argument("--for", dest="session", metavar="LENGTH",
                       help="a session: 45m, 3h or day")  # fmt: skip
    beats.add_argument("--start", metavar="TIME",
                       help="when it begins, such as 09:00; by default at 0:00")  # fmt: skip
    check = commands.add_parser("check", help="check an answer to an exercise")
    check.add_argument("exercise", help="its number: 02.a of the chapter, 02.3 of its lab")
    given = check.add_mutually_exclusive_group(required=True)
    given.add_argument("--answer", help="the answer")
    given.add_argument("--file", help="the file that holds it; - is standard input")
    check.add_argument("--json", action="store_true", help="say what was found as JSON")
    hint = commands.add_parser("hint", help="give the next hint of an exercise")
    hint.add_argument("exercise", help="its number: 02.a of the chapter, 02.3 of its lab")
    told = commands.add_parser("explain", help="take a PromQL query apart, part by part")
    told.add_argument("expr", help="the query")
    told.add_argument("--at", help="the instant, such as 2026-03-03T12:00 (UTC); by default the "
                      "end of the week of history, or the server's now")  # fmt: skip
    told.add_argument("--url", help="of another Prometheus than the one with the week of history")
    commands.add_parser("progress", help="show what is solved, by chapter")
    room = commands.add_parser("room", help="the instructor's: show who is where, and what stops "
                               "them")  # fmt: skip
    room.add_argument("--host", default="127.0.0.1", help="the address on which learners reach it, "
                      "0.0.0.0 for every one; by default nobody else's machine does")  # fmt: skip
    room.add_argument("--port", type=int, default=8030, help="the learners'; the next one is the "
                      "page's; by default 8030")  # fmt: skip
    seat = commands.add_parser("join", help="the learner's: tell the room of each check")
    seat.add_argument("url", help="the room's link")
    seat.add_argument("--name", required=True, help="that the room shows; you choose it")
    commands.add_parser("leave", help="tell the room nothing any more")
    exam = commands.add_parser("exam", help="60 questions in 90 minutes, by the objectives of the "
                               "Prometheus Certified Associate")  # fmt: skip
    exam.add_argument("--questions", type=int, metavar="N", help="fewer of them, 90 s for each")
    exam.add_argument("--seed", type=int, help="the same questions for everybody who gives it")
    instead = exam.add_mutually_exclusive_group()
    instead.add_argument("--end", action="store_true", help="end the one that was left, as it is")
    instead.add_argument("--explain", action="store_true",
                         help="explain each question of the last one that ended")  # fmt: skip
    instead.add_argument("--map", action="store_true",
                         help="show where each objective is taught and practised")  # fmt: skip
    league = commands.add_parser("league", help="the table of who found which incident, how well")
    league.add_argument("files", nargs="*",
                        help="texts with results that were pasted; - is standard input; by default "
                        "your own results")  # fmt: skip
    report = commands.add_parser("report", help="write the shop's week as a page and a PDF")
    report.add_argument("--week", default="",
                        help="2026-W10, or any day of it; by default the week of history, with "
                        "--url the last one that is over")  # fmt: skip
    report.add_argument("--url", default="", help="a Prometheus that watches the shop; by default "
                        "one with the week of history")  # fmt: skip
    report.add_argument("--folder", default="reports", help="where to write; by default reports")
    report.add_argument("--smtp", default="", metavar="HOST:PORT",
                        help="the mail server to send it through, the inbox's for "
                        "instance")  # fmt: skip
    report.add_argument("--to", default="", help="to whom, with --smtp")
    slides = commands.add_parser("slides", help="show a chapter as slides, in the browser")
    slides.add_argument("chapter", help="its number or its name, 05 for instance")
    how = slides.add_mutually_exclusive_group()
    how.add_argument("--port", type=int, default=0, help="the port; by default a free one")
    how.add_argument("--pdf", action="store_true", help="write slides/NAME.pdf instead")
    site = commands.add_parser("site", help="make the site: every page, to read and to search")
    site.add_argument("--at", default="/", help="the path at which it will be served, such as "
                      "/monitoring/; its page for what is not there needs it")  # fmt: skip
    hub = commands.add_parser("hub", help="one machine for a whole room: a browser is enough")
    hub.add_argument("--learners", type=int, default=10, help="how many; by default 10")
    hub.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    hub.add_argument("--port", type=int, default=8000)
    hub.add_argument("--remove", action="store_true",
                      help="remove all of it from the engine, the learners' files too")  # fmt: skip
    commands.add_parser("clean", help="remove every lab and demo on this engine, everybody's")
    return parser.parse_args(_joined(words))


def _names_of_faults() -> str:
    from lab_helpers.stage import FAULTS  # with all that stages them, which no other command needs

    return ", ".join(FAULTS)


def _joined(words: list[str]) -> list[str]:
    """The words of a command line, such that what is given may begin with a minus."""
    if words[:1] == ["explain"] and words[1:2] and words[1][:2].strip("-"):
        return ["explain", *words[2:], "--", words[1]]
    for option in ("--answer", "--for", "--start"):
        if option in words[:-1]:
            at = words.index(option)
            words = [*words[:at], f"{option}={words[at + 1]}", *words[at + 2 :]]
    return words
