"""A batch job, judged by what it leaves on a Pushgateway."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import requests
from docker.errors import APIError

from lab_helpers.grading.bench import Bench, Services
from lab_helpers.grading.exercise import Verdict, solved
from lab_helpers.grading.judges.program.container import AnswerContainer, last_error
from lab_helpers.grading.judges.program.exposition import Page, read_page
from lab_helpers.grading.judges.program.found import Found
from lab_helpers.grading.judges.program.look import UNITS
from lab_helpers.grading.judges.program.naming import typed_as
from lab_helpers.services import scripts
from lab_helpers.services.exporters import PushgatewayContainer

PATIENCE = 30  # seconds that a run may take
LONGEST = 10_000  # blocks of 512 bytes: of a file that it writes, and of all that it says
PUSHED = "push_time_seconds"  # the gateway's own: when a group was pushed to last
OWN = frozenset({PUSHED, "push_failure_time_seconds"})
SOON = (
    2.5  # seconds from a run's end to its push, with a second for times that are cut to whole ones
)


@dataclass(frozen=True)
class Run:
    """One run of the job.

    files: what is put there first, by path.
    values: the gauges that the gateway must have afterwards, by name: a number, "now", or "before"
        for what it was before this run.
    fails: whether the job ends with an error of its own.
    """

    files: Mapping[str, str]
    values: Mapping[str, float | str]
    fails: bool = False


@dataclass(frozen=True)
class BatchJob:
    """Judges a program that runs, pushes and ends.

    It finds the gateway's address in the variable PUSHGATEWAY, and pushes as `job`.
    """

    job: str
    runs: tuple[Run, ...]
    services: Services = field(default_factory=dict, init=False)

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Run the job again and again, and look at the gateway after each run."""
        with bench.trial(lambda name: PushgatewayContainer(name=name)) as gateway:

            def machine(name: str) -> AnswerContainer:
                made = AnswerContainer(answer, name=name)
                made.with_env("PUSHGATEWAY", f"{gateway.name}:{gateway.port}")
                return made.with_command(["-c", "import time; time.sleep(600)"])

            try:
                with bench.trial(machine) as computer:
                    self._go_through(computer, gateway.url)
            except Found as mistake:
                return mistake.verdict
        return solved("After every run the gateway had what it should.")

    def _go_through(self, computer: AnswerContainer, url: str) -> None:
        before, ended = Page(), 0.0
        for number, run in enumerate(self.runs, start=1):
            # Timestamps of whole seconds are to differ from run to run.
            time.sleep(max(0, ended + 1.1 - time.monotonic()))
            error = self._run(run, computer)
            ended = time.monotonic()
            page = self._page(url)
            when = f"After run {number} ({error})" if error else f"After run {number}"
            for name, value in run.values.items():
                self._hold(name, value, when, page, before)
            if more := page.samples.keys() - OWN - run.values.keys():
                raise Found(
                    "metric too many",
                    f"{when} the gateway has {min(more)} too: a registry of your own has nothing "
                    "but what you register there.",
                )
            before = page

    def _run(self, run: Run, computer: AnswerContainer) -> str:
        """Run the job; the error with which it ended, or "" for none. Raises Found."""
        computer.put(run.files)
        job = f"exec timeout {PATIENCE} python3 /srv/{computer.name}.py"
        script = f'ulimit -f {LONGEST}; cd "$OLDPWD"; {job}'
        try:
            status, said = scripts.run(computer.get_wrapped_container(), {}, script)
        except APIError:
            raise Found("breaks the program", "It takes its whole machine with it.") from None
        place, error = last_error(said)
        if status == 124:
            raise Found("hangs", f"It has not ended after {PATIENCE} s.")
        if len(said.encode()) >= 512 * LONGEST:
            raise Found("hangs", "It prints and prints, and was ended.")
        if error.startswith(("SyntaxError", "IndentationError", "TabError")):
            raise Found("syntax error", f"{computer.line(place)}: {error}.")
        if status and not run.fails:
            why = f"{computer.line(place)}: {error}." if error else f"Status {status}."
            raise Found("breaks the program", f"A run that should go well fails. {why}")
        if run.fails and not status:
            raise Found(
                "exception swallowed",
                "A run that fails ends with exit status 0: whoever started it believes that all is "
                "well.",
            )
        return error

    def _page(self, url: str) -> Page:
        reply = requests.get(f"{url}/metrics", timeout=PATIENCE)
        page = read_page(reply.headers["Content-Type"], reply.text)
        groups = [dict(labels) for labels in page.samples.get(PUSHED, {})]
        if not groups:
            raise Found("nothing pushed", "Nothing was pushed to the gateway.")
        for group in groups:
            if group["job"] != self.job:
                raise Found("wrong job", f"Pushed was as job {group['job']!r}, not {self.job!r}.")
            if more := {name for name, value in group.items() if value} - {"job"}:
                raise Found(
                    "group too many",
                    f"Pushed was to a group that {' and '.join(more)} sets apart: the gateway "
                    "keeps it for ever, beside those of other runs.",
                )
        mine = {
            name: here
            for name, series in page.samples.items()
            if (here := {key: value for key, value in series.items() if dict(key).get("job")})
        }
        return Page(page.types, page.helps, mine)

    def _hold(self, name: str, value: float | str, when: str, page: Page, before: Page) -> None:
        was, now = _value(before, name), _value(page, name)
        if value == "before" and now is None:
            raise Found(
                "forgotten",
                f"{when} {name} is gone from the gateway. What becomes of a group's "
                "other metrics when you push?",
            )
        typed_as(page, name, "gauge", OWN | self.runs[0].values.keys(), at="gateway")
        if now is None:
            raise Found("label too many", f"{name} has labels; none is asked for.")
        if value == "before":
            if now != was:
                raise Found(
                    "failure looks like success",
                    f"{when} {name} is {now:.13g}; before it was {was:.13g}.",
                )
            return
        right = value if isinstance(value, float | int) else _value(page, PUSHED)
        assert right is not None
        if value == "now" and now == was:
            raise Found("not told", f"{when} {name} is what it was before: nothing tells of it.")
        says = f"{when} {name} is {now:.13g}; {right:.13g} is right."
        if value == "now" and SOON < right - now < PATIENCE:
            raise Found("time of the start", f"{says} Is that when the run ended, or earlier?")
        if abs(now - right) > (SOON if value == "now" else 0):
            for unit in UNITS:
                if any(
                    0.99 < factor / unit < 1.01 for factor in (now / right, now and right / now)
                ):
                    raise Found("off by a unit", f"{says} That is off by a factor of {unit:,}.")
            raise Found("wrong value", says)


def _value(page: Page, name: str) -> float | None:
    """The value of the series whose labels are those of its group alone."""
    for group in page.samples.get(PUSHED, {}):
        if (found := page.samples.get(name, {}).get(group)) is not None:
            return found
    return None
