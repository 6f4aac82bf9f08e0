"""The local engine as environment variables: for a shell, a .env file, a program, or a child process."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..aws.sessions import DUMMY_KEY
from ..aws.target import Target
from ..errors import UsageError

UNSET = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN")
"""Some SDKs prefer these to keys in variables."""

_ENDPOINTS = ("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_DYNAMODB_STREAMS", "DYNAMO_ENDPOINT")

FORMATS = ("shell", "dotenv", "json")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def variables(target: Target, names: Sequence[str] = ()) -> dict[str, str]:
    """Return the variables with which any AWS SDK takes DynamoDB, and nothing else, from the local engine.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html

    Args:
        target: the engine.
        names: more variables that get the endpoint.

    Raises:
        UsageError: one of `names` cannot be a variable's name.
    """
    for name in names:
        if not _NAME.fullmatch(name):
            raise UsageError(f"--as: invalid variable name {name!r}", hint="use letters, digits and '_'")
    endpoint, region = target.endpoint or "", target.region or ""
    return {
        **dict.fromkeys(
            ("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_DYNAMODB_STREAMS", "DYNAMO_ENDPOINT"), endpoint
        ),
        **dict.fromkeys(names, endpoint),
        "AWS_ACCESS_KEY_ID": DUMMY_KEY,
        "AWS_SECRET_ACCESS_KEY": DUMMY_KEY,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
    }


def exports(values: Mapping[str, str], shell: str | None = None) -> str:
    """Return lines that a shell evaluates: they set the variables and unset those that would interfere.

    Raises:
        UsageError: the shell is not supported.
    """
    name = shell or _current()
    form = _FORMS.get("powershell" if name == "pwsh" else name)
    if form is None:
        raise UsageError(f"unsupported shell {name!r}", hint=f"supported: {', '.join(_FORMS)}")
    lines = [form.set.format(name=name, value=form.quote(value)) for name, value in values.items()]
    return "\n".join([*lines, *(form.unset.format(name=name) for name in UNSET)])


def dotenv(values: Mapping[str, str]) -> str:
    """Return the lines of a .env file.

    Raises:
        UsageError: a value has a character for which .env readers have no common form.
    """
    for name, value in values.items():
        if not value.isprintable() or any(sign in value for sign in "'\"`$#\\"):
            raise UsageError(f"{name} cannot be written to a .env file: {value!r}", hint="use --format json")
    return "\n".join(f"{name}={value}" for name, value in values.items())


def as_json(values: Mapping[str, str]) -> str:
    """Return the variables as a JSON object."""
    return json.dumps(values, indent=2)


def _fish(value: str) -> str:
    # in single quotes fish knows two escapes; `eval (...)` joins lines by spaces, so that a newline needs its own form
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + quoted.replace("\n", "'\\n'") + "'"


def _powershell(value: str) -> str:
    # it takes typographic quotes for quotes
    # https://learn.microsoft.com/en-us/powershell/module/microsoft.powershell.core/about/about_quoting_rules
    return "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", value) + "'"


@dataclass(frozen=True, slots=True)
class _Form:
    quote: Callable[[str], str]
    set: str
    unset: str


_POSIX = _Form(shlex.quote, "export {name}={value}", "unset {name}")
_FORMS = {
    "bash": _POSIX,
    "zsh": _POSIX,
    "fish": _Form(_fish, "set -gx {name} {value};", "set -e {name};"),
    "powershell": _Form(_powershell, "$env:{name} = {value}", "Remove-Item Env:{name} -ErrorAction SilentlyContinue"),
}


def _current() -> str:
    name = Path(os.environ.get("SHELL", "")).name
    if not name and "PSModulePath" in os.environ:
        return "powershell"
    return name if name in _FORMS else "bash"
