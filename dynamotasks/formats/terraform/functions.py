"""The functions of Terraform that table definitions use.

https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

import yaml

from ...config.positions import Place
from ...config.yaml12 import Substituted
from ..value import Data, Unresolved, Value, located
from . import function_arguments as argument
from .function_arguments import FunctionError
from .results import Invalid, truth

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
        result = function(values)
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


def _of_texts(function: Callable[..., Data]) -> Callable[[list[Value]], Data]:
    """Return a function of values from one of strings."""
    return lambda values: _substituted(function(*argument.texts(values)))


def _substituted(data: Data) -> Data:
    return Substituted(data) if isinstance(data, str) else data


def _format(values: list[Value]) -> Data:
    arguments = iter(values[1:])
    return Substituted(_VERB.sub(lambda found: _formatted(found, arguments), argument.text(values[0])))


def _formatted(verb: re.Match[str], arguments: Iterator[Value]) -> str:
    zero, width, digits, kind = verb.groups()
    if kind is None:
        return "%"
    value, columns = next(arguments, None), int(width or 0)
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


def _substr(values: list[Value]) -> Data:
    text, offset, length = argument.text(values[0]), argument.integer(values[1]), argument.integer(values[2])
    start = offset if offset >= 0 else len(text) + offset
    return Substituted(text[start:] if length < 0 else text[start : start + length])


def _merge(values: list[Value]) -> Data:
    merged: dict[str, Value] = {}
    for value in values:
        if isinstance(value.data, Unresolved):
            return value.data
        merged |= argument.entries(value) if value.data is not None else {}
    return merged


def _lookup(values: list[Value]) -> Data | Value:
    if isinstance(values[0].data, Unresolved):
        return values[0].data
    found = argument.entries(values[0]).get(argument.text(values[1]))
    return found if found is not None else values[2]


def _coalesce(values: list[Value]) -> Data | Value:
    return next(value for value in values if value.data is not None and value.data != "") if _any(values) else None


def _any(values: list[Value]) -> bool:
    if any(value.data is not None and value.data != "" for value in values):
        return True
    raise FunctionError("all arguments are null")


def _try(values: list[Value]) -> Data | Value:
    return next((value for value in values if not isinstance(value.data, Invalid)), values[-1])


def _can(values: list[Value]) -> Data:
    data = values[0].data
    return data if isinstance(data, Unresolved) and not isinstance(data, Invalid) else not isinstance(data, Invalid)


def _flatten(values: list[Value]) -> list[Value]:
    found: list[Value] = []
    for value in values:
        found += _flatten(value.data) if isinstance(value.data, list) else [value]
    return found


def _element(values: list[Value]) -> Value:
    items = argument.items(values[0])
    return items[argument.integer(values[1]) % len(items)]


def _zipmap(values: list[Value]) -> Data:
    return dict(zip(argument.texts(argument.items(values[0])), argument.items(values[1]), strict=True))


def _range(values: list[Value]) -> Data:
    numbers = range(*[argument.integer(value) for value in values])
    if len(numbers) > _MAX_ITEMS:
        raise FunctionError(f"more than {_MAX_ITEMS:,} items")
    return [values[0].with_data(number) for number in numbers]


def _keys(values: list[Value]) -> Data:
    return [part.with_data(key) for key, part in sorted(argument.entries(values[0]).items())]


def _values(values: list[Value]) -> Data:
    return [part for _, part in sorted(argument.entries(values[0]).items())]


def _length(values: list[Value]) -> Data:
    data = values[0].data
    return len(data) if isinstance(data, str | list | dict) else len(argument.text(values[0]))


def _contains(values: list[Value]) -> Data:
    return values[1].plain() in [item.plain() for item in argument.items(values[0])]


def _join(values: list[Value]) -> Data:
    parts = [part for value in values[1:] for part in argument.items(value)]
    return Substituted(argument.text(values[0]).join(argument.texts(parts)))


def _split(separator: str, text: str) -> list[str]:
    return text.split(separator) if separator else list(text)


def _split_values(values: list[Value]) -> Data:
    return [values[0].with_data(Substituted(part)) for part in _split(*argument.texts(values))]


def _json_encoded(values: list[Value]) -> Data:
    plain = values[0].plain()
    return next(_open_parts(values[0]), None) or json.dumps(plain, separators=(",", ":"))


def _open_parts(value: Value) -> Iterator[Unresolved]:
    if isinstance(value.data, Unresolved):
        yield value.data
    for part in (*value.items(), *(part for _, part in value.entries())):
        yield from _open_parts(part)


def _yaml_decoded(values: list[Value]) -> Value:
    try:
        return located(yaml.safe_load(argument.text(values[0])), values[0].place)
    except yaml.YAMLError:
        raise FunctionError("invalid YAML") from None


def _one(values: list[Value]) -> Data | Value:
    items = argument.items(values[0])
    if len(items) > 1:
        raise FunctionError("more than one item")
    return items[0] if items else None


_FUNCTIONS: Mapping[str, Callable[[list[Value]], Data | Value]] = {
    "abs": lambda values: abs(argument.number(values[0])),
    "can": _can,
    "ceil": lambda values: math.ceil(argument.number(values[0])),
    "chomp": _of_texts(lambda text: text.rstrip("\r\n")),
    "coalesce": _coalesce,
    "coalescelist": lambda values: next((value for value in values if value.data), values[-1]),
    "compact": lambda values: [value for value in argument.items(values[0]) if value.data not in (None, "")],
    "concat": lambda values: [part for value in values for part in argument.items(value)],
    "contains": _contains,
    "distinct": lambda values: distinct(argument.items(values[0])),
    "element": _element,
    "endswith": _of_texts(lambda text, end: text.endswith(end)),
    "flatten": lambda values: values[0].plain() and _flatten(argument.items(values[0])),  # plain() limits nested lists
    "floor": lambda values: math.floor(argument.number(values[0])),
    "format": _format,
    "index": lambda values: [part.plain() for part in argument.items(values[0])].index(values[1].plain()),
    "join": _join,
    "jsondecode": lambda values: located(json.loads(argument.text(values[0])), values[0].place),
    "jsonencode": _json_encoded,
    "keys": _keys,
    "length": _length,
    "lookup": _lookup,
    "lower": _of_texts(str.lower),
    "max": lambda values: max(argument.number(value) for value in values),
    "merge": _merge,
    "min": lambda values: min(argument.number(value) for value in values),
    "nonsensitive": lambda values: values[0],
    "one": _one,
    "range": _range,
    "replace": _of_texts(_replace),
    "reverse": lambda values: argument.items(values[0])[::-1],
    "sensitive": lambda values: values[0],
    "setunion": lambda values: as_set(part for value in values for part in argument.items(value)),
    "slice": lambda values: argument.items(values[0])[argument.integer(values[1]) : argument.integer(values[2])],
    "sort": lambda values: sorted(argument.items(values[0]), key=argument.text),
    "split": _split_values,
    "startswith": _of_texts(lambda text, start: text.startswith(start)),
    "substr": _substr,
    "title": _of_texts(lambda text: re.sub(r"(?<!\w)\w", lambda found: found[0].upper(), text)),
    "tobool": lambda values: truth(values[0]),
    "tolist": lambda values: values[0].with_data([*argument.items(values[0])]),
    "tomap": lambda values: values[0].with_data(dict(argument.entries(values[0]))),
    "tonumber": lambda values: argument.number(values[0]),
    "toset": lambda values: as_set(argument.items(values[0])),
    "tostring": lambda values: None if values[0].data is None else Substituted(argument.text(values[0])),
    "trim": _of_texts(lambda text, characters: text.strip(characters)),
    "trimprefix": _of_texts(str.removeprefix),
    "trimspace": _of_texts(str.strip),
    "trimsuffix": _of_texts(str.removesuffix),
    "try": _try,
    "upper": _of_texts(str.upper),
    "values": _values,
    "yamldecode": _yaml_decoded,
    "zipmap": _zipmap,
}
