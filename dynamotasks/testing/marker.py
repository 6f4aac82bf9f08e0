"""Read the arguments of the marker `dynamodb`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike, fspath
from typing import Any, Literal

from ..errors import UsageError
from ..suggestions import did_you_mean

_ARGUMENTS = ("tables", "seed")
_FORMS = {
    "tables": """expected declared names, such as tables=["users"]""",
    "seed": """expected paths of files with items, such as seed=["seeds/users.yaml"], or seed=True""",
}


@dataclass(frozen=True, slots=True)
class Request:
    """The tables and items that a test requests.

    Attributes:
        tables: declared names; `None` for all.
        seed: files with items; `True` for those that the tables declare, `None` for those of the ini file.
    """

    tables: tuple[str, ...] | None = None
    seed: tuple[str, ...] | Literal[True] | None = None


def read_marker(arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> Request:
    """Return the tables and items that the arguments of a marker request.

    Raises:
        UsageError: an argument is unknown or has a wrong type.
    """
    if arguments:
        raise UsageError(
            f"the marker `dynamodb` accepts only keyword arguments: {', '.join(_ARGUMENTS)}", hint=_FORMS["tables"]
        )
    for name in keywords:
        if name not in _ARGUMENTS:
            suggestion = did_you_mean(name, _ARGUMENTS)
            raise UsageError(
                f"unknown argument {name!r} of the marker `dynamodb`{suggestion} ({', '.join(_ARGUMENTS)})"
            )
    seed = keywords.get("seed")
    return Request(_names("tables", keywords.get("tables")), True if seed is True else _names("seed", seed))


def _names(argument: str, value: Any) -> tuple[str, ...] | None:
    if value is None:
        return None
    values = [value] if isinstance(value, str | PathLike) else value
    if not isinstance(values, list | tuple | set) or not all(isinstance(one, str | PathLike) for one in values):
        raise UsageError(f"invalid {argument}={value!r} of the marker `dynamodb`", hint=_FORMS[argument])
    return tuple(str(fspath(one)) for one in values)
