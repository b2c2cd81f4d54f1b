"""The server of the overview page.

From this machine, over its loopback, everybody may read, and whoever has the stage's password may
break things. From elsewhere, where it is open at all, one needs its token to read, and cannot log
in: a password would cross the room's network in the clear.
"""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tornado.web import Application, Finish, RequestHandler

from lab_helpers import look
from lab_helpers.errors import WorkshopError
from lab_helpers.overview.acts import Acts, Busy
from lab_helpers.overview.doors import Tries, is_here, is_same
from lab_helpers.overview.sources import Watcher
from lab_helpers.overview.state import links, state
from lab_helpers.setup import images
from lab_helpers.stage import FAULTS
from lab_helpers.stage.checkout import STAGE_PASSWORD

HERE = Path(__file__).resolve().parent
PATIENCE = 1.0  # seconds until it is told what is there, also where nothing has changed
FILES = {
    "look.css": (look.CSS, "text/css; charset=utf-8"),
    "look.js": (look.SCRIPT, "text/javascript; charset=utf-8"),
    "overview.css": (HERE / "overview.css", "text/css; charset=utf-8"),
    "overview.js": (HERE / "overview.js", "text/javascript; charset=utf-8"),
    "lists.js": (HERE / "lists.js", "text/javascript; charset=utf-8"),
}
#: A page may load and send nothing but from and to here, and stands in no other one's frame.
STRICT = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
INSTRUCTOR, READER = "instructor", "reader"


class Overview(Application):
    """The page, its data, and its acts.

    Args:
        watcher: what it shows.
        do: does an act, by kind and name.
        secrets_file: where the stage's password is; read at each log-in, as `make demo` may make it
            anew.
        port: where it listens.
        token: what whoever reads from elsewhere needs; "" where nobody may.
    """

    def __init__(
        self,
        watcher: Watcher,
        do: Callable[[str, str], str],
        secrets_file: Path,
        port: int,
        token: str = "",
    ) -> None:
        self.watcher = watcher
        self._shown: tuple[int, dict[str, Any]] = (-1, {})
        self.acts = Acts(do)
        self.tries = Tries()
        self.secrets_file = secrets_file
        self.token = token
        # Cookies know no ports: another server of this machine may have such names too.
        self.cookie = f"overview_{port}"
        super().__init__(
            [
                (r"/", Page),
                (r"/state", State),
                (r"/login", Login),
                (r"/logout", Logout),
                (r"/act", Act),
                (r"/files/([a-z.]+)", File),
            ],
            default_handler_class=Nothing,
            cookie_secret=secrets.token_bytes(32),
            xsrf_cookies=True,
            xsrf_cookie_name=f"overview_{port}_xsrf",
            xsrf_cookie_kwargs={"httponly": True, "samesite": "Strict"},
            template_path=str(HERE),
            log_function=lambda handler: None,
        )

    def shown(self) -> dict[str, Any]:
        """What there is to be seen, put together once for all who look at the same turn."""
        if self._shown[0] != self.watcher.turns:
            self._shown = self.watcher.turns, state(self.watcher)
        return dict(self._shown[1])

    @property
    def password(self) -> str:
        """The stage's own; "" where nothing is on stage."""
        return images.read(self.secrets_file).get(STAGE_PASSWORD, "")


class Handler(RequestHandler):
    """What every answer has in common."""

    application: Overview
    is_secret = True  # whether it is only for those who may read

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in STRICT.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        """Let in who may read.

        The name that a browser calls this server by is looked at as well: a page from elsewhere
        whose name leads here must not read what only this machine may.
        """
        if is_here(self.address):
            if not (is_here(self.called) or self.called == "localhost"):
                self.refuse(403, f"This page is not called {self.called}.")
        elif self.is_secret and self.role is None:
            if self.request.method == "GET" and self.request.path == "/":
                self.take_token()
            self.refuse(403, "This page needs its token: open the link that the instructor shows.")

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return str(self.request.remote_ip or "")

    @property
    def called(self) -> str:
        """The host in the address that the browser was given, without the port."""
        return str(self.request.host_name).strip("[]").lower()

    @property
    def role(self) -> str | None:
        """Who has logged in: the instructor, a reader, or nobody."""
        said = self.get_signed_cookie(self.application.cookie, max_age_days=1)
        return said.decode() if said else None

    @property
    def may_act(self) -> bool:
        """Whether it is the instructor, on this machine."""
        return self.role == INSTRUCTOR and is_here(self.address)

    def remember(self, role: str) -> None:
        """Have the browser say from now on who it is."""
        self.set_signed_cookie(
            self.application.cookie, role, expires_days=None, httponly=True, samesite="Strict"
        )

    def take_token(self) -> None:
        """Let in whoever comes with the token; the address that they see then is without it."""
        given = self.get_query_argument("token", "")
        if not given:
            return
        if seconds := self.application.tries.pause(self.address):
            self.refuse(429, f"Too many wrong tokens: wait {seconds:.0f} s.")
        if not is_same(given, self.application.token):
            self.application.tries.was_wrong(self.address)
            self.refuse(403, "That is not this page's token: ask for the link once more.")
        self.application.tries.was_right(self.address)
        self.remember(READER)
        self.redirect("/", status=303)
        raise Finish

    def refuse(self, status: int, why: str) -> None:
        """Answer with a sentence, and with nothing else. Raises Finish."""
        self.set_status(status)
        if self.request.headers.get("Accept", "").startswith("application/json"):
            self.finish({"problem": why})
        else:
            self.render("login.html", why=why, may_log_in=False, switch=look.SWITCH)
        raise Finish

    def write_error(self, status_code: int, **_: Any) -> None:
        """A sentence for what tornado itself refuses."""
        why = {
            403: "This form is too old, or was not made here: open the page anew.",
            404: "There is no such page.",
            405: "This page cannot do that.",
        }.get(status_code, "That did not work: open the page anew.")
        with suppress(Finish):
            self.refuse(status_code, why)


