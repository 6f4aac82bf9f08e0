"""Manifests of backups: their JSON form, the older format, and which table may receive the items."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dynamotasks.data.item_json import ItemSummary
from dynamotasks.data.replacement.backup_manifest import Manifest, Phase, TableIdentity

OLD, NEW, OTHER = TableIdentity("a-b", 12.5), TableIdentity("c-d", 13.0), TableIdentity("e-f", 14.0)
MANIFEST = Manifest(
    endpoint="http://localhost:8000",
    region="us-east-1",
    table="users",
    source=OLD,
    items=ItemSummary(2, "ab"),
    ttl_attribute=None,
)
FORMAT_1 = {
    "endpoint": "http://localhost:8000",
    "region": "us-east-1",
    "table": "users",
    "original": "a-b 12.5",
    "count": 2,
    "checksum": "ab",
    "expiry": "",
    "phase": "dumped",
    "made": "",
    "format": 1,
}


@pytest.mark.parametrize(
    "changes",
    [{}, {"ttl_attribute": "expires_at"}, {"destination": NEW}, {"phase": Phase.RESTORED}, {"phase": Phase.ABANDONED}],
)
def test_json_form_is_read_back_unchanged(changes: dict[str, Any]) -> None:
    manifest = replace(MANIFEST, **changes)
    assert Manifest.from_json(manifest.to_json()) == manifest


@pytest.mark.parametrize(
    ("fields", "changes"),
    [
        ({}, {}),
        ({"expiry": "expires_at"}, {"ttl_attribute": "expires_at"}),
        ({"made": "c-d 13.0"}, {"destination": NEW}),
        ({"made": "none"}, {"phase": Phase.ABANDONED}),
        ({"phase": "restored"}, {"phase": Phase.RESTORED}),
        ({"original": " 0.0"}, {"source": TableIdentity(None, None)}),
    ],
)
def test_format_1_is_read(fields: dict[str, str], changes: dict[str, Any]) -> None:
    assert Manifest.from_json({**FORMAT_1, **fields}) == replace(MANIFEST, **changes)


@pytest.mark.parametrize(
    "damage",
    [
        {"format": 3},
        {"format": None},
        {"table": 1},
        {"source": None},
        {"source": {"id": 1, "created": 2}},
        {"source": {"id": "a", "created": "2"}},
        {"items": {"count": "2", "checksum": "ab"}},
        {"phase": "dumped"},
    ],
    ids=str,
)
def test_invalid_document_is_refused(damage: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Manifest.from_json({**MANIFEST.to_json(), **damage})


def test_any_table_may_receive_the_items_until_one_is_created() -> None:
    assert MANIFEST.allows(None)
    assert MANIFEST.allows(NEW)


def test_only_the_created_table_may_receive_the_items() -> None:
    manifest = replace(MANIFEST, destination=NEW)
    assert manifest.allows(NEW)
    assert not manifest.allows(OTHER)
    assert not manifest.allows(None)


def test_no_table_may_receive_abandoned_items() -> None:
    manifest = replace(MANIFEST, phase=Phase.ABANDONED)
    assert not manifest.allows(NEW)
    assert not manifest.allows(None)
