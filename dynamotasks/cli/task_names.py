"""Tasks as the reader can call them: `inv db.up`, `inv dynamo.up` or `dynamotasks up`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..errors import DynamotasksError, Hint, Task

if TYPE_CHECKING:
    from invoke.collection import Collection
    from invoke.program import Program

PROGRAM: Program | None = None
"""The console program while it runs; Invoke's own program is found in its module."""

_CALL = re.compile(r"\binv((?: --help)?(?: db\.\w+)+)")


def command_line(name: str, arguments: str = "") -> str:
    """Return the command line of a task in backquotes.

    Args:
        name: the name in the `db` collection.
        arguments: the arguments, quoted for a shell.
    """
    return render(Task(name, arguments))


def render(task: Task) -> str:
    """Return the command line of a task in backquotes."""
    return f"`{' '.join(filter(None, (_call(task.name), task.arguments)))}`"


def text_of(text: str | Hint) -> str:
    """Return a message with its tasks as command lines."""
    return _replace_names(text.render(render) if isinstance(text, Hint) else text)


def error_text(error: DynamotasksError) -> str:
    """Return an error's message and its hint."""
    return _replace_names(error.render(render))


def _replace_names(text: str) -> str:
    return _CALL.sub(lambda found: _call(*found[1].split()), text) if "inv " in text else text


def _call(*names: str) -> str:
    """Return the command line of tasks; a name of ours may begin with `db.`."""
    program = PROGRAM or getattr(sys.modules.get("invoke.main"), "program", None)
    root = getattr(program, "collection", None)
    found = dict(_names(root)) if root else {}  # a program of the user's may keep the tasks anywhere
    words = (name if name.startswith("-") else found.get(name.removeprefix("db.")) for name in names)
    full = (f"db.{name.removeprefix('db.')}" for name in names)
    return " ".join(["inv" if PROGRAM is None else PROGRAM.name, *(w or f for w, f in zip(words, full, strict=True))])


def _names(collection: Collection, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield our name of each of our tasks in a collection, and the user's name of it."""
    from .tasks import db

    ours = {task.body: name for name, task in db.tasks.items()}  # Invoke copies tasks, but keeps their functions
    for name, sub in collection.collections.items():
        yield from _names(sub, f"{prefix}{name}.")
    for name, task in collection.tasks.items():
        if task.body in ours:
            yield ours[task.body], f"{prefix}{name}"
