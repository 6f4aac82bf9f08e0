"""Tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from . import shapes
from .answers import Parameters, in_use, invalid, limit_exceeded
from .store import Store
from .table import View


def list_tags(store: Store, parameters: Parameters) -> dict[str, Any]:
    """Documented: the response has a NextToken if there are more (API_ListTagsOfResource.html)."""
    tags = store.of_arn(parameters["ResourceArn"], store.look).table.tags
    shown = [{"Key": key, "Value": value} for key, value in tags.items()]
    token = parameters.get("NextToken", "0")
    if not token.isdecimal():
        raise invalid("Invalid NextToken")
    first = int(token)
    more = {"NextToken": str(first + store.tag_page)} if first + store.tag_page < len(shown) else {}
    return {"Tags": shown[first : first + store.tag_page], **more}


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
    """Reported: a write locks the tags for about 1.6 s; a write without effect does not lock them, but is blocked."""
    if view.at < view.table.tagged + store.tag_lock:
        raise limit_exceeded(f"Table tags are being updated: {view.table.name}")
    if view.status == "DELETING":
        raise in_use(f"Table is being deleted: {view.table.name}")
    if tags != view.table.tags:
        store.write(replace(view.table, tags=tags, tagged=view.at))
