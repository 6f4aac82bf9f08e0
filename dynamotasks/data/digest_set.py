"""A set of digests that moves to disk when it is large, so that memory does not grow with the number of items."""

from __future__ import annotations

import sqlite3
from functools import cached_property
from hashlib import blake2b

from .spool import unwritable

_IN_MEMORY = 100_000  # about 10 MB
_DIGEST_BYTES = 16


class DigestSet:
    """A set of byte strings, of which only digests are kept: the first ones in memory, the others in a file."""

    def __init__(self) -> None:
        self._first = set[bytes]()

    def add(self, content: bytes) -> bool:
        """Add a byte string and return whether it is new.

        Raises:
            UsageError: the disk is full.
        """
        digest = blake2b(content, digest_size=_DIGEST_BYTES).digest()
        if len(self._first) < _IN_MEMORY:
            before = len(self._first)
            self._first.add(digest)
            return len(self._first) > before
        if digest in self._first:
            return False
        return self._execute("INSERT OR IGNORE INTO digests VALUES (?)", digest).rowcount == 1

    def __contains__(self, content: bytes) -> bool:
        digest = blake2b(content, digest_size=_DIGEST_BYTES).digest()
        if digest in self._first or len(self._first) < _IN_MEMORY:
            return digest in self._first
        return self._execute("SELECT 1 FROM digests WHERE digest = ?", digest).fetchone() is not None

    def __del__(self) -> None:
        if "_others" in self.__dict__:  # else a warning of Python 3.13
            self._others.close()

    def _execute(self, statement: str, digest: bytes) -> sqlite3.Cursor:
        try:
            return self._others.execute(statement, (digest,))
        except sqlite3.OperationalError as error:
            raise unwritable(error) from None

    @cached_property
    def _others(self) -> sqlite3.Connection:
        # an empty name: a private temporary file, deleted when it is closed (https://www.sqlite.org/inmemorydb.html)
        connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("CREATE TABLE digests (digest BLOB PRIMARY KEY) WITHOUT ROWID")
        connection.execute("BEGIN")
        return connection
