"""Services over HTTPS and with passwords: what Prometheus's own programs call a web configuration.

Each takes the flag ``--web.config.file``, from the library that they share: exporter-toolkit. Its
docs/web-configuration.md has the fields of the file.
"""

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Self

import requests

from lab_helpers.errors import ConfigurationRefused, ServiceFailed
from lab_helpers.services.base import Service
from lab_helpers.sources import Source, read

FLAG = "--web.config.file"
#: Where the file is in a container, and what it names beside it.
FOLDER = "/etc/web"
FILE = f"{FOLDER}/web.yml"
#: The line of a log that says why.
_COMPLAINT = re.compile(
    r'msg="Listening on".*\n(.*level=error.*)|(.*msg="Unable to validate web configuration.*)',
    re.IGNORECASE,
)
_REASONS = [re.compile(rf'\b{key}="((?:[^"\\]|\\.)*)"') for key in ("error", "err", "msg")]


@dataclass(frozen=True)
class WebConfig:
    """A web configuration, and how this machine comes in.

    config: the file, web.yml.
    files: what the file names (certificates and keys), by their names beside it.
    ca: the certificate of the authority by which this machine verifies the service's own. That
        must have the name of this machine's side too: 127.0.0.1, where the engine is here.
    account: a name and a password of its `basic_auth_users`.

    Without `ca` and `account` this machine does not come in: it only sees that somebody listens.
    """

    config: Source
    files: Mapping[str, bytes] = field(default_factory=dict)
    ca: bytes = b""
    account: tuple[str, str] | None = None

    @cached_property
    def scheme(self) -> str:
        """`https` if the file has it so, else `http`."""
        import yaml

        try:
            fields = yaml.safe_load(read(self.config))
        except yaml.YAMLError:
            return "http"  # the service refuses it, in its own words
        return "https" if isinstance(fields, dict) and "tls_server_config" in fields else "http"

    @cached_property
    def access(self) -> dict[str, Any]:
        """What `requests` needs to come in."""
        verify = {"verify": str(self._ca_file)} if self.ca else {}
        return verify | ({"auth": self.account} if self.account else {})

    @cached_property
    def _ca_file(self) -> Path:
        file = Path(self._folder.name) / "ca.pem"
        file.write_bytes(self.ca)
        return file

    @cached_property
    def _folder(self) -> "tempfile.TemporaryDirectory[str]":
        return tempfile.TemporaryDirectory(prefix="workshop-")  # it goes with this object


class WebService(Service):
    """A service that can be given a web configuration."""

    #: what its image is started with, as long as nobody gives it flags
    usual_flags: ClassVar[tuple[str, ...]] = ()
    #: what `requests` needs besides the address, to be let in
    access: Mapping[str, Any] = MappingProxyType({})
    _web: WebConfig | None = None

    def with_web_config(self, web: WebConfig) -> Self:
        """Have it serve its pages by this web configuration when it starts.

        Raises:
            ServiceFailed: there is no such file.
        """
        self._web, self.scheme, self.access = web, web.scheme, web.access
        self.copy_in(web.config, FILE)
        for name, content in web.files.items():
            self.copy_in(content, f"{FOLDER}/{name}")
        given = self._command or self.usual_flags
        flags = [flag for flag in given if not flag.startswith(FLAG)]
        self.with_command([*flags, f"{FLAG}={FILE}"])
        return self

    def start(self) -> Self:
        """Start it, and wait until it is ready.

        Raises:
            ConfigurationRefused: it refuses its web configuration; the message is its own.
            ServiceFailed: it died of something else, or was not ready in time, or does not let
                this machine in.
        """
        try:
            return super().start()
        except ServiceFailed as problem:
            if self._web is not None and (words := _refusal(str(problem))):
                raise ConfigurationRefused(
                    f"{self.name} refuses its web configuration: {words}"
                ) from None
            raise

    def not_ready_because(self) -> str:
        """Nothing if it is ready, else what was seen instead.

        Raises:
            ServiceFailed: it listens, and waiting will not make it let this machine in.
        """
        if self._web is None:
            return super().not_ready_because()
        if not self._web.access:
            return self._not_heard_because()
        try:
            answer = requests.get(f"{self.url}{self.ready_path}", timeout=2, **self.access)
        except requests.RequestException as problem:
            if (cause := "CERTIFICATE_VERIFY_FAILED") in str(problem):
                said = str(problem).rpartition(f"{cause}] ")[2].rpartition(" (_ssl")[0]
                said = said.removeprefix("certificate verify failed: ")
                raise ServiceFailed(
                    f"{self.name} shows a certificate that this machine does not trust: {said}. "
                    "Is `ca` the certificate of the authority that signed it?"
                ) from None
            return f"{type(problem).__name__}: {problem}"
        if answer.status_code == 401:
            raise ServiceFailed(
                f"{self.name} does not let this machine in (401 Unauthorized). Is `account` a name "
                "of its `basic_auth_users`, with the password whose hash stands there?"
            )
        return "" if answer.ok else f"HTTP status {answer.status_code}"

    def _not_heard_because(self) -> str:
        # A server of HTTPS says to plain HTTP in plain HTTP that it is the wrong place.
        try:
            return self._not_greeted_because(b"GET / HTTP/1.0\r\n\r\n")
        except OSError as problem:
            return f"{type(problem).__name__}: {problem}"


def _refusal(report: str) -> str:
    """A service's own words on a web configuration that it refuses; "" if it died of another thing.

    It reads the file when it begins to listen; Prometheus says besides which file it means.
    """
    if complaint := _COMPLAINT.search(report):
        line = complaint[1] or complaint[2]
        for reason in filter(None, (pattern.search(line) for pattern in _REASONS)):
            return reason[1].replace("\\n", "\n").replace('\\"', '"')
    return ""
