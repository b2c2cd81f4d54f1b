"""A context of the docker command."""

import hashlib
import json
from pathlib import Path


def choose(folder: Path, address: str, name: str = "elsewhere") -> None:
    """Make a context and have it in force, as the docker command keeps it.

    folder: what ``DOCKER_CONFIG`` names.
    address: where the context's engine is.
    """
    described = folder / "contexts" / "meta" / hashlib.sha256(name.encode()).hexdigest()
    described.mkdir(parents=True)
    endpoint = {"Host": address, "SkipTLSVerify": False}
    (described / "meta.json").write_text(
        json.dumps({"Name": name, "Metadata": {}, "Endpoints": {"docker": endpoint}})
    )
    (folder / "config.json").write_text(json.dumps({"currentContext": name}))
