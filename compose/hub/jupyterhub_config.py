"""JupyterHub's configuration for `workshop hub`, which starts it with the variables that it reads.

Each learner is a container on one engine, with an engine of its own in it, so that what a learner
starts is within the learner's limits and on the learner's loopback. See
https://jupyterhub.readthedocs.io for each setting.
"""

import os
import sys
from pathlib import Path
from typing import Any

from tornado.web import HTTPError

from lab_helpers.hub.door import Door
from lab_helpers.hub.image import DEVICES, LABEL, OPENINGS, PATHS, RECIPES
from lab_helpers.hub.refusals import why_no_room
from lab_helpers.setup.engine import OWNER_LABEL

c: Any
c = get_config()  # type: ignore[name-defined] # noqa: F821

name = os.environ["WORKSHOP_HUB_NAME"]
folder = Path(os.environ["WORKSHOP_HUB_FOLDER"])
gateway = os.environ["WORKSHOP_HUB_GATEWAY"]
programs = Path(sys.executable).parent

c.JupyterHub.bind_url = f"http://{os.environ['WORKSHOP_HUB_ADDRESS']}"
c.JupyterHub.hub_ip = gateway  # where the learners' containers reach it, and nobody else
c.JupyterHub.hub_port = int(os.environ["WORKSHOP_HUB_PORT"])
c.JupyterHub.db_url = f"sqlite:///{folder}/hub.sqlite"
c.JupyterHub.cookie_secret_file = str(folder / "cookie_secret")
c.JupyterHub.active_server_limit = int(os.environ["WORKSHOP_HUB_LEARNERS"])
c.JupyterHub.concurrent_spawn_limit = 0  # a room arrives all at once; nobody is sent away
c.JupyterHub.log_level = "ERROR"  # the proxy's too
c.JupyterHub.logging_config = {  # all of it in a file; the terminal has what must be seen
    "handlers": {
        "console": {"level": "ERROR"},
        "file": {
            "class": "logging.FileHandler",
            "filename": str(folder / "hub.log"),
            "formatter": "console",
        },
    },
    "loggers": {"JupyterHub": {"level": "INFO", "handlers": ["console", "file"]}},
}
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{os.environ['WORKSHOP_HUB_PROXY_PORT']}"
c.ConfigurableHTTPProxy.command = [
    *("/bin/sh", "-c", 'exec "$0" "$@" 2>> hub.log'),
    *(sys.executable, "-m", "lab_helpers.hub.proxy"),
]
c.ConfigurableHTTPProxy.pid_file = str(folder / "proxy.pid")

c.JupyterHub.template_paths = [str(RECIPES / "templates")]

c.JupyterHub.authenticator_class = Door
c.Door.any_allow_config = True  # the file of learners is the list
c.Door.learners_file = str(folder / "learners.json")

c.JupyterHub.spawner_class = "dockerspawner.DockerSpawner"
c.DockerSpawner.image = os.environ["WORKSHOP_HUB_IMAGE"]
c.DockerSpawner.prefix = name
c.DockerSpawner.cmd = ["jupyterhub-singleuser"]
c.DockerSpawner.args = ["--LabApp.app_settings_dir=/opt/workshop/lab_helpers/jupyterlab"]
c.DockerSpawner.notebook_dir = "/home/learner/practical-monitoring"
c.DockerSpawner.default_url = "/lab/tree/notebooks/00_check_setup.ipynb"
c.DockerSpawner.environment = {"HOME": "/home/learner"}
c.DockerSpawner.remove = True  # the learner's files are in the volume
c.DockerSpawner.volumes = {
    f"{name}-{{username}}": "/home/learner",
    os.environ["WORKSHOP_HUB_STORE"]: {"bind": "/images", "mode": "ro"},
}
c.DockerSpawner.network_name = name
c.DockerSpawner.use_internal_ip = True
c.DockerSpawner.mem_limit = os.environ["WORKSHOP_HUB_MEMORY"]
c.DockerSpawner.extra_host_config = {
    "init": True,
    "memswap_limit": os.environ["WORKSHOP_HUB_MEMORY"],  # memory and swap together: no swap
    "pids_limit": 2000,
    "security_opt": OPENINGS,
    "devices": DEVICES,
}
c.DockerSpawner.extra_create_kwargs = {
    "user": "root",  # who becomes the learner at once
    "labels": {LABEL: name, OWNER_LABEL: os.environ["WORKSHOP_HUB_OWNER"]},
    "host_config": PATHS,
}
c.DockerSpawner.poll_interval = 10  # seconds until a server that died can be started again
c.DockerSpawner.start_timeout = c.DockerSpawner.http_timeout = 300


class NoRoom(HTTPError):
    """This machine is full; what JupyterHub shows to the learner.

    Of another kind of error JupyterHub's page tells nothing.
    """

    def __init__(self, why: str) -> None:
        super().__init__(503, why)
        self.jupyterhub_message = why


def require_room(spawner: Any) -> None:
    """Refuse one more learner where the others would run out of memory."""
    if why := why_no_room(float(os.environ["WORKSHOP_HUB_ROOM"])):
        raise NoRoom(why)


c.DockerSpawner.pre_spawn_hook = require_room

c.JupyterHub.load_roles = [
    {
        "name": "culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["culler"],
    }
]
c.JupyterHub.services = [
    {
        "name": "culler",
        "command": [
            str(programs / "jupyterhub-idle-culler"),
            f"--timeout={os.environ['WORKSHOP_HUB_IDLE']}",
            "--Application.log_level=ERROR",
        ],
    }
]
