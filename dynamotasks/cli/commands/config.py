"""Tasks that read only the config: `db.validate`, `db.schema`."""

from __future__ import annotations

import json

from ...config.target import environment_of
from ...errors import ConfigError, UsageError
from ..formatting import count
from .command import Command


def schema(command: Command) -> None:
    """Print the JSON Schema of the config."""
    from ...config.json_schema import json_schema

    command.out.document(json.dumps(json_schema(), indent=2))


def validate(command: Command, format: str) -> None:
    """Validate the config; send nothing."""
    if format not in ("text", "github"):
        raise UsageError(f"invalid --format {format!r}", hint="expected one of: text, github")
    if format == "github" and command.out.as_json:
        raise UsageError("--json and --format github cannot be combined", hint="omit one of them")
    command.out.verbose = True
    try:
        config = command.config
    except ConfigError as error:
        if format == "github":
            for problem in error.shown:
                command.out.annotation(problem)
        raise
    environment_of(command.settings, config.environments)
    command.selected({table.name for table in config.tables})
    command.out.line("=", f"{count(len(config.tables), 'table')} in {', '.join(config.files)}: no problems")
    command.out.json({"ok": True, "problems": [], "tables": [table.name for table in config.tables]})
