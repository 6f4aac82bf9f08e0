"""Find the service that includes a file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ...config.node_values import UnreadableError
from ...config.source import compose
from ..cloudformation.tags import SHORT_FORMS
from ..context import Context
from ..foreign_table import Definitions
from ..value import NodeValues, Value
from .project_files import ProjectFiles, project_folder
from .resources import walk
from .variables import Variables

_NAMES = ("serverless.yml", "serverless.yaml", "serverless.json")


def including_service(context: Context) -> tuple[Value, Path] | None:
    """Return the service that includes the file, and its folder: the nearest in the file's folder and those above."""
    file = context.path.resolve()
    project = project_folder(file.parent)
    for folder in (file.parent, *file.parent.parents):
        for name in _NAMES:
            root = _document(folder / name) if (folder / name).is_file() and folder / name != file else None
            with suppress(UnreadableError, RecursionError):  # of the service, which is not what the user specified
                if root is not None and _includes(root, folder, file, context):
                    return root, folder
        if folder == project:
            break
    return None


def _document(path: Path) -> Value | None:
    """Return a file's content; `None` if it is invalid, which is reported when it is read as a service."""
    source, node = compose(path)
    return None if node is None else NodeValues(source.file, SHORT_FORMS).value(node)


def _includes(root: Value, folder: Path, file: Path, context: Context) -> bool:
    """Return whether a service refers to a file, also in the files that it includes."""
    files = ProjectFiles(folder)
    variables = Variables(root, context, files, Definitions())
    waiting = [root]
    for value in walk(waiting):
        for name in variables.file_names(value):
            if files.find(name) == file:
                return True
            content = files.read(name)
            if isinstance(content, Value):
                waiting.append(content)
    return False
