"""Change values in the text of a YAML or JSON file; everything else keeps its form, order and comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from textwrap import indent
from typing import Any

import yaml

from .node_values import NodeReader, escape_variables
from .source import compose_text
from .text_tree import Written, parse_text
from .yaml12 import dump, dump_flow

_IDENTITIES = ("index_name", "name", "attribute_name", "region_name")
_INDENTED_LIST = re.compile(r"^( *)[^\s#-][^\n]*:[ ]*(?:#[^\n]*)?\n(?:[ ]*(?:#[^\n]*)?\n)*\1 +- ", re.MULTILINE)


class NotEditableError(Exception):
    """The text has a form in which the values cannot be changed."""


def edit(text: str, old: Any, new: Any, *, is_json: bool, variables: Mapping[str, str]) -> str:
    """Return a text with other values.

    Args:
        text: of a config file.
        old: its values.
        new: the values to write.
        is_json: write JSON.
        variables: the values of `${NAME}` in strings.

    Raises:
        NotEditableError: the values cannot be written, such as those that an anchor shares with other parts.
    """
    try:
        editor = _Editor(text, is_json=is_json)
        editor.change(parse_text(text, is_json=is_json), old, new)
        changed = editor.result()
        is_written = _values(changed, is_json=is_json, variables=variables) == new
    except (yaml.YAMLError, ValueError) as error:
        raise NotEditableError from error
    if not is_written:
        raise NotEditableError
    return changed


def _values(text: str, *, is_json: bool, variables: Mapping[str, str]) -> Any:
    root = compose_text(text, is_json=is_json)
    if root is None:
        raise NotEditableError
    return NodeReader("", variables, []).read(root)


class _Editor:
    """Collects the changes of one text: replacements of a range, which is empty where something is inserted."""

    def __init__(self, text: str, *, is_json: bool) -> None:
        self._text = text
        self._is_json = is_json
        self._edits: list[tuple[int, int, str]] = []
        self._removed: set[int] = set()
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._has_indented_lists = bool(_INDENTED_LIST.search(text.replace("\r\n", "\n")))
        found = re.search(r"^\{\s*\n([ \t]+)", text)
        self._step = found[1] if found else "  "

    def result(self) -> str:
        """Return the changed text."""
        parts, at = [], 0
        for start, end, text in sorted(self._edits, key=lambda edit: edit[0]):
            parts += [self._text[at:start], text.replace("\n", self._newline)]
            at = max(at, end)
        return "".join([*parts, self._text[at:]])

    def change(self, node: Written, old: Any, new: Any, key: Written | None = None) -> None:
        """Change the value of a node; `key` is that of the map that it belongs to."""
        if old == new and type(old) is type(new):
            return
        if not node.is_alias and isinstance(new, dict) and isinstance(old, dict) and node.kind is dict:
            self._map(node, old, new, key)
        elif not node.is_alias and isinstance(new, list) and isinstance(old, list) and node.kind is list:
            self._list(node, old, new, key)
        else:
            self._replace(node, new, key)

    def _replace(self, node: Written, new: Any, key: Written | None) -> None:
        is_block = node.kind is not str and not node.is_flow
        value = escape_variables(new)
        if key is not None and is_block and isinstance(new, node.kind) and not _is_leaf(new):
            text = dump(value, compact=True, indented=self._has_indented_lists)
            start = self._line_end(key.end) if self._is_first(node.start) else key.end + 1
            self._edits.append((start, self._end(node), "\n" + indent(text, " " * node.column).rstrip("\n")))
            return
        text = self._inline(value, node)
        if self._text[node.start] == '"' and isinstance(new, str):
            text = json.dumps(value, ensure_ascii=False)
        if key is not None and is_block:  # on its own lines, where a value in braces may not begin
            self._edits.append((key.end, self._end(node), f": {text}"))
        else:
            self._edits.append((node.start, self._end(node), text))

    def _map(self, node: Written, old: dict[str, Any], new: dict[str, Any], key: Written | None) -> None:
        own = {name.text: (name, value) for name, value in node.entries if not name.is_alias}
        removed = [name for name in old if name not in new]
        kept = [name for name in own if name not in removed]
        if not kept or any(name not in own for name in removed):  # `<<` merges a key that is removed
            self._replace(node, new, key)
            return
        added = {name: value for name, value in new.items() if name not in own and old.get(name) != value}
        for name in kept:
            if name in new and name in old:
                self.change(own[name][1], old[name], new[name], own[name][0])
        entries = [(name.start, value) for name, value in node.entries]
        gone = [name.text in removed for name, _ in node.entries]
        self._remove(node, entries, gone)
        self._insert(
            node, entries, gone, [self._entry(name, escape_variables(value), node) for name, value in added.items()]
        )

    def _list(self, node: Written, old: list[Any], new: list[Any], key: Written | None) -> None:
        before, after = _identities(old), _identities(new)
        kept = [name for name in before or () if name in (after or ())]
        if not before or not after or not kept or after[: len(kept)] != kept:
            self._replace(node, new, key)
            return
        gone = [name not in kept for name in before]
        starts = [item.start if node.is_flow else self._dash(item) for item in node.items]
        if len(node.items) != len(old) or None in starts:
            self._replace(node, new, key)
            return
        for item, one, name in zip(node.items, old, before, strict=True):
            if name in kept:
                self.change(item, one, new[after.index(name)])
        entries = [(start or 0, item) for start, item in zip(starts, node.items, strict=True)]
        self._remove(node, entries, gone)
        self._insert(node, entries, gone, [self._item(escape_variables(value), node) for value in new[len(kept) :]])

    def _dash(self, item: Written) -> int | None:
        """Return the position of the `-` before an item, if it is the first in its line."""
        dash = self._text.rfind("-", 0, item.start)
        is_own = dash >= 0 and not self._text[dash + 1 : item.start].strip() and self._is_first(dash)
        return dash if is_own else None

    def _is_first(self, at: int) -> bool:
        return not self._text[self._line_start(at) : at].strip()

    def _line_start(self, at: int) -> int:
        return self._text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        """Return the position of the line break after a position."""
        end = self._text.find("\n", at)
        end = len(self._text) if end < 0 else end
        return end - 1 if self._text[end - 1 : end + 1] == "\r\n" else end

    def _end(self, node: Written) -> int:
        """Return the end of what remains of a value."""
        parts = [*(value for _, value in node.entries), *node.items]
        kept = [part for part in parts if id(part) not in self._removed]
        return node.end if node.is_flow or not kept else self._end(kept[-1])

    def _remove(self, node: Written, entries: Sequence[tuple[int, Written]], gone: Sequence[bool]) -> None:
        """Remove parts of a map or list, of which others remain."""
        first_kept, last_kept = gone.index(False), len(gone) - 1 - gone[::-1].index(False)
        for number, (start, value) in enumerate(entries):
            if not gone[number]:
                continue
            if not node.is_flow and self._is_first(start):
                after = self._line_end(value.end)
                rest = re.match(r"\r?\n", self._text[after:])
                self._edits.append((self._line_start(start), after + (rest.end() if rest else 0), ""))
            elif not node.is_flow:  # after the `-` of an item
                self._edits.append((start, entries[first_kept][0], ""))
            elif number < last_kept:
                self._edits.append((start, entries[number + 1][0], ""))
            elif number == last_kept + 1:
                self._edits.append((entries[last_kept][1].end, entries[-1][1].end, ""))
            self._removed.add(id(value))

    def _insert(
        self, node: Written, entries: Sequence[tuple[int, Written]], gone: Sequence[bool], texts: Iterable[str]
    ) -> None:
        """Insert texts after the last part of a map or list that remains."""
        start, last = [entry for entry, is_gone in zip(entries, gone, strict=True) if not is_gone][-1]
        if node.is_flow:
            line = self._line_start(start)
            is_long = self._is_first(start) and self._text.rfind("\n", node.start, start) >= 0
            separator = ",\n" + self._text[line:start] if is_long else ", "
            self._edits += [(last.end, last.end, separator + text) for text in texts]
            return
        at = self._line_end(self._end(last))
        blank = "\n" if re.search(r"\n[ \t]*\r?\n", self._text[entries[0][0] : start]) and node.kind is list else ""
        lines = (indent(text, " " * node.column).rstrip("\n") for text in texts)
        self._edits += [(at, at, f"\n{blank}{line}") for line in lines]

    def _entry(self, name: str, value: Any, node: Written) -> str:
        if self._is_json:
            return f"{json.dumps(name)}: {self._inline(value, node, is_inside=True)}"
        if node.is_flow or _is_leaf(value):
            return f"{dump_flow(name)}: {dump_flow(value)}"
        return f"{dump_flow(name)}:\n{indent(dump(value, compact=True, indented=self._has_indented_lists), '  ')}"

    def _item(self, value: Any, node: Written) -> str:
        if node.is_flow:
            return self._inline(value, node, is_inside=True)
        return dump([value], compact=True, indented=self._has_indented_lists)

    def _inline(self, value: Any, node: Written, *, is_inside: bool = False) -> str:
        """Return a value in braces or brackets, or a scalar; JSON has several lines where the text has."""
        if not self._is_json:
            return dump_flow(value)
        if "\n" not in self._text[node.start : node.end] or not isinstance(value, dict | list):
            return json.dumps(value, ensure_ascii=False)
        line = self._text[self._line_start(node.start) :]
        margin = line[: len(line) - len(line.lstrip(" \t"))] + (self._step if is_inside else "")
        return json.dumps(value, ensure_ascii=False, indent=self._step).replace("\n", f"\n{margin}")


def _is_leaf(value: Any) -> bool:
    """Return whether a value contains no map or list."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return not any(isinstance(part, dict | list) for part in parts)


def _identities(values: list[Any]) -> list[Any] | None:
    """Return the names of the maps in a list; `None` if they have none, or the same one."""
    for key in _IDENTITIES:
        names = [value.get(key) if isinstance(value, dict) else None for value in values]
        if all(isinstance(name, str) for name in names) and len(set(names)) == len(names):
            return names
    return None
