"""Read the files that a service includes, inside its project only."""

from __future__ import annotations

from pathlib import Path

from ...config.node_values import UnreadableError
from ...config.positions import Place
from ...config.source import FileKind, compose, display_name, read_text
from ...errors import Problem
from ...folders import resolved
from ..documents import NodeValues
from ..project_folder import project_folder
from ..value import Unresolved, Value

INCLUDED_FILE = FileKind("included file", "remove the reference to it")
_DATA = (".yml", ".yaml", ".json", ".tfstate")
_CODE = (".js", ".cjs", ".mjs", ".ts", ".mts", ".cts")


class ProjectFiles:
    """Reads each included file once.

    Args:
        folder: of the service; paths are relative to it.

    Attributes:
        invalid: the problems of files with invalid YAML or JSON, by the reason that replaces their content.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = resolved(folder)
        self._project = project_folder(folder)
        self._read: dict[Path, Value | Unresolved] = {}
        self.invalid: dict[str, Problem] = {}

    def find(self, name: str) -> Path | Unresolved | None:
        """Return the path of a file; `None` if it does not exist, `Unresolved` if it is outside the project."""
        try:
            path = resolved(self.folder / name)
            exists = path.is_file()
        except (OSError, ValueError, RuntimeError):  # too long, a null byte, a loop of links
            return None
        if name.startswith("~") or not path.is_relative_to(self._project):
            return Unresolved(f"the file {name!r} is outside the project folder {self._project}")
        return path if exists else None

    def read(self, name: str) -> Value | Unresolved | None:
        """Return the content of a file, that of YAML and JSON as data; `None` if it does not exist."""
        path = self.find(name)
        if not isinstance(path, Path):
            return path
        if path not in self._read:
            self._read[path] = self._content(path)
        return self._read[path]

    def _content(self, path: Path) -> Value | Unresolved:
        if path.suffix in _CODE:
            return Unresolved(f"the file {path.name!r} is code, which is not executed")
        try:
            if path.suffix not in _DATA:
                return Value(read_text(path, INCLUDED_FILE), Place(display_name(path)))
            source, root = compose(path, INCLUDED_FILE)
            if root is not None:
                return NodeValues(source.file).value(root)
        except UnreadableError as error:
            return Unresolved(f"the file {path.name!r} cannot be read: {error.message}")
        problem = source.problems[0]
        found = Unresolved(f"{problem.file}:{problem.line}:{problem.column}: {problem.message}", problem.hint)
        self.invalid[found.reason] = problem
        return found
