"""Turn the errors of the YAML and JSON parsers into problems with a position and a hint."""

from __future__ import annotations

import json
import re

import yaml

from ..errors import Problem

_GLUED = re.compile(r"^[\s-]*[\w.-]+(:)[^\s:/]")  # `name:users`
_INDENTATION = "check the indentation"


def yaml_problem(file: str, text: str, error: yaml.MarkedYAMLError) -> Problem:
    """Return a YAML syntax error as a problem, with a hint where the cause is known."""
    start, message = error.context_mark, str(error.problem)
    mark = start if "expected ':'" in message else error.problem_mark or start
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.splitlines() or [""]
    here = lines[min(line, len(lines) - 1)]

    def problem(what: str, hint: str) -> Problem:
        return Problem(file, line + 1, column + 1, what, hint)

    if "undefined alias" in message:
        name = re.split(r"[\s,\]}]", here[column + 1 :])[0]
        return problem(f"undefined YAML anchor &{name}", f'quote it if it is text: "*{name}"')
    if "another document" in message:
        hint = "remove the `---`, or move the second document to another file"
        return problem("the file has a second YAML document", hint)
    in_text = "${" in here or _in_escape(message)
    if start and not in_text and (found := _unclosed(str(error.context), lines, start)):
        return Problem(file, start.line + 1, start.column + 1, *found)
    if "mapping values" in message or "expected ':'" in message:
        for number in (line, line - 1):
            if number >= 0 and (glued := _GLUED.match(lines[min(number, len(lines) - 1)])):
                column = glued.start(1) + 1
                return Problem(file, number + 1, column, "missing space after the colon", "write `key: value`")
    return problem(f"invalid YAML: {message}", _yaml_hint(message, here))


def _in_escape(message: str) -> bool:
    return "escape" in message or "hexdecimal" in message


def _unclosed(context: str, lines: list[str], mark: yaml.error.Mark) -> tuple[str, str] | None:
    sign = lines[mark.line][mark.column : mark.column + 1] if mark.line < len(lines) else ""
    if "quoted scalar" in context:
        return f"unclosed {sign}", f"close it with {sign}"
    if "flow" in context and sign in ("[", "{"):
        return f"unclosed {sign}, or a missing comma in it", f"close it with {']' if sign == '[' else '}'}"
    return None


def _yaml_hint(message: str, line: str) -> str:
    if "\\t" in message or ("start any token" in message and "\t" in line):
        return "YAML does not allow tabs: indent with spaces"
    if _in_escape(message):
        return r"in double quotes write \\ for a backslash, or use single quotes"
    if "${" in line:
        return 'inside { } or [ ], quote it: "${NAME}"'
    hints = {
        "start any token": "quote the value",
        "mapping values": "quote a value that contains `: `, or check the indentation",
        "expected ':'": "end the key with a colon",
        "'-' indicator": _INDENTATION,
        "expected key": _INDENTATION,
        "block end": _INDENTATION,
    }
    return next((hint for words, hint in hints.items() if words in message), "")


def json_problem(file: str, text: str, error: json.JSONDecodeError) -> Problem:
    """Return a JSON syntax error as a problem, with a hint where the cause is known."""
    return Problem(file, error.lineno, error.colno, f"invalid JSON: {error.msg}", _json_hint(text, error))


def _json_hint(text: str, error: json.JSONDecodeError) -> str:
    rest, before = text[error.pos :], text[: error.pos].rstrip()
    if "trailing comma" in error.msg or (before.endswith(",") and rest[:1] in ("}", "]")):
        return "remove the comma before it"
    if rest.startswith(("//", "/*", "#")):
        return "JSON does not support comments: remove it, or use YAML"
    if rest.startswith("'"):
        return 'use double quotes: "'
    if not rest.strip():
        return "the file is incomplete"
    hints = {
        "property name": "write keys in double quotes",
        "Unterminated": 'close it with "',
        "control character": "write a line break as \\n",
        "','": "add a comma",
    }
    return next((hint for words, hint in hints.items() if words in error.msg), "")
