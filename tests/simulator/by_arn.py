"""Tags and resource policies: the operations that know a table by its ARN."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from . import shapes
from .answers import Parameters, Refusal, in_use, limit_exceeded
from .store import Store
from .table import View


def list_tags(store: Store, parameters: Parameters) -> dict[str, Any]:
    tags = store.of_arn(parameters["ResourceArn"], store.look).table.tags
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


def tag(store: Store, parameters: Parameters) -> dict[str, Any]:
    view = store.of_arn(parameters["ResourceArn"], store.find)
    for mistake in shapes.tags(parameters["Tags"], standing=view.table.tags):
        raise mistake
    _write_tags(store, view, {**view.table.tags, **{each["Key"]: each["Value"] for each in parameters["Tags"]}})
    return {}


def untag(store: Store, parameters: Parameters) -> dict[str, Any]:
    view = store.of_arn(parameters["ResourceArn"], store.find)
    _write_tags(store, view, {k: v for k, v in view.table.tags.items() if k not in parameters["TagKeys"]})
    return {}


def _write_tags(store: Store, view: View, tags: Mapping[str, str]) -> None:
    """Reported: a write locks the tags for about 1.6 s; one that changes nothing does not, but meets the lock too."""
    if view.at < view.table.tagged + store.tag_lock:
        raise limit_exceeded(f"Table tags are being updated: {view.table.name}")
    if view.status == "DELETING":
        raise in_use(f"Table is being deleted: {view.table.name}")
    if tags != view.table.tags:
        store.write(replace(view.table, tags=tags, tagged=view.at))


def get_policy(store: Store, parameters: Parameters) -> dict[str, Any]:
    arn = parameters["ResourceArn"]
    policy = store.of_arn(arn, store.look).table.policy
    if policy is None:
        raise _no_policy(arn)
    return {"Policy": policy, "RevisionId": _revision(policy)}


def put_policy(store: Store, parameters: Parameters) -> dict[str, Any]:
    policy = parameters["Policy"]
    for mistake in shapes.policy(policy):
        raise mistake
    _write_policy(store, parameters["ResourceArn"], policy)
    return {"RevisionId": _revision(policy)}


def delete_policy(store: Store, parameters: Parameters) -> dict[str, Any]:
    arn = parameters["ResourceArn"]
    if store.of_arn(arn, store.find).table.policy is None:
        raise _no_policy(arn)
    _write_policy(store, arn, None)
    return {}


def _write_policy(store: Store, arn: str, policy: str | None) -> None:
    """Reported: a write keeps the next one, and DeleteTable, out for about 2 s."""
    view = store.of_arn(arn, store.find)
    if view.status == "DELETING":
        raise in_use(f"Table is being deleted: {view.table.name}")
    if view.at < view.table.policy_written + store.policy_lock:
        raise in_use(f"Table is pending previous resource-based policy update: {view.table.name}")
    store.write(replace(view.table, policy=policy, policy_written=view.at))


def _no_policy(arn: str) -> Refusal:
    return Refusal("PolicyNotFoundException", f"Resource-based policy not found for the provided ResourceArn: {arn}")


def _revision(policy: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, policy))
