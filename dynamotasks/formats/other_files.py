"""Recognize unsupported files, and report which file to specify instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..config.positions import Place
from ..config.source import display_name
from ..suggestions import close_to
from .context import Context
from .foreign_table import Definitions
from .parameter_files import parameters_of
from .value import Value

_TEMPLATE = "specify the template that declares the tables"
_DECLARING = "specify the file that declares the tables, such as template.yaml or serverless.yml"
_AS_SEED = "specify it as the `seed` of a table; declare the table with the output of `aws dynamodb describe-table`"
FROM_CODE = "create its tables locally, then write a config with `db.describe`"


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of file without tables.

    Attributes:
        matches: returns whether a document is of this kind.
    """

    name: str
    matches: Callable[[Value], bool]
    hint: str


def _with(*required: str, one_of: tuple[str, ...] = ()) -> Callable[[Value], bool]:
    """Return a function that returns whether a map has all of some keys and, if any are given, one of others."""

    def matches(root: Value) -> bool:
        keys = dict(root.entries()).keys()
        return keys >= set(required) and (not one_of or bool(keys & set(one_of)))

    return matches


def _parts_with(key: str | None, *names: str) -> Callable[[Value], bool]:
    """Return a function that returns whether all parts of a value, or of its key, are maps with one of some keys."""

    def matches(root: Value) -> bool:
        value = root if key is None else root.get(key)
        parts = [] if value is None else [*value.items(), *(part for _, part in value.entries())]
        return bool(parts) and all(any(part.get(name) for name in names) for part in parts)

    return matches


def _requests(root: Value) -> bool:
    value = root.get("RequestItems") or root
    lists = [part for _, part in value.entries()]
    return bool(lists) and all(_parts_with(None, "PutRequest", "DeleteRequest")(part) for part in lists)


_KINDS = (
    _Kind("a Scan or Query response", _with("Items", one_of=("Count", "ScannedCount")), _AS_SEED),
    _Kind("a BatchWriteItem request", _requests, _AS_SEED),
    _Kind("a Compose file", _parts_with("services", "image", "build", "extends"), _DECLARING),
    _Kind("an OpenAPI document", _with(one_of=("openapi", "swagger")), _DECLARING),
    _Kind("a package-lock.json", _with("lockfileVersion"), _DECLARING),
    _Kind("a package.json", _with("name", one_of=("dependencies", "devDependencies", "scripts")), _DECLARING),
    _Kind("a GitHub Actions workflow", _with("jobs", one_of=("on", "true")), _DECLARING),
    _Kind("a Kubernetes manifest", _with("apiVersion", "kind"), _DECLARING),
    _Kind("a SAM CLI config file", _with("version", "default"), "specify the template, such as template.yaml"),
    _Kind(
        "an AWS CDK manifest",
        _with("artifacts", "version"),
        "specify the template next to it, STACK.template.json",
    ),
    _Kind("a cdk.json", _with("app"), "run `cdk synth`, then specify cdk.out/STACK.template.json"),
    _Kind(
        "an Amplify storage resource",
        _with("resourceName", "partitionKey"),
        "run `amplify build`, then specify the template in the `build` folder next to it",
    ),
    _Kind(
        "an Amplify config file",
        _with(one_of=("awscloudformation", "amplify-meta", "amplify-cli-version")),
        "run `amplify build`, then specify a template below amplify/backend",
    ),
    _Kind("a GraphQL schema", _with(one_of=("__schema",)), _TEMPLATE),
    _Kind(
        "a CloudFormation parameter file",
        lambda root: parameters_of(root) is not None,
        "specify the template as well: --config TEMPLATE --config FILE",
    ),
    _Kind(
        "a GetTemplate response",
        _with("TemplateBody"),
        "save the template only: `aws cloudformation get-template --query TemplateBody`",
    ),
    _Kind("a DescribeStacks response", _with("Stacks"), "save the output of `aws cloudformation get-template`"),
    _Kind("a manifest of a table export", _with("exportArn"), "save the output of `aws dynamodb describe-table`"),
    _Kind("a Step Functions state machine", _with("StartAt", "States"), _DECLARING),
    _Kind("an IAM policy", _with("Statement"), _DECLARING),
    _Kind("a tsconfig.json", _with("compilerOptions"), _DECLARING),
    _Kind("a Pulumi project", _with("name", "runtime"), FROM_CODE),
)
_SUFFIXES = {
    ".toml": ("a TOML file", _DECLARING),
    ".graphql": ("a GraphQL schema", _TEMPLATE),
    ".sh": ("a shell script", FROM_CODE),
    ".bash": ("a shell script", FROM_CODE),
    ".java": ("Java code", FROM_CODE),
    ".kt": ("Kotlin code", FROM_CODE),
    ".go": ("Go code", FROM_CODE),
    ".rb": ("Ruby code", FROM_CODE),
    ".cs": ("C# code", FROM_CODE),
    ".rs": ("Rust code", FROM_CODE),
    ".php": ("PHP code", FROM_CODE),
    ".zip": ("an archive", _TEMPLATE),
    ".csv": ("a CSV file", _DECLARING),
    ".xml": ("an XML file", _DECLARING),
}


def is_other(root: Value) -> bool:
    """Return whether a document is certainly not a config, and has no tables that can be read."""
    if "//json-schema.org/" in (root.text_at("$schema") or ""):
        return False  # `config` reports it
    if root.get("tables") is not None or root.get("environments") is not None:
        return False
    return _kind(root) is not None or root.get("TableNames") is not None or _is_unknown(root)


def read_other(root: Value, context: Context) -> Definitions:
    """Report that a document has no tables."""
    definitions = Definitions()
    kind = _kind(root)
    if kind is not None:
        definitions.report(root.place, f"this is {kind.name}, not a table definition", kind.hint)
    elif root.get("TableNames") is not None:
        name = next((part.text for part in root.items_at("TableNames") if part.text), "NAME")
        hint = f"save the output of `aws dynamodb describe-table --table-name {name}`"
        definitions.report(root.place, "this is a ListTables response, which contains only table names", hint)
    else:
        keys = ", ".join([key for key, _ in root.entries()][:3])
        message = f"unknown file format: found the keys {keys}, but no 'tables'"
        hint = "declare tables below `tables:`; docs/formats.md lists the supported formats"
        definitions.report(root.place, message, hint)
    return definitions


def is_other_file(path: Path) -> bool:
    """Return whether the suffix of a path is that of an unsupported kind of file."""
    return path.suffix.lower() in _SUFFIXES


def read_other_file(context: Context) -> Definitions:
    """Report that a file is not supported."""
    name, hint = _SUFFIXES[context.path.suffix.lower()]
    if context.path.name == "samconfig.toml":
        name, hint = "a SAM CLI config file", "specify the template, such as template.yaml"
    definitions = Definitions()
    definitions.report(Place(display_name(context.path)), f"this is {name}, which is not supported", hint)
    return definitions


def _kind(root: Value) -> _Kind | None:
    return next((kind for kind in _KINDS if kind.matches(root)), None)


def _is_unknown(root: Value) -> bool:
    """Return whether no key of a map could be a misspelled key of a config."""
    keys = [key for key, _ in root.entries() if not key.startswith(("x-", "$"))]
    return bool(keys) and not any(close_to(key.lower(), ("tables", "environments")) for key in keys)
