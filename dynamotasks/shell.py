"""The local engine as variables of a shell."""

from __future__ import annotations

import os
from pathlib import Path

from .client import DUMMY_KEY
from .errors import UsageError
from .settings import Target

_UNSET = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN")

_FORMS = {
    "bash": ("export {name}='{value}'", "unset {name}"),
    "zsh": ("export {name}='{value}'", "unset {name}"),
    "fish": ("set -gx {name} '{value}';", "set -e {name};"),
    "powershell": ("$env:{name} = '{value}'", "Remove-Item Env:{name} -ErrorAction SilentlyContinue"),
}


def exports(target: Target, shell: str | None = None) -> str:
    """Lines for a shell after which any AWS SDK takes DynamoDB from the local engine.

    Only DynamoDB's endpoints are set (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html); a
    profile and session token are unset, because some SDKs prefer them to keys in variables.

    Raises:
        UsageError: there is no such shell.
    """
    set_form, unset_form = _forms(shell or _current())
    values = {
        "AWS_ENDPOINT_URL_DYNAMODB": target.endpoint,
        "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": target.endpoint,
        "AWS_ACCESS_KEY_ID": DUMMY_KEY,
        "AWS_SECRET_ACCESS_KEY": DUMMY_KEY,
        "AWS_REGION": target.region,
        "AWS_DEFAULT_REGION": target.region,
    }
    lines = [set_form.format(name=name, value=value) for name, value in values.items()]
    return "\n".join([*lines, *(unset_form.format(name=name) for name in _UNSET)])


def _forms(shell: str) -> tuple[str, str]:
    try:
        return _FORMS["powershell" if shell == "pwsh" else shell]
    except KeyError:
        raise UsageError(f"there is no form for the shell {shell!r}", cure=f"known: {', '.join(_FORMS)}") from None


def _current() -> str:
    name = Path(os.environ.get("SHELL", "")).name
    if not name and "PSModulePath" in os.environ:
        return "powershell"
    return name if name in _FORMS else "bash"
