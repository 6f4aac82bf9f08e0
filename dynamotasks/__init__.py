"""DynamoDB tables, declared once: Invoke tasks and a typed library that plan and apply changes.

In your `tasks.py`: `from dynamotasks import db`, then `ns = Collection(db)`. docs/library.md describes the library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import connect as connect
    from .api import load as load
    from .api import plan as plan
    from .api import plan_drop as plan_drop
    from .api import plan_replacement as plan_replacement
    from .api import plan_reset as plan_reset
    from .api import status as status
    from .aws.capabilities import Engine as Engine
    from .aws.client import Database as Database
    from .aws.target import Target as Target
    from .cli.tasks import db as db
    from .config import Config as Config
    from .config.environments import Environment as Environment
    from .data.item_copy import ItemsCopied as ItemsCopied
    from .data.item_copy import ItemsRestored as ItemsRestored
    from .data.replace import Replacement as Replacement
    from .data.replace import replace_table as replace_table
    from .errors import CallError as CallError
    from .errors import ConfigError as ConfigError
    from .errors import DynamotasksError as DynamotasksError
    from .errors import EngineError as EngineError
    from .errors import Hint as Hint
    from .errors import Interrupted as Interrupted
    from .errors import NoAnswer as NoAnswer
    from .errors import Problem as Problem
    from .errors import StepError as StepError
    from .errors import TargetError as TargetError
    from .errors import Task as Task
    from .errors import Unavailable as Unavailable
    from .errors import Unrecognized as Unrecognized
    from .errors import UsageError as UsageError
    from .migrate.events import ApplyEvent as ApplyEvent
    from .migrate.events import Cause as Cause
    from .migrate.events import ErrorResponse as ErrorResponse
    from .migrate.events import OperationEnded as OperationEnded
    from .migrate.events import OperationStarted as OperationStarted
    from .migrate.events import OperationWaiting as OperationWaiting
    from .migrate.events import Outcome as Outcome
    from .migrate.events import Reading as Reading
    from .migrate.events import TableFinished as TableFinished
    from .migrate.events import TableReplanned as TableReplanned
    from .migrate.events import TtlSuspended as TtlSuspended
    from .migrate.executor import apply as apply
    from .migrate.operations import Operation as Operation
    from .migrate.plan import Plan as Plan
    from .migrate.plan import TablePlan as TablePlan
    from .migrate.status import Status as Status
    from .migrate.status import TableStatus as TableStatus
    from .schema.diff import Change as Change
    from .schema.live_table import Activity as Activity
    from .schema.live_table import LiveTable as LiveTable
    from .schema.property_path import PropertyPath as PropertyPath
    from .schema.serialization import Call as Call
    from .schema.table_spec import TableSpec as TableSpec

__version__ = "0.1.0"

_MODULES = {
    "Activity": "schema.live_table",
    "ApplyEvent": "migrate.events",
    "Call": "schema.serialization",
    "CallError": "errors",
    "Cause": "migrate.events",
    "Change": "schema.diff",
    "Config": "config",
    "ConfigError": "errors",
    "Database": "aws.client",
    "DynamotasksError": "errors",
    "Engine": "aws.capabilities",
    "EngineError": "errors",
    "Environment": "config.environments",
    "ErrorResponse": "migrate.events",
    "Hint": "errors",
    "Interrupted": "errors",
    "ItemsCopied": "data.item_copy",
    "ItemsRestored": "data.item_copy",
    "LiveTable": "schema.live_table",
    "NoAnswer": "errors",
    "Operation": "migrate.operations",
    "OperationEnded": "migrate.events",
    "OperationStarted": "migrate.events",
    "OperationWaiting": "migrate.events",
    "Outcome": "migrate.events",
    "Plan": "migrate.plan",
    "Problem": "errors",
    "PropertyPath": "schema.property_path",
    "Reading": "migrate.events",
    "Replacement": "data.replace",
    "Status": "migrate.status",
    "StepError": "errors",
    "TableFinished": "migrate.events",
    "TablePlan": "migrate.plan",
    "TableReplanned": "migrate.events",
    "TableSpec": "schema.table_spec",
    "TableStatus": "migrate.status",
    "Target": "aws.target",
    "TargetError": "errors",
    "Task": "errors",
    "TtlSuspended": "migrate.events",
    "Unavailable": "errors",
    "Unrecognized": "errors",
    "UsageError": "errors",
    "apply": "migrate.executor",
    "connect": "api",
    "db": "cli.tasks",
    "load": "api",
    "plan": "api",
    "plan_drop": "api",
    "plan_replacement": "api",
    "plan_reset": "api",
    "replace_table": "data.replace",
    "status": "api",
}

__all__ = ["__version__", *_MODULES]


def __getattr__(name: str) -> Any:
    """Import a public name when it is used: `inv --list` needs `db` alone."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_MODULES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
