"""Run a JavaScript module with Node.js, and return what it exports."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Timer

from ...config.node_values import UnreadableError
from ...folders import resolved
from ..process_environment import with_dummy_credentials

_SCRIPT = Path(__file__).with_name("evaluate.mjs")
_SECONDS = 30
_MAX_BYTES = 32 * 1024 * 1024
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
    given = {name: value for name, value in variables.items() if re.fullmatch(r"\w+", name)}
    environment = with_dummy_credentials({**os.environ, **given})
    environment.pop("NODE_OPTIONS", None)
    command = [node, "--no-warnings", str(_SCRIPT), str(resolved(path))]
    return _exports(_output(command, path, environment))


def _output(command: list[str], path: Path, environment: Mapping[str, str]) -> bytes:
    """Return what a command prints; it is killed if it takes too long or prints too much."""
    try:
        process = subprocess.Popen(
            command,
            cwd=resolved(path).parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise UnreadableError(f"cannot start Node.js: {error.strerror}") from None
    with process:
        timer = Timer(_SECONDS, _kill, [process])
        timer.start()
        try:
            output = process.stdout.read(_MAX_BYTES + 1) if process.stdout else b""
        finally:
            is_late = not timer.is_alive()
            timer.cancel()
            _kill(process)
    if is_late:
        hint = "export the tables without waiting for timers or requests"
        raise UnreadableError(f"Node.js did not load this file within {_SECONDS} s", hint)
    if len(output) > _MAX_BYTES:
        maximum = _MAX_BYTES // 1024**2
        raise UnreadableError(f"this file exports more than {maximum} MB", "export only the tables")
    return output


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and, where sessions exist, the processes that it started."""
    try:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _exports(output: bytes) -> str:
    try:
        result = json.loads(output)
    except (ValueError, RecursionError):
        hint = "export the tables, and do not call process.exit()"
        raise UnreadableError("Node.js exited before this file exported a value", hint) from None
    if "error" in result:
        raise UnreadableError(f"Node.js cannot load this file: {_first_line(result['error'])}", _hint(result))
    return json.dumps(result["exports"])


def _first_line(text: str) -> str:
    return " ".join(text.strip().split("\n")[0].split())


def _hint(result: Mapping[str, str]) -> str:
    if result.get("code") in ("ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"):
        return "install its packages: `npm install`"
    if result.get("code") == "ERR_UNKNOWN_FILE_EXTENSION":
        return "compile it to JavaScript, or use Node.js 22.18 or newer"
    return "check that `node` can import it"
