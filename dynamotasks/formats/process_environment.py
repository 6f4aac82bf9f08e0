"""The environment of a process that executes a module of the project."""

from __future__ import annotations

from collections.abc import Mapping

_REMOVED = ("AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE")
_DUMMY = {"AWS_ACCESS_KEY_ID": "dummy", "AWS_SECRET_ACCESS_KEY": "dummy", "AWS_EC2_METADATA_DISABLED": "true"}


def with_dummy_credentials(variables: Mapping[str, str]) -> dict[str, str]:
    """Return variables with which a request that a module sends when it is loaded does not reach an account."""
    return {name: value for name, value in variables.items() if name not in _REMOVED} | _DUMMY
