"""Who may come in: the names and passwords that `workshop hub` made up."""

import asyncio
import json
from pathlib import Path
from typing import Any

import bcrypt
from jupyterhub.auth import Authenticator
from traitlets import Unicode

#: Seconds that a wrong password costs, so that guessing takes for ever.
WRONG = 2.0


class Door(Authenticator):
    """Lets a learner in whose name and password are in the hub's file of learners."""

    learners_file = Unicode(help="JSON: the bcrypt hash of each learner's password.").tag(
        config=True
    )

    @property
    def allowed(self) -> dict[str, str]:
        """The hash of each learner's password."""
        return dict(json.loads(Path(self.learners_file).read_text()))

    def check_allowed(self, username: str, authentication: Any = None) -> bool:
        """Whether somebody who has come in still may."""
        return username in self.allowed

    async def authenticate(self, handler: Any, data: dict[str, str]) -> str | None:
        """The learner's name, if the password is the learner's; else, after a while, None."""
        known = self.allowed.get(data["username"])
        given = data["password"].encode()[:72]  # bcrypt takes no more
        if known is None:
            fits = False
        else:
            fits = await asyncio.to_thread(bcrypt.checkpw, given, known.encode())
        if fits:
            return data["username"]
        await asyncio.sleep(WRONG)
        return None
