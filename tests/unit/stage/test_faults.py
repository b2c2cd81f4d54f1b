"""What a fault is called."""

import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.stage import FAULTS
from lab_helpers.stage.faults import fault


@pytest.mark.parametrize(
    ("name", "said"), [("", "Which fault\\? Name one"), ("latncy", "no fault 'latncy'")]
)
def test_a_name_that_is_none_gets_those_that_there_are(name: str, said: str) -> None:
    with pytest.raises(WorkshopError, match=f"{said}.*{', '.join(FAULTS)}"):
        fault(name)
