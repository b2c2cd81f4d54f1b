"""The notebooks of chapters and labs: executed where they lie, and kept in one normal form.

`execute` is behind `make notebooks`, which alone produces the outputs that are kept.
"""

from __future__ import annotations

import ast
import os
import re
import symtable
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from lab_helpers.errors import WorkshopError
from lab_helpers.progress import Progress
from lab_helpers.setup.needs import why_unmet

ROOT = Path(__file__).resolve().parents[2]
CELL_TIMEOUT = 120
CLEAN_UP = 60  # seconds that a kernel has to end, half of them in peace
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "pygments_lexer": "ipython3",
}


class NotebookFailed(WorkshopError):
    """A notebook did not run to its end; its file was left as it was."""


def chapters(only: str = "") -> list[Path]:
    """The chapters and labs whose names begin with `only`, each chapter before its lab.

    Raises `WorkshopError` when there is none.
    """
    chapters = (ROOT / "notebooks").glob("[0-9]*.ipynb")  # not the glossary: it has nothing to run
    labs = (ROOT / "labs").glob("*/lab.ipynb")
    found = [path for path in [*chapters, *labs] if title(path).startswith(only)]
    found.sort(key=lambda path: (title(path).partition("/")[0], path.name))
    if not found:
        raise WorkshopError(f"No chapter and no lab has a name that begins {only!r}.")
    return found


def title(path: Path) -> str:
    """How a notebook is called in messages: 02_data_model, or 02_data_model/lab."""
    return f"{path.parent.name}/lab" if path.stem == "lab" else path.stem


def execute(paths: Iterable[Path]) -> None:
    """Run notebooks one after another and store what their cells show.

    A notebook that fails is left untouched, and ends the run. A cell whose image cannot be had, or
    is too old (tags `needs:<service>` and `needs:<service>>=<version>`), is not run and keeps what
    it showed before.

    Raises:
        NotebookFailed: a cell raised, ran for more than 120 s, or ended its kernel.
        WorkshopError: a path is not a notebook.
    """
    for path in paths:
        try:
            notebook = nbformat.read(path, as_version=4)
        except (OSError, nbformat.reader.NotJSONError, nbformat.ValidationError) as problem:
            raise WorkshopError(f"{path} is not a notebook that can be read: {problem}") from None
        began = time.monotonic()
        with Progress() as progress:
            seconds = _run(notebook, path, progress.say)
            normalise(notebook)
            _replace(path, nbformat.writes(notebook) + "\n")
            slowest = max(seconds, key=lambda n: seconds[n], default=0)
            progress.done(
                f"{title(path)}: {len(seconds)} cells in {time.monotonic() - began:.0f} s, "
                f"the slowest is [{slowest}] with {seconds.get(slowest, 0):.1f} s"
            )


