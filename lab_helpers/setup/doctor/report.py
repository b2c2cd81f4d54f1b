"""Making the checks side by side, telling what was found, and mending what is safe to mend."""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterable, Iterator

from lab_helpers.setup.doctor import here, left_over, network, of_engine, resources
from lab_helpers.setup.doctor.finding import Finding, Skipped, State, broken
from lab_helpers.setup.doctor.machine import Machine

#: Seconds after which a check is given up.
LIMIT = 3.8
Check = Callable[[Machine], Finding]
CHECKS: dict[str, Check] = {
    "Python": here.python,
    "packages": here.packages,
    "checkout": here.checkout,
    "engine": of_engine.engine,
    "memory": resources.memory,
    "disk": resources.disk,
    "clock": resources.clock,
    "addresses": resources.addresses,
    "images": of_engine.chosen,
    "left over": left_over.left_over,
    "ports": here.ports,
    "network": network.network,
    "proxy": network.proxy,
}
_COMMAND = re.compile(r"`[^`]+`")
#: What set-up leaves out: once everything is here nothing needs a network, and a lab that starts
#: removes what is left over.
LATER = ("left over", "network", "proxy")


def findings(names: Iterable[str]) -> Iterator[tuple[str, Finding]]:
    """What the checks find, in their order, each as soon as it and those before it are known."""
    until = time.monotonic() + LIMIT
    machine = Machine(LIMIT)
    found: dict[str, Finding] = {}
    over = {name: threading.Event() for name in names}

    def make(name: str) -> None:
        try:
            found[name] = CHECKS[name](machine)
        except Skipped as reason:
            found[name] = Finding(State.SKIPPED, str(reason))
        except Exception as problem:  # or one check that nobody foresaw hides the others
            found[name] = _failed(repr(problem))
        over[name].set()

    # A thread that hangs ends with the program: none is waited for.
    for name in over:
        threading.Thread(target=make, args=(name,), daemon=True).start()
    for name, done in over.items():
        in_time = done.wait(max(0.0, until - time.monotonic()))
        yield name, found[name] if in_time else _failed(f"not known within {LIMIT} s")


def _failed(problem: str) -> Finding:
    return broken(
        f"This could not be found out: {problem}.",
        "Something hangs or is overloaded, or this check itself has a fault.",
        "Try again when the machine is quieter.",
    )


def lines(name: str, finding: Finding) -> str:
    """A finding as it is printed: one line if all is well, else with what to do."""
    mark, word = finding.state.value
    head = f"{mark} {word:<8}{name:<11}"
    if not finding.mend:
        return head + finding.what
    indent = " " * len(head)
    return "\n".join(
        (
            _folded(finding.what, head, indent),
            _folded(finding.means, indent, indent),
            _folded(finding.mend, f"{indent}→ ", f"{indent}  "),
        )
    )


def _folded(text: str, first: str, rest: str) -> str:
    """A text in lines that fit the terminal. A command stays whole: it is copied as it stands."""
    whole = _COMMAND.sub(lambda command: command[0].replace(" ", "\N{NO-BREAK SPACE}"), text)
    folded = textwrap.fill(
        whole,
        max(60, min(100, shutil.get_terminal_size().columns)),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return folded.replace("\N{NO-BREAK SPACE}", " ")


def show(*names: str) -> None:
    """Print what the checks find, all of them if none is named."""
    _tell(names or CHECKS)


def _tell(names: Iterable[str]) -> list[Finding]:
    seen = []
    for name, finding in findings(names):
        print(lines(name, finding), flush=True)
        seen.append(finding)
    return seen


def brief() -> int:
    """Print what is broken alone, and how much else there is; 1 if anything is."""
    began = time.monotonic()
    seen = dict(findings(name for name in CHECKS if name not in LATER))
    wrong = {name: one for name, one in seen.items() if one.state is State.BROKEN}
    for name, finding in wrong.items():
        print(lines(name, finding), flush=True)
    odd = sum(finding.state is State.LOOK for finding in seen.values())
    if odd:
        print(f"! {odd} more to look at: `make doctor`")
    if not wrong and not odd:
        took = time.monotonic() - began
        print(f"✓ this machine is fit: {len(seen)} checks in {took:.1f} s")
    return int(bool(wrong))


def main(words: list[str]) -> int:
    """Run ``doctor``; the answer is its exit status: 1 if something is broken."""
    parser = argparse.ArgumentParser(prog="doctor", description="Is this machine fit? If not, why?")
    parser.add_argument("--fix", action="store_true", help="do what is safe, and look again")
    options = parser.parse_args(words)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal without ✓
    seen = _tell(CHECKS)
    if options.fix and mend(seen):
        print("and again:")
        seen = _tell(CHECKS)
    wrong = sum(finding.state is State.BROKEN for finding in seen)
    if wrong and not options.fix and any(finding.remedy for finding in seen):
        print("`make doctor ARGS=--fix` does what is safe of this.")
    return int(bool(wrong))


def mend(seen: Iterable[Finding]) -> bool:
    """Do what is safe about what was found, and say so; whether there was anything."""
    remedies = {one.remedy.told: one.remedy for one in seen if one.remedy}
    for told, remedy in remedies.items():
        print(f"{told} …", flush=True)
        try:
            remedy.do()
        except (Exception, SystemExit) as problem:
            print(f"  that failed: {problem}")
    if not remedies:
        print("Nothing of this can be mended without you.")
    return bool(remedies)
