"""The operations that a plan consists of, one class each."""

from .base import Impossible, Operation, ReplicaEffect, Sign
from .indexes import BILLING_MODE, AddIndex, DeleteIndex, Index, index_list, index_path, key_attributes
from .items import CopyItems, RestoreItems
from .properties import (
    STREAM,
    ChangeCapacity,
    ChangeEncryption,
    ChangeTableClass,
    DisableDeletionProtection,
    DisableStream,
    EnableDeletionProtection,
    EnableStream,
    RaiseWarmThroughput,
)
from .settings import (
    ChangeBackups,
    ChangeContributorInsights,
    DisableKinesisStream,
    DisableTimeToLive,
    EnableKinesisStream,
    EnableTimeToLive,
    PutResourcePolicy,
    RemoveTags,
    SetTags,
    UpdateKinesisStream,
)
from .tables import CreateTable, DeleteTable, WaitUntilIdle

__all__ = [
    "BILLING_MODE",
    "STREAM",
    "AddIndex",
    "ChangeBackups",
    "ChangeCapacity",
    "ChangeContributorInsights",
    "ChangeEncryption",
    "ChangeTableClass",
    "CopyItems",
    "CreateTable",
    "DeleteIndex",
    "DeleteTable",
    "DisableDeletionProtection",
    "DisableKinesisStream",
    "DisableStream",
    "DisableTimeToLive",
    "EnableDeletionProtection",
    "EnableKinesisStream",
    "EnableStream",
    "EnableTimeToLive",
    "Impossible",
    "Index",
    "Operation",
    "PutResourcePolicy",
    "RaiseWarmThroughput",
    "RemoveTags",
    "ReplicaEffect",
    "RestoreItems",
    "SetTags",
    "Sign",
    "UpdateKinesisStream",
    "WaitUntilIdle",
    "index_list",
    "index_path",
    "key_attributes",
]
