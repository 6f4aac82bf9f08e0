"""Values are changed in the text of a config file; the rest of the text is unchanged."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynamotasks.config.node_values import NodeReader
from dynamotasks.config.source import compose_text
from dynamotasks.config.text_edits import NotEditableError, edit
from dynamotasks.config.yaml12 import dump

TEXT = """\
# the tables
x-capacity: &capacity {read_capacity_units: 5, write_capacity_units: 5}
tables:
  - name: orders  # bought

    # the key
    key_schema: [{attribute_name: id,   key_type: HASH}]
    provisioned_throughput: *capacity
    tags:
      team: shop   # who
      cost: "1"
    global_secondary_indexes:
    - index_name: by_status
      projection: {projection_type: ALL}
    # the oldest
    - index_name: by_date   # unused
      projection: {projection_type: KEYS_ONLY}

  - {name: users, table_class: STANDARD}
# the end
"""


def values(text: str, *, is_json: bool = False) -> Any:
    root = compose_text(text, is_json=is_json)
    assert root
    return NodeReader("", {}, []).read(root)


def changed(text: str, new: Any, *, is_json: bool = False) -> str:
    return edit(text, values(text, is_json=is_json), new, is_json=is_json, variables={})


def test_each_change_touches_only_its_own_place() -> None:
    new = values(TEXT)
    orders, users = new["tables"]
    orders["provisioned_throughput"] = {"read_capacity_units": 7, "write_capacity_units": 5}
    del orders["tags"]["cost"]
    orders["tags"]["owner"] = "me"
    orders["global_secondary_indexes"].pop(0)
    orders["global_secondary_indexes"][0]["projection"] = {"projection_type": "ALL"}
    orders["global_secondary_indexes"].append({"index_name": "new", "key_schema": [{"attribute_name": "a"}]})
    users["table_class"] = "STANDARD_INFREQUENT_ACCESS"
    users["deletion_protection_enabled"] = True
    new["tables"].append({"name": "carts", "tags": {"a": "no"}})
    expected = TEXT.replace("*capacity", "{read_capacity_units: 7, write_capacity_units: 5}")
    expected = expected.replace('      cost: "1"\n', "      owner: me\n")
    expected = expected.replace("    - index_name: by_status\n      projection: {projection_type: ALL}\n", "")
    expected = expected.replace(
        "projection: {projection_type: KEYS_ONLY}\n",
        "projection: {projection_type: ALL}\n    - index_name: new\n      key_schema:\n        - {attribute_name: a}\n",
    )
    expected = expected.replace(
        "{name: users, table_class: STANDARD}\n",
        "{name: users, table_class: STANDARD_INFREQUENT_ACCESS, deletion_protection_enabled: true}\n\n"
        "  - name: carts\n    tags: {a: 'no'}\n",
    )
    assert changed(TEXT, new) == expected
    assert changed(TEXT.replace("\n", "\r\n"), new) == expected.replace("\n", "\r\n")


def test_replaced_list_keeps_its_style() -> None:
    new = values(TEXT)
    projection = {"projection_type": "ALL"}
    new["tables"][0]["global_secondary_indexes"] = [{"index_name": "new", "projection": projection}]
    begin, end = TEXT.index("    - index_name: by_status"), TEXT.index("\n  - {name: users")
    lines = "    - index_name: new\n      projection: {projection_type: ALL}\n"
    assert changed(TEXT, new) == TEXT[:begin] + lines + TEXT[end:]


def test_replaced_text_keeps_its_double_quotes() -> None:
    new = values(TEXT)
    new["tables"][0]["tags"]["cost"] = "2"
    assert changed(TEXT, new) == TEXT.replace('cost: "1"', 'cost: "2"')


def test_merged_key_is_overridden() -> None:
    text = "base: &b {a: 1, b: 2}\none:\n  <<: *b\n  c: 3\n"
    assert changed(text, {"base": {"a": 1, "b": 2}, "one": {"a": 5, "b": 2, "c": 3}}) == f"{text}  a: 5\n"


def test_anchored_value_that_others_share_is_refused() -> None:
    with pytest.raises(NotEditableError):
        changed("one: &b {a: 1}\ntwo: *b\n", {"one": {"a": 2}, "two": {"a": 1}})


def test_json_keeps_its_indentation() -> None:
    old = {"tables": [{"name": "orders", "tags": {"a": "b"}}, {"name": "users"}]}
    new = {
        "tables": [{"name": "orders", "tags": {"a": "c", "d": "e"}, "x": [{"y": 1}]}, {"name": "users"}, {"name": "z"}]
    }
    for step in (2, 4, "\t", None):
        assert changed(json.dumps(old, indent=step), new, is_json=True) == json.dumps(new, indent=step)


def test_json_keeps_escaped_surrogate_pairs() -> None:
    text = r'{"name": "caf\u00e9 \ud83d\ude00", "\ud83d\ude00": 1, "other": 1}'
    new = {"name": "caf\u00e9 \U0001f600", "\U0001f600": 2, "other": "x"}
    assert changed(text, new, is_json=True) == r'{"name": "caf\u00e9 \ud83d\ude00", "\ud83d\ude00": 2, "other": "x"}'


keys = st.sampled_from(["a", "b", "c", "no", "x y"])
texts = st.sampled_from(["x", "no", "5", "a: b", "# c", "- d", "{e}", "", " f", "g\nh", "\U0001f600", 'i"\\'])
scalars = st.integers(0, 9) | texts | st.booleans()


def named(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Return lists of maps with different names."""
    items = st.fixed_dictionaries({"name": st.sampled_from("pqrs"), "v": inner})
    return st.lists(items, max_size=4, unique_by=lambda item: str(item["name"]))


trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4) | named(inner),
    max_leaves=12,
)
maps = st.dictionaries(keys, trees, min_size=1, max_size=4)


@given(maps, maps, st.sampled_from(["block", "compact", "json", "lines"]))
def test_any_values_can_be_written(old: dict[str, Any], new: dict[str, Any], style: str) -> None:
    if style in ("json", "lines"):
        text = json.dumps(old, indent=2 if style == "lines" else None)
    else:
        text = dump(old, compact=style == "compact")
    changed = edit(text, old, new, is_json=style in ("json", "lines"), variables={})
    assert (text == changed) == (old == new) or json.dumps(old) != json.dumps(new)


@pytest.mark.parametrize("text", ["\u2028\x85", "a\u202eb", "\x1b[31m", "a\nb", "${SECRET}", "*a", "- a", "x # y"])
def test_each_text_is_written_visibly(text: str) -> None:
    new = values(TEXT)
    new["tables"][0]["tags"]["owner"] = text
    new["tables"][1]["attributes"] = [{"name": text, "type": "S"}]
    written = changed(TEXT, new)
    assert values(written) == new
    assert written.replace("\n", "").isprintable()
