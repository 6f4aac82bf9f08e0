"""Read the tables of PynamoDB models, which a subprocess imports."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ...config.positions import Place
from ...config.settings import project_root
from ...config.source import display_name
from ...folders import resolved
from ..context import Context
from ..foreign_table import Definitions, ForeignTable
from ..module_process import execute
from ..process_environment import with_dummy_credentials
from ..value import located

_TIMEOUT = 60.0  # seconds, for slow imports
_MAX_BYTES = 8 * 1024 * 1024
_MODULE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_MODEL = re.compile(r"[A-Za-z_]\w*")
_INSPECTION = Path(__file__).with_name("inspection.py")


class _Code(NamedTuple):
    """Python code that declares tables with another library than PynamoDB."""

    name: str
    pattern: str
    hint: str

    def found_in(self, text: str) -> bool:
        """Return whether a file imports the library."""
        return re.search(rf"^\s*(?:import|from)\s+(?:{self.pattern})\b", text, re.MULTILINE) is not None


_OTHER_CODE = (
    _Code("AWS CDK code", "aws_cdk", "run `cdk synth`, then specify cdk.out/STACK.template.json"),
    _Code("troposphere code", "troposphere", "run it, then specify the template that it prints"),
    _Code("Pulumi code", "pulumi|pulumi_aws", "create its tables locally, then write a config with `db.describe`"),
    _Code(
        "code that calls an AWS SDK",
        "boto3|botocore|aioboto3|aiobotocore|aiodynamo",
        "create its tables locally, then write a config with `db.describe`",
    ),
)


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
    definitions = Definitions()
    module, _, model = context.path.name.partition(":")
    folder = context.path.parent
    if module.endswith(".py"):
        if not (folder / module).is_file():
            definitions.report(Place(display_name(folder / module)), "no such file", "check the path")
            return definitions
        if (code := _other_code(folder / module)) is not None:
            definitions.report(
                Place(display_name(context.path)), f"this is {code.name}, which is not executed", code.hint
            )
            return definitions
        module = str(resolved(folder / module))
    variables = with_dummy_credentials({**context.variables, **context.parameters.all()})
    found = _inspect(module, model, folder, variables)
    place = _place(found, display_name(context.path))
    if found.get("missing"):
        hint = f"install it for this Python: {sys.executable} -m pip install pynamodb"
        definitions.report(place, "reading models requires the package pynamodb", hint)
    elif error := found.get("error"):
        message = f"cannot import PynamoDB models: {error}"
        definitions.report(place, message, "check that this Python can import it from the project folder")
    for table in found.get("tables", ()):
        at = _place(table, place.file)
        definitions.tables.append(
            ForeignTable(f"model {table['model']}", located(table["properties"], at), table["model"])
        )
    return definitions


def _other_code(file: Path) -> _Code | None:
    """Return the kind of a Python file that would call another library if it were imported."""
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:  # reported by the import
        return None
    return None if "pynamodb" in text else next((code for code in _OTHER_CODE if code.found_in(text)), None)


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
    return outcome.result or {"error": f"Python exited during the import with code {outcome.code}"}


def _place(found: Mapping[str, Any], default: str) -> Place:
    file, line, column = found.get("file"), found.get("line"), found.get("column")
    if not isinstance(file, str):
        return Place(default)
    return Place(
        display_name(Path(file)), line if isinstance(line, int) else 1, column if isinstance(column, int) else 1
    )
