"""What every learner of the hub starts from: one image, and one store of the services' images."""

import io
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lab_helpers.archives import pack, unpack_file_into, unpack_into
from lab_helpers.errors import ImageUnavailable
from lab_helpers.history import backfill
from lab_helpers.progress import Progress
from lab_helpers.setup import engine, images, provision, stages

if TYPE_CHECKING:
    from docker.models.containers import Container

RECIPES = images.ROOT / "compose" / "hub"
#: How what belongs to the hub is called on the engine, and marked.
NAME, LABEL = "workshop-hub", "workshop.hub"
#: Where a learner's container finds the store.
STORE = "/images"
#: What an engine without root needs inside of a container that is not a privileged one.
OPENINGS = ["seccomp=unconfined", "apparmor=unconfined"]
DEVICES = ["/dev/fuse", "/dev/net/tun"]
#: The same of /proc, in the API's words: docker's command says systempaths=unconfined.
PATHS: dict[str, list[str]] = {"MaskedPaths": [], "ReadonlyPaths": []}
_CHUNK = 1 << 20


def why_missing() -> str | None:
    """Why no hub can be opened at once, in one sentence; None where one can."""
    volumes = engine.client().api.volumes()["Volumes"] or ()
    if _packages() in provision.present() and _store() in {each["Name"] for each in volumes}:
        return None
    return "the learners' image is not built here; `workshop hub` builds it, some minutes long"


def _packages() -> str:
    """A second name of the learners' image, which changes with all but the checkout in it."""
    context = _context()
    parts = (context[path] for path in sorted(context) if not path.startswith("workshop/"))
    return f"workshop/learner:packages-{images.digest(*parts)}"


def _store() -> str:
    """The volume with the services' images; it changes with which they are, and with the week."""
    parts = images.RECORD_FILE.read_bytes(), str(backfill.FORMAT).encode()
    return f"{NAME}-images-{images.digest(*parts)}"


def build(progress: Progress) -> str:
    """Build the learners' image if it is not here; the answer is its name.

    Raises:
        ImageUnavailable: Debian cannot be had, a package cannot, or this is no checkout of git.
    """
    context = _context()
    parts = [path.encode() + b"\0" + content for path, content in sorted(context.items())]
    name = f"workshop/learner:{images.digest(*parts)}"
    if name in provision.present():
        return name
    debian = provision.base(progress)
    progress.say("building the learners' image: some minutes, the first time")
    stream = engine.client().api.build(
        fileobj=io.BytesIO(pack(context | stages.certificates())),
        custom_context=True,
        tag=name,
        buildargs={"BASE": debian},
        forcerm=True,
        decode=True,
    )
    stages.follow("learner", stream)
    engine.client().api.tag(name, *_packages().split(":"))
    return name


def fill(learner: str, progress: Progress) -> str:
    """Put the services' images, and the week of history, into a volume that all learners read.

    The answer is its name.

    Args:
        learner: the learners' image, whose Podman writes it.
    """
    here = provision.present()
    record = images.RECORD_FILE.read_bytes()
    chosen = [name for name in images.read(images.RECORD_FILE).values() if name in here]
    store = _store()
    api = engine.client().api
    if any(volume["Name"] == store for volume in api.volumes()["Volumes"] or ()):
        return store
    api.create_volume(store, labels={LABEL: "images"})
    try:
        with _filler(learner, store) as container, tempfile.TemporaryFile() as packed:
            progress.say(f"packing {len(chosen)} images for the learners")
            with stages.exported(chosen) as answer:
                for part in answer.iter_content(_CHUNK):
                    packed.write(part)
            progress.say(f"unpacking {len(chosen)} images for the learners")
            unpack_file_into(container, "/tmp", "images.tar", packed)
            command = ["podman", "--root", STORE, "load", "--quiet", "--input", "/tmp/images.tar"]
            done = container.exec_run(command, user="learner")
            if done.exit_code:
                raise ImageUnavailable(f"The learners' images: {done.output.decode()[-1500:]}")
            progress.say("making the week of history for the learners")
            unpack_into(container, STORE, pack({"images.env": record} | _weeks()))
    except BaseException:
        api.remove_volume(store, force=True)
        raise
    return store


def _weeks() -> dict[str, bytes]:
    """What the chapters' Prometheus servers have as a past, as each checkout would make it."""
    weeks = {}
    for week_before in (False, True):
        backfill.blocks(week_before=week_before)
        file = backfill.file_of(week_before=week_before)
        weeks[f"history/{file.name}"] = file.read_bytes()
    return weeks


@contextmanager
def _filler(learner: str, store: str) -> Iterator["Container"]:
    api = engine.client().api
    host = api.create_host_config(
        init=True, security_opt=OPENINGS, devices=DEVICES, binds={store: {"bind": STORE}}
    )
    made = api.create_container(
        learner, ["sleep", "infinity"], entrypoint=[], user="root", host_config=host | PATHS,
        labels={LABEL: "filler"},
    )  # fmt: skip
    try:
        container = engine.client().containers.get(made["Id"])
        container.start()
        container.exec_run(["chown", "learner", STORE])
        container.exec_run(["chmod", "666", *DEVICES])
        container.exec_run(["install", "-d", "-o", "learner", "/tmp/engine"])
        yield container
    finally:
        engine.remove_container(made["Id"])


def _context() -> dict[str, bytes]:
    """What the image is built from: its recipe, the packages, and the checkout as git knows it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=images.ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        raise ImageUnavailable("The learners get what git knows of this folder: it has to be a "
                               "checkout, made with `git clone`.")  # fmt: skip
    files = {path: images.ROOT / path for path in listed.stdout.split("\0") if path}
    recipe = {path.name: path.read_bytes() for path in images.files(RECIPES)}
    shared = ("dpkg.conf", "apt.conf")
    return (
        recipe
        | {name: (images.RECIPES / name).read_bytes() for name in shared}
        | {"requirements.lock": (images.ROOT / "requirements.lock").read_bytes()}
        | {f"workshop/{path}": file.read_bytes() for path, file in files.items() if file.is_file()}
    )
