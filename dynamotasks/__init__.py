"""DynamoDB tables, written down once: Invoke tasks for the laptop, the account and CI.

In your `tasks.py`: `from dynamotasks import db`, then `ns = Collection(db)`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import connect as connect
    from .api import plan as plan
    from .api import replacement as replacement
    from .aws.client import Database as Database
    from .cli.tasks import db as db
    from .config import Config as Config
    from .config import load as load
    from .data.replace import Replacement as Replacement
    from .data.replace import replace_table as replace_table
    from .errors import ConfigError as ConfigError
    from .errors import DynamotasksError as DynamotasksError
    from .migrate.executor import ApplyEvent as ApplyEvent
    from .migrate.executor import apply as apply
    from .migrate.plan import Plan as Plan
    from .schema.table_spec import TableSpec as TableSpec

__version__ = "0.1.0"

_HOMES = {
    "Config": "config",
    "ConfigError": "errors",
    "Database": "aws.client",
    "DynamotasksError": "errors",
    "Plan": "migrate.plan",
    "ApplyEvent": "migrate.executor",
    "Replacement": "data.replace",
    "TableSpec": "schema.table_spec",
    "apply": "migrate.executor",
    "connect": "api",
    "db": "cli.tasks",
    "load": "config",
    "plan": "api",
    "replace_table": "data.replace",
    "replacement": "api",
}

__all__ = [
    "ApplyEvent",
    "Config",
    "ConfigError",
    "Database",
    "DynamotasksError",
    "Plan",
    "Replacement",
    "TableSpec",
    "__version__",
    "apply",
    "connect",
    "db",
    "load",
    "plan",
    "replace_table",
    "replacement",
]


def __getattr__(name: str) -> Any:
    # A name is imported when it is used: `inv --list` needs `db` alone.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
