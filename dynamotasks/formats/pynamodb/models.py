"""Read the tables of PynamoDB models, which a subprocess imports."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...config.positions import Place
from ...config.settings import project_root
from ...config.source import display_name
from ...folders import resolved
from ..context import Context
from ..foreign_table import Definitions, ForeignTable
from ..module_process import execute
from ..other_files import FROM_CODE
from ..process_environment import with_dummy_credentials
from ..property_names import KEYS
from ..value import located

_TIMEOUT = 60.0  # seconds, for slow imports
_MAX_BYTES = 8 * 1024 * 1024
_MODULE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_MODEL = re.compile(r"[A-Za-z_]\w*")
_INSPECTION = Path(__file__).with_name("inspection.py")


# the libraries of Python code that declares tables without PynamoDB, what it is, and what to do instead
_OTHER_CODE = {
    "aws_cdk": ("AWS CDK code", "run `cdk synth`, then specify cdk.out/STACK.template.json"),
    "troposphere": ("troposphere code", "run it, then specify the template that it prints"),
    "pulumi|pulumi_aws": ("Pulumi code", FROM_CODE),
    "boto3|botocore|aioboto3|aiobotocore|aiodynamo": ("code that calls an AWS SDK", FROM_CODE),
}


def is_module(path: Path) -> bool:
    """Return whether a path is a Python file, or names a module in place of a file; a model can follow a colon."""
    module, separator, model = path.name.partition(":")
    if separator and not _MODEL.fullmatch(model):
        return False
    if module.endswith(".py"):
        return True
    if not _MODULE.fullmatch(module) or path.exists():
        return False
    return bool(separator) or any(_exists(folder, module) for folder in _folders(path.parent))


def read_models(context: Context) -> Definitions:
    """Return the tables of the models in a module; it is imported with the environment variables and parameters."""
    definitions = Definitions(names=KEYS)  # Meta has the same names
    module, _, model = context.path.name.partition(":")
    file = context.path.with_name(module)
    if module.endswith(".py"):
        module = str(resolved(file))
        if (problem := _problem_of(file)) is not None:
            definitions.report(Place(display_name(file)), *problem)
            return definitions
    variables = with_dummy_credentials({**context.variables, **context.parameters.all()})
    _add(_inspect(module, model, file.parent, variables), display_name(context.path), definitions)
    return definitions


def _problem_of(file: Path) -> tuple[str, str] | None:
    """Return why a file is not imported, and what to do: it is absent, or would call another library."""
    if not file.is_file():
        return "no such file", "check the path"
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:  # reported by the import
        return None
    for library, (name, hint) in _OTHER_CODE.items():
        if "pynamodb" not in text and re.search(rf"^\s*(?:import|from)\s+(?:{library})\b", text, re.MULTILINE):
            return f"this is {name}, which is not executed", hint
    return None


def _add(found: Mapping[str, Any], file: str, definitions: Definitions) -> None:
    """Add the tables or the problem that a subprocess found."""
    place = _place(found, file)
    if found.get("missing"):
        hint = f"install it for this Python: {sys.executable} -m pip install pynamodb"
        definitions.report(place, "reading models requires the package pynamodb", hint)
    elif error := found.get("error"):
        message = f"cannot import PynamoDB models: {error}"
        definitions.report(place, message, "check that this Python can import it from the project folder")
    for table in found.get("tables", ()):
        properties = located(table["properties"], _place(table, place.file))
        definitions.tables.append(ForeignTable(f"model {table['model']}", properties, table["model"]))


def _folders(folder: Path) -> list[Path]:
    """Return the folders that modules are imported from."""
    root = project_root(resolved(folder))
    return [path for path in dict.fromkeys((resolved(folder), root, root / "src")) if path.is_dir()]


def _exists(folder: Path, module: str) -> bool:
    path = folder.joinpath(*module.split("."))
    return path.with_name(path.name + ".py").is_file() or (path / "__init__.py").is_file()


def _inspect(module: str, model: str, folder: Path, variables: Mapping[str, str]) -> dict[str, Any]:
    """Return what the subprocess finds: `tables`, an `error` with its place, or a `missing` package."""
    try:
        outcome = execute(
            [sys.executable, str(_INSPECTION)],
            [module, model, *map(str, _folders(folder))],
            folder=project_root(resolved(folder)),
            variables=variables,
            seconds=_TIMEOUT,
            max_bytes=_MAX_BYTES,
        )
    except OSError as error:
        return {"error": f"cannot run {sys.executable}: {error.strerror}"}
    if outcome.code is None:
        return {"error": f"the import takes longer than {_TIMEOUT:g} seconds"}
    if outcome.is_too_large:
        return {"error": "the tables are larger than 8 MB"}
    tables = outcome.result.get("tables", []) if outcome.result else None
    if outcome.result and isinstance(tables, list) and all(map(_is_table, tables)):
        return outcome.result
    return {"error": f"Python exited during the import with code {outcome.code}"}


def _is_table(found: Any) -> bool:
    """Return whether a part of the result has the form that the inspection writes, and the module did not."""
    return isinstance(found, dict) and isinstance(found.get("model"), str) and isinstance(found.get("properties"), dict)


def _place(found: Mapping[str, Any], default: str) -> Place:
    file, line, column = found.get("file"), found.get("line"), found.get("column")
    if not isinstance(file, str):
        return Place(default)
    return Place(
        display_name(Path(file)), line if isinstance(line, int) else 1, column if isinstance(column, int) else 1
    )
