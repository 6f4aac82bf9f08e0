"""Resource policies, and how the service rewrites them."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import replace
from typing import Any

from . import shapes
from .answers import Parameters, Refusal, in_use
from .store import Store

_ACCOUNT = re.compile(r"\d{12}")


def get(store: Store, parameters: Parameters) -> dict[str, Any]:
    arn = parameters["ResourceArn"]
    table = store.of_arn(arn, store.look).table
    if table.policy is None:
        raise _no_policy(arn)
    return {"Policy": table.policy, "RevisionId": _revision(table.id, table.policy_revision)}


def put(store: Store, parameters: Parameters) -> dict[str, Any]:
    """Documented: putting the same policy keeps its revision (API_PutResourcePolicy.html)."""
    for mistake in shapes.policy(parameters["Policy"]):
        raise mistake
    return _write(store, parameters, rewritten(parameters["Policy"]))


def delete(store: Store, parameters: Parameters) -> dict[str, Any]:
    arn = parameters["ResourceArn"]
    if store.of_arn(arn, store.find).table.policy is None:
        raise _no_policy(arn)
    return _write(store, parameters, None)


def _write(store: Store, parameters: Parameters, policy: str | None) -> dict[str, Any]:
    """Reported: a write blocks the next one, and DeleteTable, for about 2 s."""
    view = store.of_arn(parameters["ResourceArn"], store.find)
    table = view.table
    if view.status == "DELETING":
        raise in_use(f"Table is being deleted: {table.name}")
    _refuse_unexpected(parameters, _revision(table.id, table.policy_revision) if table.policy else "NO_POLICY")
    if view.at < table.policy_written + store.policy_lock:
        raise in_use(f"Table is pending previous resource-based policy update: {table.name}")
    revision = table.policy_revision + (policy != table.policy)
    store.write(replace(table, policy=policy, policy_revision=revision, policy_written=view.at))
    return {"RevisionId": _revision(table.id, revision)}


def _refuse_unexpected(parameters: Parameters, current: str) -> None:
    """Documented: PolicyNotFoundException, also if the revision differs (API_PutResourcePolicy.html)."""
    if parameters.get("ExpectedRevisionId", current) != current:
        raise _no_policy(parameters["ResourceArn"])


def rewritten(policy: str) -> str:
    """Return the policy as the service returns it: reformatted, with account ids as root ARNs.

    Documented, that both are one and that services tell the ARN:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    document = json.loads(policy)
    statements = document["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal") if isinstance(statement, dict) else None
        if isinstance(principal, dict) and "AWS" in principal:
            principal["AWS"] = _roots(principal["AWS"])
    return json.dumps(document)


def _roots(names: Any) -> Any:
    if isinstance(names, list):
        return [_roots(name) for name in names]
    is_account = isinstance(names, str) and _ACCOUNT.fullmatch(names)
    return f"arn:aws:iam::{names}:root" if is_account else names


def _no_policy(arn: str) -> Refusal:
    return Refusal("PolicyNotFoundException", f"Resource-based policy not found for the provided ResourceArn: {arn}")


def _revision(table: str, number: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{table} {number}"))
