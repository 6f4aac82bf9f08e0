"""The functions of Terraform that table definitions use.

https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

import yaml

from ...config.node_values import UnreadableError
from ...config.positions import Place
from ..documents import check_aliases
from ..value import Data, Unresolved, Value, located
from . import function_arguments as argument
from .function_arguments import FunctionError
from .results import Invalid, truth

_Function: TypeAlias = Callable[..., "Data | Value"]
HANDLES_OPEN = frozenset({"can", "coalesce", "lookup", "merge", "try"})
_MAX_ITEMS = 10_000
_VERB = re.compile(r"%%|%[-+# ]*(0?)(\d*)(?:\.(\d+))?([a-z])")


def call(name: str, values: list[Value], place: Place, read_file: Callable[[str], str | Invalid]) -> Value:
    """Return the result of a function.

    Args:
        name: of the function.
        values: the arguments, none of which is unresolved except for `HANDLES_OPEN`.
        place: of the call.
        read_file: returns the content of a file.
    """
    if name == "file":
        return Value(read_file(values[0].text or "") if values else Invalid("file(): no argument"), place)
    function = _FUNCTIONS.get(name)
    if function is None:
        return Value(Invalid(f"function {name}() is not supported"), place)
    try:
        result = function(*values)
    except FunctionError as error:
        return Value(Invalid(f"{name}(): {error}"), place)
    except (ValueError, TypeError, IndexError, KeyError, ArithmeticError):
        return Value(Invalid(f"{name}(): invalid arguments"), place)
    return Value(result.data if isinstance(result, Value) else result, place)


def distinct(values: Iterable[Value]) -> list[Value]:
    """Return values without repetitions."""
    found: dict[str, Value] = {}
    for value in values:
        found.setdefault(json.dumps(value.plain(), default=str), value)
    return list(found.values())


def as_set(values: Iterable[Value]) -> list[Value]:
    """Return values as a set: each once, strings sorted."""
    return sorted(distinct(values), key=lambda value: value.text or "")


def _of_texts(function: Callable[..., Data]) -> _Function:
    """Return a function of values from one of strings."""
    return lambda *values: function(*argument.texts(values))


def _format(template: Value, *values: Value) -> Data:
    remaining = iter(values)
    return _VERB.sub(lambda found: _formatted(found, remaining), argument.text(template))


def _formatted(verb: re.Match[str], values: Iterator[Value]) -> str:
    zero, width, digits, kind = verb.groups()
    if kind is None:
        return "%"
    value, columns = next(values, None), int(width or 0)
    if value is None or columns > _MAX_ITEMS:
        raise FunctionError("too few arguments")
    match kind:
        case "d":
            text = str(argument.integer(value))
        case "f":
            text = f"{argument.number(value):.{min(int(digits or 6), 20)}f}"
        case "q":
            text = json.dumps(argument.text(value))
        case _:
            text = argument.text(value)
    return text.zfill(columns) if zero else text.rjust(columns)


def _replace(text: str, search: str, replacement: str) -> str:
    if len(search) > 1 and search.startswith("/") and search.endswith("/"):
        raise FunctionError("regular expressions are not supported")
    return text.replace(search, replacement) if search else text


def _substr(value: Value, offset: Value, length: Value) -> Data:
    text, start, count = argument.text(value), argument.integer(offset), argument.integer(length)
    start = start if start >= 0 else len(text) + start
    return text[start:] if count < 0 else text[start : start + count]


def _merge(*values: Value) -> Data:
    merged: dict[str, Value] = {}
    for value in values:
        if isinstance(value.data, Unresolved):
            return value.data
        merged |= argument.entries(value) if value.data is not None else {}
    return merged


def _lookup(value: Value, key: Value, default: Value | None = None) -> Data | Value:
    if isinstance(value.data, Unresolved):
        return value.data
    if (found := argument.entries(value).get(argument.text(key), default)) is None:
        raise FunctionError(f"the map has no key {key.text!r}")
    return found


def _coalesce(*values: Value) -> Value:
    for value in values:
        if value.data is not None and value.data != "":
            return value
    raise FunctionError("all arguments are null")


def _try(*values: Value) -> Value:
    return next((value for value in values if not isinstance(value.data, Invalid)), values[-1])


def _can(value: Value) -> Data:
    is_open = isinstance(value.data, Unresolved) and not isinstance(value.data, Invalid)
    return value.data if is_open else not isinstance(value.data, Invalid)


def _flatten(value: Value) -> list[Value]:
    value.plain()  # limits nested lists
    return _flat(argument.items(value))


def _flat(values: list[Value]) -> list[Value]:
    return [part for value in values for part in (_flat(value.data) if isinstance(value.data, list) else [value])]


def _element(values: Value, position: Value) -> Value:
    items = argument.items(values)
    return items[argument.integer(position) % len(items)]


def _zipmap(keys: Value, values: Value) -> Data:
    return dict(zip(argument.texts(argument.items(keys)), argument.items(values), strict=True))


def _range(*values: Value) -> Data:
    numbers = range(*[argument.integer(value) for value in values])
    if len(numbers) > _MAX_ITEMS:
        raise FunctionError(f"more than {_MAX_ITEMS:,} items")
    return [values[0].with_data(number) for number in numbers]


def _length(value: Value) -> Data:
    return len(value.data if isinstance(value.data, str | list | dict) else argument.text(value))


def _join(separator: Value, *lists: Value) -> Data:
    parts = [part for value in lists for part in argument.items(value)]
    return argument.text(separator).join(argument.texts(parts))


def _split(separator: Value, value: Value) -> Data:
    at, text = argument.texts([separator, value])
    return [separator.with_data(part) for part in (text.split(at) if at else text)]


def _json_encoded(value: Value) -> Data:
    plain = value.plain()  # limits nested values
    return next(value.unresolved(), None) or json.dumps(plain, separators=(",", ":"))


def _yaml_decoded(value: Value) -> Value:
    try:
        text = argument.text(value)
        if (root := yaml.compose(text, Loader=yaml.SafeLoader)) is not None:
            check_aliases(root)
        return located(yaml.safe_load(text), value.place)
    except UnreadableError as error:
        raise FunctionError(error.message) from None
    except yaml.YAMLError:
        raise FunctionError("invalid YAML") from None


def _one(value: Value) -> Value | None:
    items = argument.items(value)
    if len(items) > 1:
        raise FunctionError("more than one item")
    return items[0] if items else None


_FUNCTIONS: Mapping[str, _Function] = {
    "abs": lambda value: abs(argument.number(value)),
    "can": _can,
    "ceil": lambda value: math.ceil(argument.number(value)),
    "chomp": _of_texts(lambda text: text.rstrip("\r\n")),
    "coalesce": _coalesce,
    "coalescelist": lambda *lists: next((value for value in lists if value.data), lists[-1]),
    "compact": lambda value: [part for part in argument.items(value) if part.data not in (None, "")],
    "concat": lambda *lists: [part for value in lists for part in argument.items(value)],
    "contains": lambda values, value: value.plain() in [part.plain() for part in argument.items(values)],
    "distinct": lambda value: distinct(argument.items(value)),
    "element": _element,
    "endswith": _of_texts(str.endswith),
    "flatten": _flatten,
    "floor": lambda value: math.floor(argument.number(value)),
    "format": _format,
    "index": lambda values, value: [part.plain() for part in argument.items(values)].index(value.plain()),
    "join": _join,
    "jsondecode": lambda value: located(json.loads(argument.text(value)), value.place),
    "jsonencode": _json_encoded,
    "keys": lambda value: [part.with_data(key) for key, part in sorted(argument.entries(value).items())],
    "length": _length,
    "lookup": _lookup,
    "lower": _of_texts(str.lower),
    "max": lambda *values: max(map(argument.number, values)),
    "merge": _merge,
    "min": lambda *values: min(map(argument.number, values)),
    "nonsensitive": lambda value: value,
    "one": _one,
    "range": _range,
    "replace": _of_texts(_replace),
    "reverse": lambda value: argument.items(value)[::-1],
    "sensitive": lambda value: value,
    "setunion": lambda *sets: as_set(part for value in sets for part in argument.items(value)),
    "slice": lambda value, start, end: argument.items(value)[argument.integer(start) : argument.integer(end)],
    "sort": lambda value: sorted(argument.items(value), key=argument.text),
    "split": _split,
    "startswith": _of_texts(str.startswith),
    "substr": _substr,
    "title": _of_texts(lambda text: re.sub(r"(?<!\w)\w", lambda found: found[0].upper(), text)),
    "tobool": truth,
    "tolist": argument.items,
    "tomap": argument.entries,
    "tonumber": argument.number,
    "toset": lambda value: as_set(argument.items(value)),
    "tostring": lambda value: None if value.data is None else argument.text(value),
    "trim": _of_texts(lambda text, characters: text.strip(characters)),
    "trimprefix": _of_texts(str.removeprefix),
    "trimspace": _of_texts(str.strip),
    "trimsuffix": _of_texts(str.removesuffix),
    "try": _try,
    "upper": _of_texts(str.upper),
    "values": lambda value: [part for _, part in sorted(argument.entries(value).items())],
    "yamldecode": _yaml_decoded,
    "zipmap": _zipmap,
}
