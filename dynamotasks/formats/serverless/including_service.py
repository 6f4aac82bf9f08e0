"""Find the service that includes a file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ...config.node_values import UnreadableError
from ...folders import resolved
from ..context import Context
from ..foreign_table import Definitions
from ..project_folder import project_folder
from ..value import Value
from .project_files import ProjectFiles
from .resources import walk
from .variables import Variables

_NAMES = ("serverless.yml", "serverless.yaml", "serverless.json")


def including_service(context: Context) -> tuple[Value, Path] | None:
    """Return the service that includes the file, and its folder: the nearest in the file's folder and those above."""
    file = resolved(context.path)
    project = project_folder(file.parent)
    for folder in (file.parent, *file.parent.parents):
        files = ProjectFiles(folder)
        for name in _NAMES:
            root = files.read(name) if files.find(name) != file else None
            with suppress(UnreadableError, RecursionError):  # of the service, which is not what the user specified
                if isinstance(root, Value) and _includes(root, files, file, context):
                    return root, folder
        if folder == project:
            break
    return None


def _includes(root: Value, files: ProjectFiles, file: Path, context: Context) -> bool:
    """Return whether a service refers to a file, also in the files that it includes."""
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
