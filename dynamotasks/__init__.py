"""DynamoDB tables, declared once: Invoke tasks and a typed library that plan and apply changes.

In your `tasks.py`: `from dynamotasks import db`, then `ns = Collection(db)`. docs/library.md describes the library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import apply as apply
    from .api import connect as connect
    from .api import declared_tables as declared_tables
    from .api import load as load
    from .api import plan as plan
    from .api import plan_drop as plan_drop
    from .api import plan_reset as plan_reset
    from .api import status as status
    from .api_data import dump as dump
    from .api_data import plan_load as plan_load
    from .api_data import plan_replacement as plan_replacement
    from .api_data import plan_truncation as plan_truncation
    from .api_data import read_seeds as read_seeds
    from .api_data import seed as seed
    from .api_engine import down as down
    from .api_engine import up as up
    from .aws.capabilities import Engine as Engine
    from .aws.client import Database as Database
    from .aws.target import Target as Target
    from .cli.tasks import db as db
    from .config import Config as Config
    from .config.environments import Environment as Environment
    from .data.dumps.dumper import DumpEvent as DumpEvent
    from .data.dumps.dumper import DumpOptions as DumpOptions
    from .data.dumps.load import LoadEvent as LoadEvent
    from .data.dumps.load import LoadPlan as LoadPlan
    from .data.dumps.load import TableCreated as TableCreated
    from .data.dumps.load import TableLoad as TableLoad
    from .data.dumps.load import TableLoaded as TableLoaded
    from .data.dumps.load import load_dump as load_dump
    from .data.dumps.manifest import DumpedTable as DumpedTable
    from .data.dumps.manifest import DumpManifest as DumpManifest
    from .data.dumps.manifest import FileRecord as FileRecord
    from .data.engine_stop import EngineStop as EngineStop
    from .data.item_json import ItemSummary as ItemSummary
    from .data.replacement.item_copy import ItemsCopied as ItemsCopied
    from .data.replacement.item_copy import ItemsRestored as ItemsRestored
    from .data.replacement.item_copy import ReplaceEvent as ReplaceEvent
    from .data.replacement.plan import Replacement as Replacement
    from .data.replacement.project_backups import UnfinishedBackup as UnfinishedBackup
    from .data.replacement.replace import replace_table as replace_table
    from .data.seeding import Seeds as Seeds
    from .data.seeding import TableSeed as TableSeed
    from .data.throughput import Throughput as Throughput
    from .data.transfer import Transferred as Transferred
    from .data.truncate import TableToTruncate as TableToTruncate
    from .data.truncate import TableTruncated as TableTruncated
    from .data.truncate import TruncateEvent as TruncateEvent
    from .data.truncate import Truncation as Truncation
    from .data.truncate import truncate as truncate
    from .engines.engine_record import EngineRecord as EngineRecord
    from .engines.lifecycle import RunningEngine as RunningEngine
    from .engines.observer import Observer as Observer
    from .engines.options import EngineOptions as EngineOptions
    from .engines.selection import SkippedBackend as SkippedBackend
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
    from .migrate.operations.base import Impossible as Impossible
    from .migrate.operations.base import Operation as Operation
    from .migrate.operations.base import ReplicaEffect as ReplicaEffect
    from .migrate.operations.base import Sign as Sign
    from .migrate.operations.indexes import AddIndex as AddIndex
    from .migrate.operations.indexes import DeleteIndex as DeleteIndex
    from .migrate.operations.properties import ChangeCapacity as ChangeCapacity
    from .migrate.operations.properties import ChangeDeletionProtection as ChangeDeletionProtection
    from .migrate.operations.properties import ChangeEncryption as ChangeEncryption
    from .migrate.operations.properties import ChangeTableClass as ChangeTableClass
    from .migrate.operations.properties import DisableStream as DisableStream
    from .migrate.operations.properties import EnableStream as EnableStream
    from .migrate.operations.properties import RaiseWarmThroughput as RaiseWarmThroughput
    from .migrate.operations.settings import ChangeBackups as ChangeBackups
    from .migrate.operations.settings import ChangeContributorInsights as ChangeContributorInsights
    from .migrate.operations.settings import ChangeKinesisStream as ChangeKinesisStream
    from .migrate.operations.settings import DisableTimeToLive as DisableTimeToLive
    from .migrate.operations.settings import EnableTimeToLive as EnableTimeToLive
    from .migrate.operations.settings import PutResourcePolicy as PutResourcePolicy
    from .migrate.operations.settings import RemoveTags as RemoveTags
    from .migrate.operations.settings import SetTags as SetTags
    from .migrate.operations.tables import CopyItems as CopyItems
    from .migrate.operations.tables import CreateTable as CreateTable
    from .migrate.operations.tables import DeleteTable as DeleteTable
    from .migrate.operations.tables import RestoreItems as RestoreItems
    from .migrate.operations.tables import WaitUntilIdle as WaitUntilIdle
    from .migrate.plan import Plan as Plan
    from .migrate.plan import TablePlan as TablePlan
    from .migrate.plan import TableState as TableState
    from .migrate.plan import TargetTable as TargetTable
    from .migrate.risks import Caution as Caution
    from .migrate.risks import Risk as Risk
    from .migrate.risks import Severity as Severity
    from .migrate.status import Status as Status
    from .migrate.status import TableStatus as TableStatus
    from .schema.diff import Change as Change
    from .schema.live_table import Activity as Activity
    from .schema.live_table import LiveTable as LiveTable
    from .schema.property_path import PropertyPath as PropertyPath
    from .schema.serialization import Call as Call
    from .schema.table_spec import Attribute as Attribute
    from .schema.table_spec import ContributorInsights as ContributorInsights
    from .schema.table_spec import Encryption as Encryption
    from .schema.table_spec import GlobalSecondaryIndex as GlobalSecondaryIndex
    from .schema.table_spec import Key as Key
    from .schema.table_spec import KinesisStream as KinesisStream
    from .schema.table_spec import LocalSecondaryIndex as LocalSecondaryIndex
    from .schema.table_spec import OnDemandThroughput as OnDemandThroughput
    from .schema.table_spec import PointInTimeRecovery as PointInTimeRecovery
    from .schema.table_spec import Projection as Projection
    from .schema.table_spec import ProvisionedThroughput as ProvisionedThroughput
    from .schema.table_spec import SearchKey as SearchKey
    from .schema.table_spec import StreamSpecification as StreamSpecification
    from .schema.table_spec import TableSpec as TableSpec
    from .schema.table_spec import TimeToLive as TimeToLive
    from .schema.table_spec import VectorAttribute as VectorAttribute
    from .schema.table_spec import VectorIndex as VectorIndex
    from .schema.table_spec import WarmThroughput as WarmThroughput

__version__ = "0.1.0"

_NAMES = {
    "api": "apply connect declared_tables load plan plan_drop plan_reset status",
    "api_data": "dump plan_load plan_replacement plan_truncation read_seeds seed",
    "api_engine": "down up",
    "aws.capabilities": "Engine",
    "aws.client": "Database",
    "aws.target": "Target",
    "cli.tasks": "db",
    "data.replacement.project_backups": "UnfinishedBackup",
    "engines.lifecycle": "RunningEngine",
    "engines.observer": "Observer",
    "engines.options": "EngineOptions",
    "engines.selection": "SkippedBackend",
    "engines.engine_record": "EngineRecord",
    "config": "Config",
    "config.environments": "Environment",
    "data.dumps.dumper": "DumpEvent DumpOptions",
    "data.dumps.manifest": "DumpedTable DumpManifest FileRecord",
    "data.item_json": "ItemSummary",
    "data.dumps.load": "LoadEvent LoadPlan TableCreated TableLoad TableLoaded load_dump",
    "data.throughput": "Throughput",
    "data.transfer": "Transferred",
    "data.replacement.item_copy": "ItemsCopied ItemsRestored ReplaceEvent",
    "data.engine_stop": "EngineStop",
    "data.replacement.replace": "replace_table",
    "data.replacement.plan": "Replacement",
    "data.seeding": "Seeds TableSeed",
    "data.truncate": "TableToTruncate TableTruncated TruncateEvent Truncation truncate",
    "errors": (
        "CallError ConfigError DynamotasksError EngineError Hint Interrupted NoAnswer Problem StepError TargetError "
        "Task Unavailable Unrecognized UsageError"
    ),
    "migrate.events": (
        "ApplyEvent Cause ErrorResponse OperationEnded OperationStarted OperationWaiting Outcome Reading "
        "TableFinished TableReplanned TtlSuspended"
    ),
    "migrate.operations.base": "Impossible Operation ReplicaEffect Sign",
    "migrate.operations.indexes": "AddIndex DeleteIndex",
    "migrate.operations.properties": (
        "ChangeCapacity ChangeDeletionProtection ChangeEncryption ChangeTableClass DisableStream EnableStream "
        "RaiseWarmThroughput"
    ),
    "migrate.operations.settings": (
        "ChangeBackups ChangeContributorInsights ChangeKinesisStream DisableTimeToLive EnableTimeToLive "
        "PutResourcePolicy RemoveTags SetTags"
    ),
    "migrate.operations.tables": "CopyItems CreateTable DeleteTable RestoreItems WaitUntilIdle",
    "migrate.risks": "Caution Risk Severity",
    "migrate.plan": "Plan TablePlan TableState TargetTable",
    "migrate.status": "Status TableStatus",
    "schema.diff": "Change",
    "schema.live_table": "Activity LiveTable",
    "schema.property_path": "PropertyPath",
    "schema.serialization": "Call",
    "schema.table_spec": (
        "Attribute ContributorInsights Encryption GlobalSecondaryIndex Key KinesisStream LocalSecondaryIndex "
        "OnDemandThroughput PointInTimeRecovery Projection ProvisionedThroughput SearchKey StreamSpecification "
        "TableSpec TimeToLive VectorAttribute VectorIndex WarmThroughput"
    ),
}
_MODULES = {name: module for module, names in _NAMES.items() for name in names.split()}

__all__ = ["__version__", *_MODULES]


def __getattr__(name: str) -> Any:
    """Import a public name when it is used: `inv --list` needs `db` alone."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_MODULES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
