"""Regenerate the parts of the documentation that come from the code: `python docs/generate.py`.

A part is the text between `<!-- generated: NAME -->` and `<!-- end: NAME -->`.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Collection, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from invoke.parser.argument import Argument

import dynamotasks
from dynamotasks import db, errors
from dynamotasks.aws.capabilities import DYNAMODB_LOCAL, DYNOXIDE, MOTO
from dynamotasks.config.reference import markdown
from dynamotasks.config.variables import NAMES, variable_of
from dynamotasks.formats.writing.export_formats import EXPORT_FORMATS
from dynamotasks.schema.property_path import PropertyPath

FOLDER = Path(__file__).parent


@cache
def _arguments(name: str) -> dict[str, Argument]:
    # cached because Invoke removes the help texts of a task when it reads them
    return {argument.name.strip("_").replace("_", "-"): argument for argument in db.tasks[name].get_arguments()}


SHARED = {name: argument for name, argument in _arguments("list").items() if name != "json"}


def tasks() -> str:
    """Return a section for each task with its help text and its own flags."""
    return "\n\n".join(_task(name) for name in sorted(db.tasks))


def _task(name: str) -> str:
    arguments = _arguments(name)
    shared = SHARED.keys() if SHARED.keys() <= arguments.keys() else ()
    own = [(flag, argument) for flag, argument in sorted(arguments.items()) if flag not in shared]
    parts = [f"### db.{name}", inspect.getdoc(db.tasks[name].body) or ""]
    if own:
        parts.append(_table(("flag", "meaning"), ((_usage(*item), item[1].help or "") for item in own)))
    if shared:
        parts.append("It also accepts the [shared flags](#shared-flags).")
    return "\n\n".join(parts)


def _usage(flag: str, argument: Argument) -> str:
    if argument.kind is bool:
        return f"`--{flag}`"
    placeholder = re.search(r"\b(?!AWS)[A-Z]{3,}\b", argument.help or "")
    return f"`--{flag} {placeholder[0] if placeholder else flag.rpartition('-')[2].upper()}`"


def shared_flags() -> str:
    """Return the flags of all tasks that connect to a database, with their environment variables."""
    rows = (
        (_usage(name, argument), f"`{variable_of(name)}`" if name in NAMES else "", argument.help or "")
        for name, argument in SHARED.items()
    )
    return _table(("flag", "variable", "meaning"), rows)


def gaps() -> str:
    """Return the config keys that recognized local engines do not support."""
    rows = ((e.name, _keys(e.unsupported), _keys(e.create_only)) for e in (DYNAMODB_LOCAL, MOTO, DYNOXIDE))
    return _table(("engine", "unsupported keys", "fixed when the table or index is created"), rows)


def _keys(paths: Collection[PropertyPath]) -> str:
    """Return the keys; one that is also a key of the table is not repeated for indexes."""
    names = {path.name for path in paths if not path.inner}
    shown = sorted(str(path) for path in paths if names.isdisjoint(path.inner))
    return ", ".join(f"`{path}`" for path in shown) or "none"


def not_exported() -> str:
    """Return the keys that each export format cannot express."""
    rows = (
        (f"`{name}`", ", ".join(f"`{key}`" for key in sorted(format.omitted)))
        for name, format in EXPORT_FORMATS.items()
    )
    return _table(("format", "not written"), rows)


def error_types() -> str:
    """Return the exception types with their base types."""
    types = [
        item
        for item in vars(errors).values()
        if inspect.isclass(item) and issubclass(item, Exception) and item.__module__ == errors.__name__
    ]
    rows = ((f"`{type_.__name__}`", f"`{type_.__mro__[1].__name__}`", _summary(type_)) for type_ in types)
    return _table(("type", "base", "meaning"), rows)


def example() -> str:
    """Return the example of the library page as a code block."""
    code = (FOLDER / "examples" / "library.py").read_text(encoding="utf-8")
    return f"```python\n{code}```"


def functions() -> str:
    """Return a section for each function of the library."""
    return "\n\n".join(f"### {name}\n\n{_function(item)}" for name, item in _public(inspect.isfunction))


def _function(function: Callable[..., object]) -> str:
    """Return the signature and the docstring of a function; its sections become lists."""
    summary, *sections = inspect.cleandoc(function.__doc__ or "").split("\n\n")
    parts = [f"```text\n{_signature(function)}\n```", summary]
    for section in sections:
        heading, _, body = section.partition("\n")
        if heading.endswith(":") and body:
            rows = re.findall(r"^ {4}(\S.*(?:\n {8,}.*)*)", body, re.MULTILINE)
            parts.append(f"{heading}\n\n" + "\n".join(f"- {_list_item(row)}" for row in rows))
        else:
            parts.append(section)
    return "\n\n".join(parts)


def _list_item(row: str) -> str:
    text = re.sub(r"\s*\n\s*", " ", row)
    return re.sub(r"^([\w, ]+): ", lambda found: ", ".join(f"`{name}`" for name in found[1].split(", ")) + ": ", text)


def _signature(function: Callable[..., object]) -> str:
    """Return the signature; one that is longer than a line has a parameter on each line."""
    signature = inspect.signature(function)
    parameters = [re.sub(r": '(.*?)'(?= =|$)", r": \1", str(item)) for item in signature.parameters.values()]
    kinds = [parameter.kind for parameter in signature.parameters.values()]
    if inspect.Parameter.KEYWORD_ONLY in kinds:
        parameters.insert(kinds.index(inspect.Parameter.KEYWORD_ONLY), "*")
    end = f") -> {signature.return_annotation}"
    line = f"{function.__name__}({', '.join(parameters)}{end}"
    return line if len(line) <= 100 else f"{function.__name__}(\n    " + ",\n    ".join(parameters) + f",\n{end}"


def types() -> str:
    """Return the types that `dynamotasks` exports, without the exceptions."""
    rows = ((f"`{name}`", _summary(item)) for name, item in _public(inspect.isclass) if not _is_error(item))
    return _table(("name", "meaning"), rows)


def _is_error(item: Any) -> bool:
    return issubclass(item, Exception)


def _public(kind: Callable[[object], bool]) -> list[tuple[str, Any]]:
    names = ((name, getattr(dynamotasks, name)) for name in sorted(dynamotasks.__all__))
    return [(name, item) for name, item in names if kind(item)]


def _summary(item: object) -> str:
    return (inspect.getdoc(item) or "").split("\n\n")[0].replace("\n", " ")


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = list(header)
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


PARTS: dict[str, dict[str, Callable[[], str]]] = {
    "config.md": {"keys": markdown},
    "tasks.md": {"tasks": tasks, "shared flags": shared_flags},
    "engines.md": {"gaps": gaps},
    "formats/export.md": {"omitted": not_exported},
    "exit-codes-and-errors.md": {"errors": error_types},
    "library.md": {"example": example, "functions": functions, "types": types},
}


def regenerated(page: str) -> str:
    """Return the text of a page with its generated parts brought up to date.

    Raises:
        ValueError: a part has no markers in the page.
    """
    text = (FOLDER / page).read_text(encoding="utf-8")
    for name, render in PARTS[page].items():
        text = replace_part(text, f"generated: {name}", f"end: {name}", render())
    return text


def replace_part(text: str, start: str, end: str, content: str) -> str:
    """Return a Markdown text with other content between two comments.

    Raises:
        ValueError: the comments do not occur exactly once.
    """
    pattern = rf"(<!-- {re.escape(start)} -->\n).*?(<!-- {re.escape(end)} -->)"
    changed, count = re.subn(
        pattern, lambda found: f"{found[1]}\n{content.strip()}\n\n{found[2]}", text, flags=re.DOTALL
    )
    if count != 1:
        raise ValueError(f"{count} parts between '{start}' and '{end}': expected 1")
    return changed


def is_stale(page: str) -> bool:
    """Return whether the generated parts of a page differ from the code."""
    return regenerated(page) != (FOLDER / page).read_text(encoding="utf-8")


def main() -> None:
    """Write all pages; name those that changed."""
    for page in filter(is_stale, PARTS):
        (FOLDER / page).write_text(regenerated(page), encoding="utf-8")
        sys.stdout.write(f"{page} changed\n")


if __name__ == "__main__":
    main()