def _run(notebook: NotebookNode, path: Path, say: Callable[[str], None]) -> dict[int, float]:
    """Run the code cells in place; answers the seconds that each took, by execution count."""
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.create_kernel_manager().shutdown_wait_time = CLEAN_UP
    cells = [(i, cell) for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    left_out = cannot_run([cell for _, cell in cells], why_unmet)
    seconds: dict[int, float] = {}
    with TemporaryDirectory() as own, client.setup_kernel(env=_with_own_record(own)):
        for count, (index, cell) in enumerate(cells, start=1):
            if count - 1 in left_out:
                cell.execution_count = count if cell.execution_count else None
                continue
            say(f"{title(path)}: cell {count} of {len(cells)}")
            began = time.monotonic()
            try:
                client.execute_cell(cell, index, execution_count=count)
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as problem:
                raise NotebookFailed(_story(path, count, len(cells), cell, problem)) from None
            seconds[count] = time.monotonic() - began
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = count  # the kernel does not count what is left out
    return seconds


def _with_own_record(folder: str) -> dict[str, str]:
    """An environment in which nothing is solved yet: the page is not that of who makes it."""
    return {**os.environ, "WORKSHOP_PROGRESS": str(Path(folder) / "progress.jsonl")}


def _story(path: Path, count: int, of: int, cell: NotebookNode, problem: Exception) -> str:
    match problem:
        case CellExecutionError():
            errors = [o for o in cell.outputs if o.output_type == "error"]
            why = "\n".join(errors[-1].traceback) if errors else str(problem)
        case CellTimeoutError():
            why = f"It ran for more than {CELL_TIMEOUT} s."
        case _:
            why = "Its kernel died."
    code = "\n".join(f"    {line}" for line in cell.source.splitlines())
    return f"{path}: code cell {count} of {of} fails; the file is as it was.\n{code}\n{why}"


def _replace(path: Path, text: str) -> None:
    """Write `text` whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)


def normalise(notebook: NotebookNode) -> None:
    """Take out of a notebook what differs from run to run and is no part of the page.

    Left out are time stamps, widget state, versions of the kernel, stderr, lines of progress that
    were taken away again; streams that came in pieces are joined. Solutions are folded again, and
    what they show with them.
    """
    notebook.metadata.kernelspec = KERNELSPEC
    notebook.metadata.language_info = LANGUAGE
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        for key in ("execution", "collapsed", "scrolled", "trusted", "ExecuteTime"):
            cell.metadata.pop(key, None)
        if "solution" in cell.metadata.get("tags", []):
            cell.metadata["jupyter"] = {"outputs_hidden": True, "source_hidden": True}
        if cell.cell_type == "code":
            cell.outputs = _shown(cell.outputs)


def _shown(outputs: Sequence[NotebookNode]) -> list[NotebookNode]:
    kept: list[NotebookNode] = []
    for output in outputs:
        if output.output_type == "stream":
            if output.name == "stderr":
                continue
            if kept and kept[-1].output_type == "stream":
                kept[-1].text += output.text
                continue
        elif "data" in output and not any(output.data.values()):
            continue
        kept.append(output)
    for output in kept:
        if output.output_type == "stream":
            output.text = re.sub(r"^.*\r(?=[^\n])", "", output.text, flags=re.MULTILINE)
    return kept


def cannot_run(
    cells: Sequence[NotebookNode], why_not: Callable[[str], str | None]
) -> dict[int, str]:
    """The code cells that cannot run here, by position, each with the reason.

    They are those tagged `needs:<need>` for a need that `why_not` has a reason against, and those
    that read a name which only such a cell would have made.
    """
    reasons: dict[int, str] = {}
    missing: dict[str, str] = {}
    for index, cell in enumerate(cells):
        needs = [tag[6:] for tag in cell.metadata.get("tags", []) if tag.startswith("needs:")]
        if not needs and not missing:
            continue
        made, read = names(cell.source)
        unmet = [reason for need in needs if (reason := why_not(need))]
        lacking = [missing[name] for name in read if name in missing]
        if unmet or lacking:
            cause = (unmet or lacking)[0]
            reasons[index] = cause if unmet else f"follows from a skipped cell: {cause}"
            missing |= dict.fromkeys(made, cause)
        else:
            missing = {name: reason for name, reason in missing.items() if name not in made}
    return reasons


def names(source: str) -> tuple[set[str], set[str]]:
    """The names that a cell makes, and those that it reads before it makes them.

    Those of a function are its own. Lines of IPython's own (`%time …`, `!ls`) count as empty.
    """
    if source.startswith("%%"):
        return set(), set()  # what follows is the magic's, not Python's
    lines = ["" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines()]
    code = "\n".join(lines)
    shared = _shared(symtable.symtable(code, "cell", "exec"))
    made: dict[str, int] = {}
    read: dict[str, int] = {}
    for node, own in _walk(ast.parse(code)):
        line = getattr(node, "lineno", 0)
        for name in shared.intersection(_made(node)) - own:
            made[name] = min(line, made.get(name, line))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            for name in shared.intersection([node.id]) - own:
                read[name] = min(line, read.get(name, line))
    return set(made), {name for name, line in read.items() if line <= made.get(name, line)}


def _walk(
    node: ast.AST, own: frozenset[str] = frozenset()
) -> Iterator[tuple[ast.AST, frozenset[str]]]:
    """Every node, with the names that the comprehensions around it have to themselves."""
    for one in getattr(node, "generators", ()):
        own |= {each.id for each in ast.walk(one.target) if isinstance(each, ast.Name)}
    yield node, own
    for below in ast.iter_child_nodes(node):
        yield from _walk(below, own)


def _shared(scope: symtable.SymbolTable) -> set[str]:
    """The names in a scope, and in those within it, that mean the notebook's."""
    whole = scope.get_type() == "module"
    found = {one.get_name() for one in scope.get_symbols() if whole or one.is_global()}
    return found.union(*map(_shared, scope.get_children()))


def _made(node: Any) -> list[str]:
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        return [node.id]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    return []
