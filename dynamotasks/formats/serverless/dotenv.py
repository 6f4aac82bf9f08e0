"""Read the `.env` files of a service.

https://www.serverless.com/framework/docs/environment-variables
"""

from __future__ import annotations

import re
from pathlib import Path

_LINE = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][\w.]*)\s*=\s*(.*?)\s*$")
_MAX_BYTES = 1024 * 1024


def read_dotenv(folder: Path, stage: str) -> dict[str, str]:
    """Return the variables of a folder's `.env` files; those of the stage take precedence."""
    found: dict[str, str] = {}
    for name in (".env", ".env.local", f".env.{stage}", f".env.{stage}.local"):
        file = folder / name
        if file.is_file() and file.stat().st_size <= _MAX_BYTES:
            for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
                if (match := _LINE.match(line)) is not None:
                    found[match[1]] = _value(match[2])
    return found


def _value(text: str) -> str:
    """Return a value without its quotes, or without a comment."""
    if text[:1] in ("'", '"') and (end := text.find(text[0], 1)) > 0:
        return text[1:end]
    return text.split(" #", 1)[0].rstrip()
