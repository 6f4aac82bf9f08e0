"""Write a result to stdout, or to a file that `--out` names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...errors import UsageError
from ...folders import current_folder, expanded
from ...replaced_files import replace_file
from .command import Command


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a result goes.

    Args:
        out: the file that `--out` names, relative to the current folder; `None` or `-` for stdout.
        force: replace an existing file.
    """

    out: str | None
    force: bool

    @property
    def path(self) -> Path | None:
        """The file; `None` for stdout."""
        return None if self.out is None or self.out == "-" else current_folder() / expanded(self.out)

    def check(self) -> None:
        """Raise `UsageError` if the file exists, or if only `force` is given."""
        if self.path is None and self.force:
            raise UsageError("--force has no effect without --out", hint="omit --force")
        if self.path is not None and self.path.exists() and not self.force:
            raise UsageError(
                "file already exists", hint="specify another file, or add --force to replace it", where=self.out or ""
            )

    def write(self, command: Command, text: str, what: str) -> None:
        """Write the text.

        Args:
            command: prints it, or the line about the file.
            text: ends with a line break.
            what: the text contains, such as "3 tables".

        Raises:
            OSError: the file cannot be written.
        """
        if self.path is None:
            command.out.document(text.removesuffix("\n"))
        else:
            replace_file(self.path, text)
            command.out.line("+", f"{self.out}: {what} written")
