"""Tasks as the reader can call them: `inv db.up`, `inv dynamo.up` or `dynamotasks up`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..errors import DynamotasksError, Hint, Task

if TYPE_CHECKING:
    from invoke.collection import Collection
    from invoke.program import Program

PROGRAM: Program | None = None
"""The console program while it runs; Invoke's own program is found in its module."""


def command_line(name: str, arguments: str = "") -> str:
    """Return the command line of a task in backquotes.

    Args:
        name: the name in the `db` collection.
        arguments: the arguments, quoted for a shell.
    """
    return render(Task(name, arguments))


def render(task: Task) -> str:
    """Return the command line of a task in backquotes."""
    program = PROGRAM or getattr(sys.modules.get("invoke.main"), "program", None)
    collection = getattr(program, "collection", None)
    # a program of the user's may keep the tasks anywhere: then the names are those of `Collection(db)`
    names = dict(_names(collection)) if collection else {}
    binary = "inv" if PROGRAM is None else PROGRAM.name
    words = (binary, names.get(task.name, f"db.{task.name}"), task.arguments)
    return f"`{' '.join(filter(None, words))}`"


def text_of(text: str | Hint) -> str:
    """Return a text with its tasks as command lines."""
    return text.render(render) if isinstance(text, Hint) else text


def error_text(error: DynamotasksError) -> str:
    """Return an error's message and its hint."""
    return error.render(render)


def _names(collection: Collection, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield our name of each of our tasks in a collection, and the user's name of it."""
    from .tasks import db

    ours = {task.body: name for name, task in db.tasks.items()}  # Invoke copies tasks, but keeps their functions
    for name, sub in collection.collections.items():
        yield from _names(sub, f"{prefix}{name}.")
    for name, task in collection.tasks.items():
        if task.body in ours:
            yield ours[task.body], f"{prefix}{name}"
