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
    from .client import Database as Database
    from .config import Config as Config
    from .config import load as load
    from .errors import ConfigError as ConfigError
    from .errors import DynamotasksError as DynamotasksError
    from .replacing import Replacement as Replacement
    from .replacing import replace_table as replace_table
    from .runner import Progress as Progress
    from .runner import apply as apply
    from .spec import TableSpec as TableSpec
    from .steps import Plan as Plan
    from .tasks import db as db

__version__ = "0.1.0"

_HOMES = {
    "Config": "config",
    "ConfigError": "errors",
    "Database": "client",
    "DynamotasksError": "errors",
    "Plan": "steps",
    "Progress": "runner",
    "Replacement": "replacing",
    "TableSpec": "spec",
    "apply": "runner",
    "connect": "api",
    "db": "tasks",
    "load": "config",
    "plan": "api",
    "replace_table": "replacing",
    "replacement": "api",
}

__all__ = [
    "Config",
    "ConfigError",
    "Database",
    "DynamotasksError",
    "Plan",
    "Progress",
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
