"""The functions of variables, of the Serverless Framework and its plugins.

https://www.serverless.com/framework/docs/guides/variables
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from ..value import located
from .calls import Call, Found

_MAX_MERGED = 10_000  # values of maps or lists, so that repeated merges cannot grow without end


def _boolean(call: Call) -> Found:
    text = _argument(call).strip().lower()
    known = {"true": True, "1": True, "false": False, "0": False}
    return known.get(text, call.ask(f"{text[:50]!r} is not a boolean"))


def _text(call: Call) -> Found:
    return _argument(call)


def _number(call: Call) -> Found:
    text = _argument(call).strip()
    return int(text) if text.isdecimal() and len(text) < 20 else call.ask(f"{text[:50]!r} is not a number")


def _json(call: Call) -> Found:
    try:
        return located(json.loads(_argument(call)), call.at.place)
    except ValueError:
        return call.ask(f"{_argument(call)[:50]!r} is not JSON")


def _merge(call: Call) -> Found:
    parts = [part.data for part in call.arguments]
    maps = [part for part in parts if isinstance(part, dict)]
    lists = [part for part in parts if isinstance(part, list)]
    if sum(map(len, [*maps, *lists])) > _MAX_MERGED:
        return call.ask(f"merge() returns more than {_MAX_MERGED:,} values")
    if parts and len(maps) == len(parts):
        return {key: value for part in maps for key, value in part.items()}
    if len(lists) < len(parts):
        return call.ask("merge() requires only maps or only lists")
    return [item for part in lists for item in part]


def _argument(call: Call) -> str:
    """Return the text of the first argument."""
    data = call.arguments[0].data if call.arguments else ""
    if isinstance(data, bool):
        return "true" if data else "false"
    return str(data) if isinstance(data, str | int | float) else ""


FUNCTIONS: Mapping[str, Callable[[Call], Found]] = {
    "strToBool": _boolean,
    "castToBool": _boolean,
    "castToBoolean": _boolean,
    "toString": _text,
    "castToString": _text,
    "castToInteger": _number,
    "parseJSON": _json,
    "merge": _merge,
}
