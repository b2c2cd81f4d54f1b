"""What takes the hub elsewhere: a values file for Kubernetes, and a development container."""

import json
import re
from typing import Any

import yaml

from lab_helpers.hub import run
from lab_helpers.setup.images import ROOT

HUB = ROOT / "compose" / "hub"
VALUES: dict[str, Any] = yaml.safe_load((HUB / "values.yaml").read_text())
DEVELOPMENT: dict[str, Any] = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())


def test_the_values_are_those_of_the_hub() -> None:
    config, learner = (HUB / "jupyterhub_config.py").read_text(), VALUES["singleuser"]
    recipe = (HUB / "Dockerfile").read_text()
    assert f'default_url = "{learner["defaultUrl"]}"' in config
    assert f"--uid {learner['fsGid']} " in recipe
    assert f"HOME={learner['storage']['homeMountPath']} " in recipe
    assert learner["memory"]["limit"] == run.LIMIT
    assert VALUES["cull"]["timeout"] == run.IDLE
    spawner = VALUES["hub"]["config"]["KubeSpawner"]
    assert f"args = {json.dumps(spawner['args'])}" in config
    assert f'notebook_dir = "{spawner["notebook_dir"]}"' in config


def test_whoever_signs_up_waits_for_an_admin_and_there_is_one() -> None:
    known = VALUES["hub"]["config"]["NativeAuthenticator"]
    assert known["admin_users"]
    assert known["allow_all"]  # without it JupyterHub lets nobody in, also whom the admin let in
    assert not known["open_signup"]


def test_a_pod_has_the_ids_of_the_learners_containers() -> None:
    subordinate = re.search(r"learner:(\d+):(\d+)", (HUB / "Dockerfile").read_text())
    told = re.search(r"with (\d+) ids each", (HUB / "values.yaml").read_text())
    assert subordinate
    assert told
    assert int(told[1]) % 65536 == 0  # as the kubelet wants it
    assert int(told[1]) >= sum(map(int, subordinate.groups()))


def test_a_port_that_has_a_name_in_a_development_container_is_the_demos() -> None:
    compose = (ROOT / "compose" / "compose.yaml").read_text()
    published = set(re.findall(r"_PORT:-(\d+)\}", compose))
    assert DEVELOPMENT["portsAttributes"].keys() - published == {
        "8888",
        "8088",
    }  # JupyterLab, overview


def test_a_development_container_is_set_up_by_a_command_that_is_there() -> None:
    target = DEVELOPMENT["postCreateCommand"].removeprefix("make ")
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.M)
