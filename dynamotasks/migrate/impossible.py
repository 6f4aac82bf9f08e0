"""Find the differences that cannot be resolved in place."""

from __future__ import annotations

from collections.abc import Iterator

from ..schema.diff import Change
from ..schema.live_table import LiveTable
from ..schema.property_path import PropertyPath
from ..schema.table_spec import VectorIndex
from .operations.base import Impossible
from .operations.indexes import BILLING_MODE, index_path, key_attributes
from .operations.properties import STREAM
from .plan import ChangeSet
from .plan_indexes import differ_in_dimensions, immutable_attributes, indexes_of, retyped_attributes
from .plan_properties import requires_other_billing_mode
from .risks import Risk


def impossible_changes(changes: ChangeSet) -> Iterator[Impossible]:
    """Yield an operation for each difference that cannot be resolved in place."""
    for change in changes.changes:
        if risk := _risk(change, changes):
            blockers = tuple(changes.live.replicas) if risk is Risk.REPLICATED_STREAM_CHANGED else ()
            yield _impossible(changes, change.path, risk, *blockers)
    yield from _index_conflicts(changes)
    vectors = [index.index_name for index in changes.live.spec.vector_indexes or ()]
    to_provisioned = any(c.path == BILLING_MODE and c.wanted == "PROVISIONED" for c in changes.changes)
    if vectors and to_provisioned:
        yield _impossible(changes, BILLING_MODE, Risk.VECTOR_INDEX_ON_PROVISIONED_TABLE, *vectors)
    if requires_other_billing_mode(changes):
        yield _impossible(changes, BILLING_MODE, Risk.BILLING_MODE_UNDECLARED)


def _risk(change: Change, changes: ChangeSet) -> Risk | None:
    if change.property == "key_schema":
        return Risk.TABLE_KEY_CHANGED
    if change.property == "attributes" and change.path.key in immutable_attributes(changes):
        return Risk.KEY_TYPE_CHANGED
    if change.property == "local_secondary_indexes":
        return Risk.LOCAL_INDEX_CHANGED
    if change.path == STREAM and change.live.stream_enabled and _is_stream_replicated(changes.live):
        return Risk.REPLICATED_STREAM_CHANGED
    return None


def _is_stream_replicated(live: LiveTable) -> bool:
    """Return whether AWS refuses to turn the stream off, which another view type requires as well.

    "Disabling Stream is not allowed for a Global Table replica":
    https://github.com/hashicorp/terraform-provider-aws/issues/20019. With strong consistency the replicas do not use it
    (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html).
    """
    return bool(live.replicas) and live.multi_region_consistency != "STRONG"


def _index_conflicts(changes: ChangeSet) -> Iterator[Impossible]:
    """Yield the changes that are prevented by an index that is neither declared nor removed."""
    removed = {change.index for change in changes.changes if change.undeclared}
    declared = {index.index_name for index in indexes_of(changes.wanted)}
    kept = [index for index in indexes_of(changes.live.spec) if index.index_name not in declared | removed]
    for name in sorted(retyped_attributes(changes)):
        for index in kept:
            if name in key_attributes(index):
                path = PropertyPath("attributes", name)
                yield _impossible(changes, path, Risk.ATTRIBUTE_TYPE_IN_USE, index.index_name)
    for vector in changes.wanted.vector_indexes or ():
        for index in kept:
            if isinstance(index, VectorIndex) and differ_in_dimensions(index, vector):
                yield _impossible(changes, index_path(vector), Risk.VECTOR_DIMENSIONS_IN_USE, index.index_name)


def _impossible(changes: ChangeSet, path: PropertyPath, risk: Risk, *blockers: str) -> Impossible:
    return Impossible(table=changes.table, path=path, risk=risk, blockers=blockers)
