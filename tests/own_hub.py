"""A hub of a test's own, in a process of its own.

`python -m tests.own_hub FOLDER PORT LEARNERS CONSTANTS`, the last in JSON.
"""

import contextlib
import json
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from docker.models.containers import Container

from lab_helpers.hub import image, run
from lab_helpers.services import scripts
from lab_helpers.setup import engine
from lab_helpers.waiting import wait_until


@dataclass
class OwnHub:
    """A hub, where it is, and its learners' passwords."""

    url: str
    name: str
    passwords: dict[str, str]
    process: subprocess.Popen[str]

    def log_in(self, learner: str, password: str | None = None) -> requests.Session:
        """A browser's session after the form was sent."""
        session = requests.Session()
        page = f"{self.url}/hub/login"
        session.get(page, timeout=10)
        form = {"username": learner, "password": password or self.passwords[learner],
                "_xsrf": session.cookies.get("_xsrf", path="/hub/")}  # fmt: skip
        session.post(page, data=form, timeout=30, allow_redirects=False)
        return session

    def enter(self, learner: str) -> requests.Session:
        """The same, once the learner's server answers."""
        session = self.log_in(learner)
        session.get(f"{self.url}/hub/spawn/{learner}", timeout=60)
        place = f"{self.url}/user/{learner}/lab"

        def is_there() -> bool:
            answer = session.get(place, timeout=30)
            return answer.ok and answer.url.startswith(place)

        wait_until(is_there, f"the server of {learner} answers", timeout=120, interval=0.5)
        return session

    def inside(self, learner: str, *command: str) -> tuple[int, str]:
        """What a command in a learner's container answers: its status, and what it says."""
        home = 'cd "$OLDPWD" && exec '
        return scripts.run(self.container(learner), {}, home + shlex.join(command), "learner")

    def container(self, learner: str) -> Container:
        """A learner's container."""
        return next(one for one in self._containers() if str(one.name).endswith(learner[-2:]))

    def runs(self, learner: str) -> bool:
        """Whether a learner has a container."""
        return any(str(one.name).endswith(learner[-2:]) for one in self._containers())

    def _containers(self) -> list[Container]:
        mine = {"label": f"{image.LABEL}={self.name}"}
        return list(engine.client().containers.list(filters=mine, ignore_removed=True))


@contextlib.contextmanager
def own_hub(folder: Path, port: int, learners: int = 2, **constants: float) -> Iterator[OwnHub]:
    """Open a hub, and leave nothing of it.

    Skips where the learners' image is not built.

    constants: of `lab_helpers.hub.run`, which the hub is to have others of.
    """
    if why := image.why_missing():
        pytest.skip(why)
    name = f"workshop-own-hub-{port}"
    settings = [str(folder), str(port), str(learners), json.dumps(constants | {"NAME": name})]
    command = [sys.executable, "-m", "tests.own_hub", *settings]
    with (folder / "terminal.txt").open("w+") as terminal:
        process = subprocess.Popen(
            command, cwd=image.images.ROOT, stdout=terminal, stderr=terminal, text=True
        )
        url = f"http://127.0.0.1:{port}"

        def said() -> str:
            terminal.seek(0)
            return terminal.read()

        def answers() -> bool:
            assert process.poll() is None, said()
            with contextlib.suppress(requests.ConnectionError):
                return requests.get(f"{url}/hub/login", timeout=5).ok
            return False

        try:
            wait_until(answers, "the hub answers", timeout=180, interval=0.3)
            yield OwnHub(url, name, dict(re.findall(r"(learner-\d+) +(\w+)", said())), process)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(90)
            run.NAME, run.FOLDER = name, folder
            run.remove()


if __name__ == "__main__":
    run.FOLDER = Path(sys.argv[1])
    vars(run).update(json.loads(sys.argv[4]))
    run.open_for(int(sys.argv[3]), engine.LOOPBACK, int(sys.argv[2]))
