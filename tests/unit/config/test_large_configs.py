"""Test large and hostile configs: time is linear, output is limited."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from dynamotasks import load
from dynamotasks.errors import ConfigError
from tests.support.config_mistakes import HEAD
from tests.support.running import Project

KEY = [{"attribute_name": "id", "key_type": "HASH"}]
TABLE: dict[str, Any] = {"name": "users", "attributes": [{"name": "id", "type": "S"}], "key_schema": KEY}


def table(**more: Any) -> str:
    return json.dumps({"tables": [{**TABLE, **more}]})


def attributes(number: int) -> list[dict[str, str]]:
    return [{"name": f"a{n}", "type": "S"} for n in range(number)]


def index(n: int, key: str) -> dict[str, Any]:
    keys = [{"attribute_name": key, "key_type": "HASH"}]
    return {"index_name": f"by_{n}", "key_schema": keys, "projection": {"projection_type": "ALL"}}


# a text of each kind that grows with a number, and a number that takes a second or so
GROWING: dict[str, tuple[Callable[[int], str], int]] = {
    "attributes": (lambda n: table(attributes=attributes(n)), 12_000),
    "attributes of one name": (lambda n: table(attributes=[{"name": "a", "type": "S"}] * n), 12_000),
    "unknown keys": (lambda n: table(**{f"key{i}": 1 for i in range(n)}), 20_000),
    "unknown keys at the top": (lambda n: json.dumps({f"key{i}": 1 for i in range(n)}), 20_000),
    "key parts": (lambda n: table(key_schema=[{**KEY[0], "attribute_name": f"a{i}"} for i in range(n)]), 6_000),
    "tags": (lambda n: table(tags={f"key{i}": i for i in range(n)}), 10_000),
    "bad tables": (lambda n: json.dumps({"tables": [{"nam": i} for i in range(n)]}), 4_000),
    "tables of one name": (lambda n: json.dumps({"tables": [TABLE] * n}), 4_000),
    "keys without a type": (
        lambda n: table(
            attributes=attributes(n), global_secondary_indexes=[index(i, f"b{i}") for i in range(n)]
        ),
        2_000,
    ),
    "environments with a bad prefix": (
        lambda n: json.dumps(
            {
                "tables": [{**TABLE, "name": f"t{i:09}"} for i in range(n)],
                "environments": {f"e{i}": {"table_prefix": "a b"} for i in range(n)},
            }
        ),
        800,
    ),
    "overrides of nothing": (
        lambda n: json.dumps(
            {
                "tables": [{**TABLE, "name": f"t{i:09}"} for i in range(n)],
                "environments": {"e": {"tables": {f"u{i:09}": {"tags": {"a": "b"}} for i in range(n)}}},
            }
        ),
        1_500,
    ),
    "variables that are never closed": (lambda n: json.dumps({"tables": "${A:-" * n}), 6_000),
    "variables of a policy that are never closed": (lambda n: json.dumps({"tables": "${a:b" * n}), 6_000),
    "variables": (lambda n: json.dumps({"tables": "${A:-b}" * n}), 60_000),
    "maps that are merged": (
        lambda n: f"tables: [{{<<: [{', '.join(f'{{a{i}: 1}}' for i in range(n))}]}}]",
        4_000,
    ),
}  # fmt: skip


def seconds(file: Path) -> float:
    """Return the processor time of one load, which excludes other processes."""
    began = time.process_time()
    with suppress(ConfigError):
        load(file, {})
    return time.process_time() - began


@pytest.mark.parametrize("kind", GROWING)
def test_load_time_is_linear(kind: str, tmp_path: Path) -> None:
    """Four times the file takes about four times as long; sixteen times would be quadratic."""
    text, number = GROWING[kind]
    suffix = ".json" if text(1).startswith("{") else ".yaml"
    small, large = tmp_path / f"small{suffix}", tmp_path / f"large{suffix}"
    small.write_text(text(number // 4))
    large.write_text(text(number))
    ratios = []
    for _ in range(3):
        ratios.append(seconds(large) / seconds(small))
        if ratios[-1] < 8:
            return
    pytest.fail(f"four times the file took {ratios} times as long")


def test_nested_merge_keys_are_limited(tmp_path: Path) -> None:
    layers = "".join(f"l{n}: &l{n} {{<<: [{', '.join([f'*l{n - 1}'] * 9)}]}}\n" for n in range(1, 12))
    (tmp_path / "t.yaml").write_text(f"l0: &l0 {{}}\n{layers}tables: [*l11]\n")
    with pytest.raises(ConfigError, match="with YAML aliases expanded"):
        load(tmp_path / "t.yaml", {})


def test_map_that_merges_itself_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("tables: [&a {<<: *a, nam: 5}]\n")
    with pytest.raises(ConfigError):
        load(tmp_path / "t.yaml", {})


def test_first_100_problems_are_printed(project: Project) -> None:
    project.write("config/tables.yaml", HEAD + "".join(f"    key{n}: 1\n" for n in range(250)))
    result = project.call("validate").fails("250 problems in the config (the first 100 are shown)")
    assert len([line for line in result.err.splitlines() if "unknown key" in line]) == 100
    document = project.call("validate", "--json").json
    assert len(document["problems"]) == 100
    assert "250 problems" in document["error"]["message"]
    github = project.call("validate", "--format", "github")
    assert github.out.count("::error") == 100


def test_config_error_has_all_problems(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(HEAD + "".join(f"    key{n}: 1\n" for n in range(250)))
    with pytest.raises(ConfigError) as raised:
        load(tmp_path / "t.yaml", {})
    assert len(raised.value.problems) == 250
    assert len(raised.value.shown) == 100


def test_long_messages_are_shortened(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(f"{HEAD}    {'k' * 900}: 1\n    billing_mode: {'m' * 100_000}\n")
    with pytest.raises(ConfigError) as raised:
        load(tmp_path / "t.yaml", {})
    assert len(raised.value.problems) == 2
    assert len(str(raised.value)) < 2_000
