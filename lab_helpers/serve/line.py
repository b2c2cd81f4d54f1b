"""The line that attendees paste, and the file that it fetches.

What is trusted is the line, as it is read off the instructor's screen. Everything else comes over a
network in which anybody may answer, and is held to a digest before it is used: the line has the
first file's, in that one is the manifest, and the manifest has each piece's.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

#: Digits of the digest that are in the line: 96 bits. Nobody finds another file that has them, and
#: nobody begins before the server starts, as its token is in the file.
DIGITS = 24
#: What the file is called where the line was pasted.
NAME = "pm.sh"

_FINDS_PYTHON = """\
#!/bin/sh
# Practical monitoring: fetches the workshop from the instructor's machine, in a Python that it finds.
for python in python3 {commands} python; do
  if "$python" -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] not in "{pythons}".split())' 2>/dev/null
  then exec "$python" "$0" --from {url}
  fi
done
rm -f "$0"
echo "The workshop needs Python {or_}, and there is none of them here: install one, and paste the line again." >&2
exit 1
"""  # noqa: E501


@dataclass(frozen=True)
class Line:
    """What is pasted.

    Attributes:
        url: of the first file.
        digest: of the first file, as many digits as the line has.
    """

    url: str
    digest: str

    @property
    def curl(self) -> str:
        """For sh, bash and zsh, with curl; it runs the file that is checked, or says `refused`."""
        where = self.url.removeprefix("http://")
        return (
            f"curl -fsSo {NAME} {where};(sha256sum||shasum -a256)2>&- <{NAME}|grep {self.digest}"
            f"||! echo refused&&sh {NAME}"
        )

    @property
    def python(self) -> str:
        """For where there is no curl, or a proxy that leads past the room."""
        return (
            f'python3 -c "import hashlib as h,os,urllib.request as u;'
            f"s=u.build_opener(u.ProxyHandler({{}})).open('{self.url}').read();"
            f"h.sha256(s).hexdigest()[:{DIGITS}]=='{self.digest}'or exit('refused');"
            f"open('{NAME}','wb').write(s);os.execlp('sh','sh','{NAME}')\""
        )


def first_file(starter: bytes, url: str, pythons: Sequence[str]) -> bytes:
    """What the line fetches: a zip that Python runs, behind a few lines that sh does.

    Args:
        starter: the zip.
        url: where the pieces are.
        pythons: the versions for which there are packages, such as 3.12.
    """
    newest_first = list(reversed(pythons))
    text = _FINDS_PYTHON.format(
        commands=" ".join(f"python{version}" for version in newest_first),
        pythons=" ".join(pythons),
        or_=" or ".join(filter(None, [", ".join(pythons[:-1]), pythons[-1]])),
        url=url,
    )
    return text.encode() + starter


def line(url: str, first: bytes) -> Line:
    """The line for a first file that is served at an address."""
    return Line(url, hashlib.sha256(first).hexdigest()[:DIGITS])
