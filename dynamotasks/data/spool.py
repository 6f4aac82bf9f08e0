"""Keep encoded items until all of them are checked: in memory or, if they are many, in a temporary file."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile, gettempdir

from ..errors import UsageError

_IN_MEMORY = 4 * 1024 * 1024  # bytes of each table


def unwritable(error: Exception) -> UsageError:
    """Return the error about a temporary file that cannot be written."""
    reason = getattr(error, "strerror", None) or error
    hint = "free some space, or set TMPDIR to a folder on another disk"
    return UsageError(f"cannot write a temporary file: {reason}", hint=hint, where=gettempdir())


class Spool:
    """A sequence of encoded items, as a context manager that removes them.

    Attributes:
        count: the number of items.
    """

    def __init__(self) -> None:
        self.count = 0
        self._file = SpooledTemporaryFile[bytes](max_size=_IN_MEMORY)

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[bytes]:
        """Yield the items in their order; none can be added meanwhile.

        Raises:
            UsageError: the disk is full.
        """
        try:
            self._file.seek(0)
        except OSError as error:
            raise unwritable(error) from None
        for line in self._file:
            yield line[:-1]

    def add(self, line: bytes) -> None:
        """Add an encoded item, which has no line break.

        Raises:
            UsageError: the disk is full.
        """
        try:
            self._file.write(line + b"\n")
        except OSError as error:
            raise unwritable(error) from None
        self.count += 1

    def close(self) -> None:
        """Remove the items."""
        self._file.close()
