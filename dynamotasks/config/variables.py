"""The names of the settings in `DYNAMOTASKS_*` variables and in Invoke's configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import UsageError
from ..suggestions import close_to

NAMES = ("env", "config", "endpoint", "region", "profile", "stack", "backend", "port", "image")
_OF_TESTS = "DYNAMOTASKS_TEST_"  # variables that configure a test suite, not the tasks


def variable_of(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"DYNAMOTASKS_{name.upper()}"


def check_names(variables: Mapping[str, str], configured: Mapping[str, Any]) -> None:
    """Reject unknown settings, so that a misspelled one is not silently ignored.

    Raises:
        UsageError: a variable or a key of Invoke's configuration is unknown, or its value has the wrong type.
    """
    for variable in sorted(variables):
        known = [variable_of(name) for name in NAMES]
        if variable.startswith("DYNAMOTASKS_") and not variable.startswith(_OF_TESTS) and variable not in known:
            raise UsageError(f"unknown environment variable {variable}", hint=_meant(variable, known))
    for key, value in configured.items():
        place = "`dynamotasks:` in Invoke's configuration (invoke.yaml, ns.configure)"
        if key not in NAMES:
            raise UsageError(f"unknown key {str(key)!r}", hint=_meant(str(key), NAMES), where=place)
        paths = list(value) if key == "config" and isinstance(value, list | tuple) else None
        accepted = (str, int, type(None)) if key != "config" else (str,) if paths is not None else (str, type(None))
        if not all(isinstance(part, accepted) for part in ([value] if paths is None else paths)):
            raise UsageError(f"invalid {key} {value!r}", hint=f"write {key} as a string", where=place)


def _meant(given: str, known: Sequence[str]) -> str:
    close = close_to(given, known)
    return (f"did you mean {close}? " if close else "") + f"known: {', '.join(known)}"
