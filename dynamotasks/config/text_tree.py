"""The values of a YAML or JSON text with their positions in it, so that parts of the text can be changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, SequenceNode

from .json_nodes import compose_json
from .yaml12 import Loader

_JSON_SCALAR = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s,\]}]+')


@dataclass(slots=True)
class Written:
    """A value in a text, from `start` to `end`; that of a map or list in block style ends with its last part.

    Attributes:
        text: of a scalar.
        column: of the start, from 0.
        is_flow: it is in braces or brackets.
        is_alias: it refers to another value.
        entries: the keys and values of a map.
        items: of a list.
    """

    start: int
    end: int
    column: int
    kind: type[dict[str, object]] | type[list[object]] | type[str]
    text: str = ""
    is_flow: bool = False
    is_alias: bool = False
    entries: list[tuple[Written, Written]] = field(default_factory=list)
    items: list[Written] = field(default_factory=list)


def parse_text(text: str, *, is_json: bool) -> Written:
    """Return the root value of a YAML or JSON text.

    Raises:
        yaml.YAMLError: the YAML is invalid.
        json.JSONDecodeError: the JSON is invalid.
    """
    if is_json:
        return _json_value(text, compose_json(text))
    events = (event for event in yaml.parse(text, Loader=Loader) if isinstance(event, yaml.NodeEvent | _ENDS))
    return _value(text, events, next(events))


_ENDS = yaml.MappingEndEvent | yaml.SequenceEndEvent


def _value(text: str, events: Iterator[yaml.Event], event: yaml.Event) -> Written:
    start, end, column = _index(event.start_mark), _index(event.end_mark), getattr(event.start_mark, "column", 0)
    match event:
        case yaml.AliasEvent():
            return Written(start, end, column, str, is_alias=True)
        case yaml.ScalarEvent():
            # a text after `|` or `>` ends in the next line
            end = start + len(text[start:end].rstrip()) if event.style in ("|", ">") else end
            return Written(start, end, column, str, text=event.value)
        case yaml.MappingStartEvent():
            found = Written(start, end, column, dict, is_flow=bool(event.flow_style))
            while not isinstance(inner := next(events), yaml.MappingEndEvent):
                key = _value(text, events, inner)
                found.entries.append((key, _value(text, events, next(events))))
            last = [value for _, value in found.entries[-1:]]
        case _:
            found = Written(start, end, column, list, is_flow=bool(getattr(event, "flow_style", False)))
            while not isinstance(inner := next(events), yaml.SequenceEndEvent):
                found.items.append(_value(text, events, inner))
            last = found.items[-1:]
    found.end = _index(inner.end_mark) if found.is_flow else max([end, *(part.end for part in last)])
    return found


def _json_value(text: str, node: Node) -> Written:
    """Return the value of a JSON node, which ends with its bracket."""
    start, column = _index(node.start_mark), node.start_mark.column
    if isinstance(node, MappingNode):
        entries = [(_json_value(text, key), _json_value(text, value)) for key, value in node.value]
        end = text.index("}", entries[-1][1].end if entries else start) + 1
        return Written(start, end, column, dict, is_flow=True, entries=entries)
    if isinstance(node, SequenceNode):
        items = [_json_value(text, item) for item in node.value]
        end = text.index("]", items[-1].end if items else start) + 1
        return Written(start, end, column, list, is_flow=True, items=items)
    scalar = _JSON_SCALAR.match(text, start)
    return Written(start, scalar.end() if scalar else start, column, str, text=node.value)


def _index(mark: Any) -> int:
    return int(mark.index)
