"""Test configs with random changes: problems have positions, and valid configs have valid calls."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dynamotasks.config.yaml12 import dump
from dynamotasks.errors import ConfigError
from dynamotasks.formats.config_table import table_to_config
from dynamotasks.formats.reading import load
from dynamotasks.migrate.plan import TargetTable
from dynamotasks.migrate.planner import plan
from tests.properties.test_table_laws import accepted
from tests.support.soak import size
from tests.support.strategies import tables

EXAMPLES = size(250, soak=20_000)

# one value of each kind of mistake
ODD: list[Any] = [
    None, True, False, 0, -1, 5, 3.5, "", " ", "x", "a" * 300, "HASH", "yes", "012", "${NOPE}", "${HOME:-x}", "☂",
    "\x00", "\ud800", "a\x1b[1m", [], [[]], {}, {"": 1}, {"a": {"b": None}}, [1, "a", None],
]  # fmt: skip
NAMES = [
    "name",
    "tables",
    "x-a",
    "index_name",
    "enabled",
    "key_schema",
    "projection",
    "tags",
    "x",
    "",
    "on",
    "prod",
    "local",
]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    parts: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] * bool(path) + [place for key, part in parts for place in places(part, (*path, key))]


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def mutate(draw: st.DrawFn, document: Any) -> Any:
    known = places(document)
    if not known:
        return document
    path = draw(st.sampled_from(known))
    parent, key = at(document, path[:-1]), path[-1]
    match draw(st.sampled_from(["drop", "swap", "retype", "rename", "nest"])):
        case "drop":
            del parent[key]
        case "swap":
            parent[key] = deepcopy(at(document, draw(st.sampled_from(known))))
        case "retype":
            parent[key] = deepcopy(draw(st.sampled_from(ODD)))
        case "rename" if isinstance(parent, dict):
            parent[draw(st.sampled_from(NAMES))] = parent.pop(key)
        case "nest":
            parent[key] = draw(st.sampled_from([{"a": parent[key]}, [parent[key]]]))
    return document


OWNED: dict[str, Any] = {"tags": {}} | {
    f"{kind}_indexes": [] for kind in ("global_secondary", "local_secondary", "vector")
}


@st.composite
def overrides(draw: st.DrawFn, table: Any) -> Any:
    """Generate overrides of a table: nulls, empty lists, parts of indexes."""
    override: dict[str, Any] = {"deletion_protection_enabled": True}
    for key in draw(st.lists(st.sampled_from([*table, *OWNED, "table_class"]), max_size=3)):
        override[key] = deepcopy(draw(st.sampled_from([None, OWNED.get(key), table.get(key)])))
    for kind in draw(st.lists(st.sampled_from(sorted(OWNED.keys() - {"tags"})), max_size=2)):
        if table.get(kind):
            index = draw(st.sampled_from(table[kind]))
            parts = draw(st.sets(st.sampled_from(list(index))))
            part = {key: draw(st.sampled_from([None, deepcopy(index[key])])) for key in sorted(parts)}
            override[kind] = [{**part, "index_name": index["index_name"]}]
    return override


@st.composite
def written(draw: st.DrawFn) -> Any:
    """Generate a config with all top-level keys; its override may be invalid."""
    table = table_to_config(draw(tables()))
    for key in sorted(draw(st.sets(st.sampled_from(sorted(OWNED))))):
        table.setdefault(key, deepcopy(OWNED[key]))
    return {
        "x-shared": {"a": [None, {}]},
        "tables": [table],
        "environments": {
            "prod": {"region": "eu-west-1", "tables": {table["name"]: draw(overrides(table))}},
            "ci": {"endpoint": "http://dynamodb:8000"},
        },
    }


@st.composite
def broken(draw: st.DrawFn) -> Any:
    document = draw(written())
    for _ in range(draw(st.integers(0, 4))):
        document = mutate(draw, document)
    return document


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mutations")


@pytest.mark.parametrize("half", range(2))  # for two processes
@settings(max_examples=EXAMPLES // 2, suppress_health_check=list(HealthCheck))
@given(document=broken(), suffix=st.sampled_from([".yaml", ".json"]))
def test_invalid_config_has_problems_and_valid_one_has_sendable_calls(
    half: int, document: Any, suffix: str, folder: Path
) -> None:
    file = folder / f"tables{half}{suffix}"
    file.write_text(json.dumps(document, indent=2) if suffix == ".json" else dump(document), encoding="utf-8")
    try:
        config = load(file, {"HOME": "home"})
    except ConfigError as error:
        problems = error.problems
        assert len(set(problems)) == len(problems)
        for problem in problems:
            assert problem.line >= 1
            assert problem.column >= 1
            assert problem.message
        return
    for spec in (*config.tables, *config.tables_of("prod")):
        for step in plan([TargetTable(spec)], {}).operations:
            assert step.call
            accepted(step.call)


@settings(max_examples=EXAMPLES // 20 + 50, suppress_health_check=list(HealthCheck))
@given(spec=tables(), data=st.data())
def test_single_problem_is_reported_once(spec: Any, data: st.DataObject, folder: Path) -> None:
    document = {
        "tables": [table_to_config(spec)],
        "environments": {"prod": {"tables": {spec.name: {"deletion_protection_enabled": True}}}},
    }
    path = data.draw(st.sampled_from(places(document["tables"])))
    parent, key = at(document["tables"], path[:-1]), path[-1]
    named = isinstance(key, str) and not {"tags", "resource_policy"} & {*path[:-1]}
    if named and data.draw(st.booleans()):  # as AWS spells it
        parent["".join(map(str.capitalize, key.split("_")))] = parent.pop(key)
    else:
        parent[key] = "${NOPE}"
    file = folder / "tables.yaml"
    file.write_text(dump(document), encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load(file, {})
    assert len(raised.value.problems) == 1, raised.value.problems
