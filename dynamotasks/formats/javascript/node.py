"""Run a JavaScript module with Node.js, and return what it exports."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...config.node_values import UnreadableError
from ...folders import resolved
from ..module_process import Outcome, execute
from ..process_environment import with_dummy_credentials

_SCRIPT = Path(__file__).with_name("evaluate.mjs")
_SECONDS = 30
_MAX_BYTES = 32 * 1024 * 1024
_MAX_HEAP = 1024  # MB
_EXPORT = re.compile(r"\bexports\b|\bexport\b")


def exports_of(path: Path, text: str, variables: Mapping[str, str]) -> str:
    """Return the JSON of what a module exports; a function that it exports is called.

    Args:
        path: of the module.
        text: its content.
        variables: added to the environment of the process.

    Raises:
        UnreadableError: Node.js is not installed, the module cannot be loaded, or it exports no data.
    """
    if "aws-cdk-lib" in text or "@aws-cdk/" in text:
        hint = "run `cdk synth`, then specify cdk.out/STACK.template.json"
        raise UnreadableError("this is AWS CDK code, which is not executed", hint)
    if not _EXPORT.search(text):
        hint = "export the tables, such as `module.exports = {tables: [...]}`"
        raise UnreadableError("this JavaScript file exports nothing", hint)
    node = shutil.which("node")
    if node is None:
        hint = "install Node.js, or write the tables to a JSON file"
        raise UnreadableError("reading JavaScript files requires Node.js, which is not installed", hint)
    environment = with_dummy_credentials({**os.environ, **variables})
    environment.pop("NODE_OPTIONS", None)
    module = resolved(path)
    try:
        outcome = execute(
            [node, "--no-warnings", f"--max-old-space-size={_MAX_HEAP}", str(_SCRIPT)],
            [str(module)],
            folder=module.parent,
            variables=environment,
            seconds=_SECONDS,
            max_bytes=_MAX_BYTES,
        )
    except OSError as error:
        raise UnreadableError(f"cannot start Node.js: {error.strerror}") from None
    return json.dumps(_exported(outcome))


def _exported(outcome: Outcome) -> Any:
    if outcome.code is None:
        hint = "export the tables without waiting for timers or requests"
        raise UnreadableError(f"Node.js did not load this file within {_SECONDS} s", hint)
    if outcome.is_too_large:
        maximum = _MAX_BYTES // 1024**2
        raise UnreadableError(f"this file exports more than {maximum} MB", "export only the tables")
    result = outcome.result or {}
    if "error" in result:
        raise UnreadableError(f"Node.js cannot load this file: {_first_line(str(result['error']))}", _hint(result))
    if "exports" not in result:
        hint = "export the tables, and do not call process.exit()"
        raise UnreadableError("Node.js exited before this file exported a value", hint)
    return result["exports"]


def _first_line(text: str) -> str:
    return " ".join(text.strip().split("\n")[0].split()) or "it throws an error without a message"


def _hint(result: Mapping[str, str]) -> str:
    if result.get("code") in ("ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"):
        return "install its packages: `npm install`"
    if result.get("code") == "ERR_UNKNOWN_FILE_EXTENSION":
        return "compile it to JavaScript, or use Node.js 22.18 or newer"
    return "check that `node` can import it"
