"""A program, judged by the page that it shows when it is scraped."""

import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from lab_helpers.grading.bench import Bench, Services
from lab_helpers.grading.exercise import Verdict, solved
from lab_helpers.grading.judges.program.container import AnswerContainer, Reply
from lab_helpers.grading.judges.program.exposition import Page
from lab_helpers.grading.judges.program.found import Found
from lab_helpers.grading.judges.program.look import Expected, Look, Request

AT_ONCE = 8  # requests side by side


@dataclass(frozen=True)
class Step:
    """What happens to the program, and what its page must say afterwards.

    when: what has happened, as the learner is told: "With half a file".
    files: what is put there first, by path.
    requests: sent side by side, and all answered before the page is read.
    meanwhile: the gauge that must be seen at two or more while the requests are answered.
    """

    when: str
    expected: tuple[Expected, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    requests: tuple[Request, ...] = ()
    meanwhile: str = ""


@dataclass(frozen=True)
class Program:
    """Judges a program by its page, after each of some steps.

    It serves on port 8000, and its page is /metrics on `metrics_port`.

    library: False if it must do with Python's standard library.
    """

    steps: tuple[Step, ...]
    metrics_port: int = 8000
    library: bool = True
    services: Services = field(default_factory=dict, init=False)

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Run the program, and hold its page to what is expected."""

        def container(name: str) -> AnswerContainer:
            return AnswerContainer(
                answer,
                name=name,
                metrics_port=self.metrics_port,
                library=self.library,
                files=self.steps[0].files,
            )

        try:
            with bench.trial(container) as program:
                program.await_ports()
                self._go_through(program)
        except Found as mistake:
            return mistake.verdict
        requests = sum(len(step.requests) for step in self.steps)
        after = f" after {requests} requests" if requests else ""
        return solved(f"The page was right at every scrape{after}.")

    def _go_through(self, program: AnswerContainer) -> None:
        look: Look | None = None
        for step in self.steps:
            try:
                look = self._take(step, program, look)
            except Found as mistake:
                raise mistake.after(step.when) from None

    def _take(self, step: Step, program: AnswerContainer, last: Look | None) -> Look:
        """Take a step, and look. Raises Found."""
        if last:  # the files of the first step were there when the program started
            program.put(step.files)
        took = self._send(step, program)
        look = Look(
            program.scrape(),
            last.page if last else None,
            frozenset(each.name for each in step.expected),
            (last.requests if last else ()) + step.requests,
            (last.took if last else ()) + took,
        )
        again = program.scrape()
        for each in step.expected:
            _hold_still(each.name, look.page, again)
            each.hold(look)
        return look

    def _send(self, step: Step, program: AnswerContainer) -> tuple[float, ...]:
        """Send a step's requests; the seconds until each was answered."""
        if not step.requests:
            return ()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            replies = [pool.submit(program.ask, each.path, each.method) for each in step.requests]
            try:
                if step.meanwhile:
                    _watch(step.meanwhile, program, replies)
                wait(replies, return_when="FIRST_EXCEPTION")
            finally:
                pool.shutdown(cancel_futures=True)
        for request, reply in zip(step.requests, replies, strict=True):
            if not reply.cancelled():
                _same_answer(request, reply.result(), program)
        for error in {request.error for request in step.requests}:
            _passed_on(error, program)
        return tuple(reply.result().took for reply in replies)


def _same_answer(request: Request, reply: Reply, program: AnswerContainer) -> None:
    """Make sure that the metrics have not changed what the program does. Raises Found."""
    what = f"{request.method} {request.path} answers {reply.status}"
    if reply.status == request.status:
        return
    if reply.status >= 500:
        program.ask(request.path, request.method)  # so that the last error in the log is its own
        raise Found(
            "breaks the program",
            f"{what}, where it answered {request.status} before it was measured. "
            f"{program.complaint()}",
        )
    if request.status >= 500:
        raise Found(
            "exception swallowed",
            f"{what}: its exception has to be counted, and to go on to whoever it was meant for.",
        )
    raise Found("answers changed", f"{what}, where it answered {request.status} before.")


def _passed_on(error: str, program: AnswerContainer) -> None:
    """Make sure that an exception has gone on to the server, which logs it. Raises Found."""
    for _ in range(20):  # the log comes a moment after the answer
        if error in program.logs(1000):
            return
        time.sleep(0.05)
    raise Found(
        "exception swallowed",
        f"{error!r} is no longer in the program's log: Flask writes down an exception that reaches "
        "it, and only then answers 500 by itself.",
    )


def _watch(gauge: str, program: AnswerContainer, replies: list[Future[Reply]]) -> None:
    """Make sure that a gauge is at two or more at some moment before the last reply."""
    most = 0.0
    while most < 2 and not all(reply.done() for reply in replies):
        most = max([most, *program.scrape().samples.get(gauge, {}).values()])
    if most < 2:
        raise Found(
            "not seen in progress",
            f"While {len(replies)} requests were answered side by side, {gauge} was never above "
            f"{most:g}. Where does it go up, and where down?",
        )


def _hold_still(name: str, page: Page, again: Page) -> None:
    """Make sure that the scrape itself changes nothing. Raises Found."""
    one, two = page.of(name), again.of(name)
    if one == two:
        return
    for part, series in one.items():
        for labels, value in series.items():
            other = two[part].get(labels)
            if other != value:
                now = "gone" if other is None else f"{other:g}"
                raise Found(
                    "changes when scraped",
                    f"{part} was {value:g}, and {now} at a second scrape right after. Nothing had "
                    "happened but the scrape.",
                )
    raise Found("changes when scraped", f"A second scrape right after has more series of {name}.")
