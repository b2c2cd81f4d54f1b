"""`workshop lab PAGE`: which notebook JupyterLab opens on."""

import pytest

from lab_helpers.cli import line
from lab_helpers.cli.acts import notebook
from lab_helpers.errors import WorkshopError


def test_a_chapter_by_its_number_a_notebook_by_its_path_and_else_the_first_one() -> None:
    assert notebook(line.read(["lab"]).page) == "notebooks/00_check_setup.ipynb"
    assert notebook("06") == "notebooks/06_alertmanager.ipynb"
    assert notebook("02") == "notebooks/02_data_model_and_promql.ipynb"
    lab = "labs/10_incident/lab.ipynb"
    assert notebook(lab) == lab


def test_what_is_no_notebook_is_refused() -> None:
    for name in ("11", "nowhere/x.ipynb", "/etc/hosts", "../x.ipynb"):
        with pytest.raises(WorkshopError, match="No chapter and no lab has a name that begins"):
            notebook(name)
