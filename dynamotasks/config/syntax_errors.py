"""What is no YAML or no JSON: the parsers' words -> where the mistake is and how to mend it."""

from __future__ import annotations

import json
import re

import yaml

from ..errors import Problem

_GLUED = re.compile(r"^[\s-]*[\w.-]+(:)[^\s:/]")  # `name:users`
_INDENTED = "indent alike what belongs together, with spaces"


def no_yaml(file: str, text: str, error: yaml.MarkedYAMLError) -> Problem:
    """A parser's error as a mistake at its place, with a hint where one is known."""
    began, told = error.context_mark, str(error.problem)
    mark = began if "expected ':'" in told else error.problem_mark or began
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.splitlines() or [""]
    here = lines[min(line, len(lines) - 1)]
    if "undefined alias" in told:
        name = re.split(r"[\s,\]}]", here[column + 1 :])[0]
        return Problem(file, line + 1, column + 1, f"there is no anchor &{name}", f'as text, quote it: "*{name}"')
    if "another document" in told:
        hint = "remove the `---`, or move what follows to a file of its own"
        return Problem(file, line + 1, column + 1, "a second document starts here", hint)
    if began and "${" not in here and not _in_escape(told) and (opened := _opened(str(error.context), lines, began)):
        return Problem(file, began.line + 1, began.column + 1, *opened)
    if "mapping values" in told or "expected ':'" in told:
        for number in (line, line - 1):
            if number >= 0 and (glued := _GLUED.match(lines[min(number, len(lines) - 1)])):
                return Problem(file, number + 1, glued.start(1) + 1, "no space after the colon", "write `key: value`")
    return Problem(file, line + 1, column + 1, f"this is no YAML: {told}", _yaml_cure(told, here))


def _in_escape(told: str) -> bool:
    return "escape" in told or "hexdecimal" in told


def _opened(context: str, lines: list[str], mark: yaml.error.Mark) -> tuple[str, str] | None:
    """A bracket or quote that the parser found no end of."""
    sign = lines[mark.line][mark.column : mark.column + 1] if mark.line < len(lines) else ""
    if "quoted scalar" in context:
        return f"this {sign} has no end", f"close it with {sign}"
    if "flow" in context and sign in ("[", "{"):
        return f"this {sign} has no end, or a comma is missing in it", f"close it with {']' if sign == '[' else '}'}"
    return None


def _yaml_cure(told: str, line: str) -> str:
    if "\\t" in told or ("start any token" in told and "\t" in line):
        return "a tab is there: indent with spaces"
    if _in_escape(told):
        return r"in double quotes write \\ for a backslash, or use single quotes"
    if "${" in line:
        return 'inside { } or [ ], quote it: "${NAME}"'
    cures = {
        "start any token": "quote the value",
        "mapping values": "quote a value that has `: ` in it, or mend the indentation",
        "expected ':'": "a key ends with a colon",
        "'-' indicator": _INDENTED,
        "expected key": _INDENTED,
        "block end": _INDENTED,
    }
    return next((hint for words, hint in cures.items() if words in told), "")


def no_json(file: str, text: str, error: json.JSONDecodeError) -> Problem:
    """A parser's error as a mistake at its place, with a hint where one is known."""
    return Problem(file, error.lineno, error.colno, f"this is no JSON: {error.msg}", _json_cure(text, error))


def _json_cure(text: str, error: json.JSONDecodeError) -> str:
    rest, before = text[error.pos :], text[: error.pos].rstrip()
    if "trailing comma" in error.msg or (before.endswith(",") and rest[:1] in ("}", "]")):
        return "remove the comma before it"
    if rest.startswith(("//", "/*", "#")):
        return "JSON has no comments: remove it, or write YAML"
    if rest.startswith("'"):
        return 'write double quotes: "'
    if not rest.strip():
        return "the file ends before it is complete"
    cures = {
        "property name": "write keys in double quotes",
        "Unterminated": 'close it with "',
        "control character": "write a line break as \\n",
        "','": "add the comma",
    }
    return next((hint for words, hint in cures.items() if words in error.msg), "")
