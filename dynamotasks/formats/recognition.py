"""Recognize the format of a file by its content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .cloudformation.references import is_resource
from .cloudformation.tables import read_template
from .context import Context
from .dynamodb_api.finding import describes_tables
from .dynamodb_api.tables import read_descriptions
from .foreign_table import Definitions
from .javascript.modules import is_module, read_module
from .other_files import is_other, is_other_file, read_other, read_other_file
from .pynamodb.models import is_module as is_python
from .pynamodb.models import read_models
from .serverless.recognition import (
    has_nested_tables,
    is_code,
    is_composition,
    is_fragment,
    is_service,
    read_code,
    read_composition,
)
from .serverless.service import read_fragment, read_service
from .terraform.detection import is_configuration, is_show, is_state, read_configuration, read_show, read_state
from .value import Value
from .workbench.tables import is_model, read_model


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format that is neither YAML nor JSON.

    Attributes:
        name: in messages.
        matches: returns whether a path, which may not exist, has this format.
        read: returns the tables of the file `Context.path`.
    """

    name: str
    matches: Callable[[Path], bool]
    read: Callable[[Context], Definitions]


@dataclass(frozen=True, slots=True)
class Format:
    """A format of YAML or JSON that is not that of a config file.

    Attributes:
        name: in messages.
        matches: returns whether a document has this format.
        read: returns its tables.
    """

    name: str
    matches: Callable[[Value], bool]
    read: Callable[[Value, Context], Definitions]


def recognize_file(path: Path) -> FileFormat | None:
    """Return the format of a file that is neither YAML nor JSON."""
    return next((format for format in FILE_FORMATS if format.matches(path)), None)


def recognize(root: Value) -> Format | None:
    """Return the format of a document; `None` if it is a config file, or its format is unknown."""
    return next((format for format in FORMATS if format.matches(root)), None)


def _has_resources(root: Value) -> bool:
    resources = root.get("Resources")
    is_template = any(root.get(key) is not None for key in ("AWSTemplateFormatVersion", "Transform"))
    return is_template or (resources is not None and _are_resources(resources))


def _are_resources(value: Value) -> bool:
    """Return whether a value is a map of CloudFormation resources, of which one is a table."""
    return any(is_resource(part) for _, part in value.entries())


def _read_resources(root: Value, context: Context) -> Definitions:
    return read_template(root.with_data({"Resources": root}), context)


FORMATS: tuple[Format, ...] = (
    Format("Terraform plan or state", is_show, read_show),
    Format("Terraform state", is_state, read_state),
    Format("Serverless Framework service", is_service, read_service),
    Format("Serverless Compose file", is_composition, read_composition),
    Format("part of a Serverless Framework service", is_fragment, read_fragment),
    Format("CloudFormation template", _has_resources, read_template),
    Format("map of CloudFormation resources", _are_resources, _read_resources),
    Format("NoSQL Workbench model", is_model, read_model),
    Format("part of a Serverless Framework service", has_nested_tables, read_fragment),
    Format("list of CreateTable requests", describes_tables, read_descriptions),
    Format("file of another tool", is_other, read_other),
)
FILE_FORMATS: tuple[FileFormat, ...] = (
    FileFormat("Serverless Framework service", is_code, read_code),
    FileFormat("JavaScript module", is_module, read_module),
    FileFormat("PynamoDB module", is_python, read_models),
    FileFormat("Terraform configuration", is_configuration, read_configuration),
    FileFormat("file of another tool", is_other_file, read_other_file),
)
