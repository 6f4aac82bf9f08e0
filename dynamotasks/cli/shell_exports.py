"""Environment variables that point an AWS SDK to the local engine: for a shell, a .env file or JSON."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ..aws.sessions import DUMMY_KEY
from ..aws.target import Target
from ..errors import UsageError

UNSET = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN")
"""Some SDKs prefer these to keys in variables."""

_ENDPOINTS = ("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_DYNAMODB_STREAMS", "DYNAMO_ENDPOINT")

FORMATS = ("shell", "dotenv", "json")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def variables(target: Target, names: Sequence[str] = ()) -> dict[str, str]:
    """Return the variables that point an AWS SDK to the local engine for DynamoDB, but no other service.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html

    Args:
        target: the engine.
        names: further variables to set to the endpoint.

    Raises:
        UsageError: one of `names` is not a valid variable name.
    """
    for name in names:
        if not _NAME.fullmatch(name):
            raise UsageError(f"invalid --as {name!r}: not a variable name", hint="use letters, digits and '_'")
    endpoint, region = target.endpoint or "", target.region or ""
    return {
        **dict.fromkeys((*_ENDPOINTS, *names), endpoint),
        "AWS_ACCESS_KEY_ID": DUMMY_KEY,
        "AWS_SECRET_ACCESS_KEY": DUMMY_KEY,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
    }


def without_proxy(endpoint: str, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the variables with which a command does not use a proxy for the endpoint.

    Args:
        endpoint: the URL.
        inherited: the variables that the command inherits.
    """
    host = urlsplit(endpoint).hostname or ""
    return {name: ",".join(filter(None, (inherited.get(name), host))) for name in ("NO_PROXY", "no_proxy")}


def exports(values: Mapping[str, str], shell: str | None = None) -> str:
    """Return lines for a shell to evaluate: they set the variables and unset those that would interfere.

    Raises:
        UsageError: the shell is not supported.
    """
    name = shell or _current()
    syntax = _SYNTAXES.get("powershell" if name == "pwsh" else name)
    if syntax is None:
        raise UsageError(f"unsupported shell {name!r}", hint=f"expected one of: {', '.join(_SYNTAXES)}")
    lines = [syntax.set.format(name=name, value=syntax.quote(value)) for name, value in values.items()]
    return "\n".join([*lines, *(syntax.unset.format(name=name) for name in UNSET)])


def dotenv(values: Mapping[str, str]) -> str:
    """Return the lines of a .env file.

    Raises:
        UsageError: a value has a character that .env readers do not parse alike.
    """
    for name, value in values.items():
        if not value.isprintable() or any(sign in value for sign in "'\"`$#\\"):
            raise UsageError(f"{name} cannot be written to a .env file: {value!r}", hint="use --format json")
    return "\n".join(f"{name}={value}" for name, value in values.items())


def as_json(values: Mapping[str, str]) -> str:
    """Return the variables as a JSON object."""
    return json.dumps(values, indent=2)


def _fish(value: str) -> str:
    # fish has two escapes in single quotes; `eval (...)` joins lines by spaces, so a newline is written outside them
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + quoted.replace("\n", "'\\n'") + "'"


def _powershell(value: str) -> str:
    # PowerShell treats typographic quotes as quotes
    # https://learn.microsoft.com/en-us/powershell/module/microsoft.powershell.core/about/about_quoting_rules
    return "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", value) + "'"


@dataclass(frozen=True, slots=True)
class _Syntax:
    quote: Callable[[str], str]
    set: str
    unset: str


_POSIX = _Syntax(shlex.quote, "export {name}={value}", "unset {name}")
_SYNTAXES = {
    "bash": _POSIX,
    "zsh": _POSIX,
    "fish": _Syntax(_fish, "set -gx {name} {value};", "set -e {name};"),
    "powershell": _Syntax(_powershell, "$env:{name} = {value}", "Remove-Item Env:{name} -ErrorAction SilentlyContinue"),
}


def _current() -> str:
    name = Path(os.environ.get("SHELL", "")).name
    if not name and "PSModulePath" in os.environ:
        return "powershell"
    return name if name in _SYNTAXES else "bash"
