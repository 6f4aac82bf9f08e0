"""The project folder that owns a local engine."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import EngineError
from ..folders import STATE_FOLDER
from ..private_files import refuse_link, write_private


@dataclass(frozen=True, slots=True)
class Project:
    """The folder that owns an engine."""

    root: Path

    @property
    def folder(self) -> Path:
        """Where the engine's state, log and data are kept; ignored by git."""
        return self.root / STATE_FOLDER

    @property
    def name(self) -> str:
        """A readable name for containers, volumes and processes, unique to the folder's path."""
        root = self.root.resolve()
        word = re.sub(r"[^a-z0-9]+", "-", root.name.lower()).strip("-")[:30]
        return "-".join(filter(None, ["dynamotasks", word, hashlib.sha256(os.fsencode(root)).hexdigest()[:8]]))

    @property
    def network_endpoint(self) -> str:
        """The URL of the engine for containers in the same Docker network."""
        return f"http://{self.name}:8000"

    def make_folder(self) -> Path:
        """Return the folder, created with access for its owner only.

        Raises:
            EngineError: it cannot be created or is a symbolic link.
        """
        try:
            refuse_link(self.folder)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            ignore = self.folder / ".gitignore"
            if not os.path.lexists(ignore):
                write_private(ignore, "*\n")
        except OSError as error:
            raise EngineError(
                f"cannot write to the project's folder: {error.strerror}",
                hint="the state and data of the local engine are kept there",
                where=str(error.filename or self.folder),
            ) from None
        return self.folder
