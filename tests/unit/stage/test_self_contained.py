"""What is handed to Compose: compose.yaml, and what it does not say of itself."""

import yaml

from lab_helpers.services.base import ANY_PORT
from lab_helpers.stage import compose


def test_each_service_on_stage_has_what_each_one_of_a_lab_has() -> None:
    stack = yaml.safe_load(compose.self_contained({}))["services"]
    assert stack.keys() == compose.model()["services"].keys()
    for name, described in stack.items():
        assert described["sysctls"] == ANY_PORT, name
        assert described["labels"].keys() == {"workshop.sign", "workshop.checkout"}, name
