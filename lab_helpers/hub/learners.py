"""The learners' names, and their passwords, which are shown once."""

import json
import os
import secrets
from pathlib import Path

import bcrypt

#: Letters and digits that nobody takes for another one.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 10


def make(file: Path, count: int) -> dict[str, str]:
    """Make learners until there are ``count``; the answer has the new ones' passwords, by name.

    Args:
        file: JSON with the bcrypt hash of each password, by name; it is kept from everybody else.
    """
    known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    names = [f"learner-{number:02}" for number in range(1, count + 1)]
    passwords = {name: _password() for name in names if name not in known}
    hashes = {name: _hash(word) for name, word in passwords.items()}
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as written:
        json.dump(known | hashes, written, indent=1)
    partial.replace(file)
    return passwords


def _password() -> str:
    return "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))


def _hash(password: str) -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(10)).decode()