class Nothing(Handler):
    """Whatever is not there."""

    def get(self) -> None:
        self.refuse(404, "There is no such page.")

    def check_xsrf_cookie(self) -> None:
        """Nothing is done here, so nothing need be proven."""

    post = put = delete = patch = get


class Page(Handler):
    """The page itself; what it shows is in `State`."""

    def get(self) -> None:
        self.application.watcher.want()
        # A cookie for the forms, made before anything is written.
        self.render("page.html", may_act=self.may_act, is_here=is_here(self.address),
                    faults=FAULTS, switch=look.SWITCH, xsrf=self.xsrf_token.decode())  # fmt: skip


class State(Handler):
    """What there is now; waits a moment for something new."""

    async def get(self) -> None:
        app = self.application
        app.watcher.want()
        try:
            async with app.watcher.turn:
                await asyncio.wait_for(app.watcher.turn.wait(), PATIENCE)
        except TimeoutError:
            pass  # a source that hangs is no reason to say nothing
        found = app.shown()
        found |= {"acts": app.acts.as_json(), "may_act": self.may_act}
        if is_here(self.address):  # elsewhere these addresses lead to nobody
            pool = asyncio.get_running_loop()
            found["links"] = await pool.run_in_executor(None, links, app.watcher)
        self.write(found)


class Login(Handler):
    """The stage's password, asked for and checked."""

    def get(self) -> None:
        self.ask("")

    def post(self) -> None:
        app = self.application
        if not is_here(self.address):
            self.refuse(403, "To break and heal, use the instructor's own machine.")
        if seconds := app.tries.pause(self.address):
            self.set_status(429)
            return self.ask(f"Too many wrong passwords: wait {seconds:.0f} s.")
        if not app.password:
            self.set_status(409)
            return self.ask("There is no password yet: `make demo` makes one.")
        if not is_same(self.get_body_argument("password", ""), app.password):
            app.tries.was_wrong(self.address)
            self.set_status(403)
            return self.ask("That is not the password. It is in .workshop/demo.env.")
        app.tries.was_right(self.address)
        self.remember(INSTRUCTOR)
        self.redirect("/", status=303)

    def ask(self, why: str) -> None:
        """Show the form."""
        self.render("login.html", why=why, may_log_in=is_here(self.address), switch=look.SWITCH)


class Logout(Handler):
    """Forgets who somebody is."""

    def post(self) -> None:
        self.clear_cookie(self.application.cookie)
        self.redirect("/", status=303)


class Act(Handler):
    """Breaks, heals, resets."""

    def post(self) -> None:
        if not self.may_act:
            self.refuse(403, "Log in first, with the stage's password.")
        kind, name = self.get_body_argument("kind", ""), self.get_body_argument("name", "")
        try:
            self.application.acts.begin(kind, name)
        except Busy as problem:
            self.refuse(409, str(problem))
        except WorkshopError as problem:
            self.refuse(404, str(problem))
        self.set_status(202)
        self.write({})


class File(Handler):
    """What the page is made of; the one that asks for the token is made of it too."""

    is_secret = False

    def get(self, name: str) -> None:
        if name not in FILES:
            self.refuse(404, "There is no such page.")
        path, kind = FILES[name]
        self.set_header("Content-Type", kind)
        self.write(path.read_bytes())
