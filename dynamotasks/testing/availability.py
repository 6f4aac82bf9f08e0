"""Print whether a backend can run on this machine: `python -m dynamotasks.testing.availability NAME`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ..engines.observer import Observer
from ..engines.options import EngineOptions
from ..engines.project import Project
from ..engines.registry import find_backend
from ..errors import Unavailable


def missing(name: str) -> str | None:
    """Return why a backend cannot run on this machine, in one line; `None` if it can.

    What a start would download, such as an image, is downloaded now.

    Raises:
        UsageError: the name is unknown.
    """
    try:
        find_backend(name).prepare(Project(Path.cwd()), EngineOptions(backend=name).record(None), Observer())
    except Unavailable as error:
        hint = "; ".join(line for line in str(error.hint).splitlines() if line)
        return f"{name}: {error.what}" + (f" ({hint})" if hint else "")
    return None


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"missing": missing(sys.argv[1])}) + "\n")
