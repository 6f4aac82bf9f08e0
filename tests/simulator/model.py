"""DynamoDB's control plane in memory, with responses that a test can prescribe."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from . import by_arn, policies, settings, tables
from .answers import Parameters, Refusal, error
from .describing import ACCOUNT, REGION
from .faults import Faults
from .filling import describe_filling
from .keys import describe_key
from .scaling import describe_targets
from .store import Store
from .updating import update_table

OPERATIONS: dict[str, Callable[[Any, Parameters], dict[str, Any]]] = {
    "ListTables": tables.list_tables,
    "CreateTable": tables.create_table,
    "DescribeTable": tables.describe_table,
    "UpdateTable": update_table,
    "DeleteTable": tables.delete_table,
    "Scan": tables.scan,
    "DescribeTimeToLive": settings.describe_ttl,
    "UpdateTimeToLive": settings.update_ttl,
    "DescribeContinuousBackups": settings.describe_backups,
    "UpdateContinuousBackups": settings.update_backups,
    "DescribeContributorInsights": settings.describe_insights,
    "UpdateContributorInsights": settings.update_insights,
    "DescribeKinesisStreamingDestination": settings.describe_kinesis,
    "EnableKinesisStreamingDestination": settings.enable_kinesis,
    "DisableKinesisStreamingDestination": settings.disable_kinesis,
    "UpdateKinesisStreamingDestination": settings.update_kinesis,
    "ListTagsOfResource": by_arn.list_tags,
    "TagResource": by_arn.tag,
    "UntagResource": by_arn.untag,
    "GetResourcePolicy": policies.get,
    "PutResourcePolicy": policies.put,
    "DeleteResourcePolicy": policies.delete,
    "DescribeScalableTargets": describe_targets,
    "DescribeKey": describe_key,
    "GetMetricStatistics": describe_filling,
}


@dataclass(kw_only=True, eq=False, repr=False)
class ControlPlane(Store):
    """Executes operations one at a time, on the time of `clock`.

    Attributes:
        errors: the next responses of an operation, as (HTTP status, code, message).
        forever: the response of an operation to all calls.
        calls: the operations in order, with their parameters.
        scalable: the resource ids of Application Auto Scaling targets, such as `table/users`.
        filled: the backfill progress in CloudWatch in percent, by (table, index).
        faults: the faults that the server injects.
        server_header, endpoint: of the HTTP server, if it runs.
    """

    errors: dict[str, list[tuple[int, str, str]]] = field(default_factory=lambda: defaultdict(list))
    forever: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    calls: list[tuple[str, Parameters]] = field(default_factory=list)
    scalable: set[str] = field(default_factory=set)
    filled: dict[tuple[str, str], float] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    server_header: str = "Server"
    endpoint: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, operation: str, parameters: Parameters) -> tuple[int, dict[str, Any]]:
        """Return the HTTP status and the document for a call."""
        with self.lock:
            self.calls.append((operation, parameters))
            if prescribed := self._prescribed(operation):
                return error(*prescribed)
            if operation not in OPERATIONS:
                return error(400, "UnknownOperationException", "")
            self.settle()
            try:
                return 200, OPERATIONS[operation](self, parameters)
            except Refusal as refusal:
                return refusal.answer
            finally:
                self.settle()

    def deny(self, *operations: str) -> None:
        """Deny these operations from now on, with the message of IAM.

        Documented: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
        """
        for operation in operations:
            action, resource = f"dynamodb:{operation}", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/*"
            message = (
                f"User: arn:aws:iam::{ACCOUNT}:user/someone is not authorized to perform: {action} on resource: "
                f"{resource} because no identity-based policy allows the {action} action"
            )
            self.forever[operation] = (400, "AccessDeniedException", message)

    def replicate(
        self,
        name: str,
        *regions: str,
        status: str | None = None,
        version: str = "2019.11.21",
        consistency: str | None = None,
    ) -> None:
        """Add replicas to a table; replicas without a status follow the changes of the table."""
        with self.lock:
            table = self.tables[name]
            replicas = {**table.replicas, **dict.fromkeys(regions, status)}
            self.write(replace(table, replicas=replicas, global_version=version, consistency=consistency))

    def _prescribed(self, operation: str) -> tuple[int, str, str] | None:
        return self.errors[operation].pop(0) if self.errors[operation] else self.forever.get(operation)
