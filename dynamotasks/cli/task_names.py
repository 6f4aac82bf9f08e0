"""How the tasks are called in this process: `inv db.up`, `inv dynamo.up` or `dynamotasks up`.

Messages everywhere say `inv db.up`; what is printed passes through `called`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..errors import Task

if TYPE_CHECKING:
    from invoke.collection import Collection
    from invoke.program import Program

PROGRAM: Program | None = None
"""The program that runs, where it is ours; Invoke's own is found in its module."""

_CALL = re.compile(r"\binv((?: --help)?(?: db\.\w+)+)")


def called(text: str) -> str:
    """Return a message with the tasks as the reader can call them."""
    return _CALL.sub(_as_called, text) if "inv " in text else text


def command_of(task: Task) -> str:
    """Return a hint's task as the reader can call it, in backticks."""
    return f"`{' '.join(filter(None, (called(f'inv db.{task.name}'), task.arguments)))}`"


def _as_called(found: re.Match[str]) -> str:
    program = PROGRAM or getattr(sys.modules.get("invoke.main"), "program", None)
    root = getattr(program, "collection", None)
    if root is None:  # a program of the user's own: where it keeps its tasks is not known
        return found[0]
    names = dict(_names(root))
    words = found[1].split()
    binary = "inv" if PROGRAM is None else PROGRAM.name
    return " ".join([binary, *(names.get(word.removeprefix("db."), word) for word in words)])


def _names(collection: Collection, place: str = "") -> Iterator[tuple[str, str]]:
    """Our names of the tasks in a collection, with the names that the user has for them."""
    from .tasks import db

    ours = {task.body: name for name, task in db.tasks.items()}  # Invoke copies tasks, and keeps their functions
    for name, sub in collection.collections.items():
        yield from _names(sub, f"{place}{name}.")
    for name, task in collection.tasks.items():
        if task.body in ours:
            yield ours[task.body], f"{place}{name}"
