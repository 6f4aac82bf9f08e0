"""Mistakes in a config, each with its place and what to write instead."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from dynamotasks import load
from dynamotasks.errors import ConfigError
from tests.support.config_mistakes import ALONE, GSI, HEAD, JSON, MISTAKES, SEVERAL
from tests.support.config_refusals import OVERRIDES, REFUSED
from tests.support.running import REPOSITORY


def complaints(folder: Path, text: str, name: str = "tables.yaml") -> list[str]:
    file = folder / name
    file.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(ConfigError) as raised:
        load(file, {})
    assert all(problem.line >= 1 and problem.column >= 1 for problem in raised.value.problems)
    return [str(problem) for problem in raised.value.problems]


IN_TABLES = {**MISTAKES, **REFUSED, **OVERRIDES}


@pytest.mark.parametrize("name", IN_TABLES)
def test_a_mistake_in_a_table(name: str, tmp_path: Path) -> None:
    text, said = IN_TABLES[name]
    told = complaints(tmp_path, HEAD + text)
    assert len(told) == 1, told
    assert said in told[0]


@pytest.mark.parametrize("name", ALONE)
def test_a_mistake_in_a_file(name: str, tmp_path: Path) -> None:
    text, said = ALONE[name]
    told = complaints(tmp_path, text)
    assert len(told) == 1, told
    assert said in told[0]


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEAD + "    biling_mode: x\n")
    (tmp_path / "b.json").write_text('{"tables": [\n\t{"name": 5}]}')
    with pytest.raises(ConfigError) as raised:
        load([tmp_path / "a.yaml", tmp_path / "b.json"], {})
    places = [(Path(problem.file).name, problem.line) for problem in raised.value.problems]
    assert places == [("a.yaml", 5), ("b.json", 2), ("b.json", 2), ("b.json", 2)]


@pytest.mark.parametrize("text", SEVERAL)
def test_each_mistake_is_told_and_nothing_that_follows_from_it(text: str, tmp_path: Path) -> None:
    told = complaints(tmp_path, f"{HEAD}    {text}\n")
    assert len(told) == len(SEVERAL[text]), told
    for line, said in zip(told, SEVERAL[text], strict=True):
        assert said in line


@pytest.mark.parametrize("text", JSON)
def test_what_is_no_json(text: str, tmp_path: Path) -> None:
    assert re.search(JSON[text], complaints(tmp_path, text, "t.json")[0])


@pytest.mark.parametrize("place", ["description", "tags", "name"])
def test_half_of_a_surrogate_pair(place: str, tmp_path: Path) -> None:
    half = "x\ud800x"
    table: dict[str, Any] = {
        "name": "users",
        "attributes": [{"name": "id", "type": "S"}],
        "key_schema": [{"attribute_name": "id", "key_type": "HASH"}],
    }
    table[place] = {half: "a"} if place == "tags" else half
    (tmp_path / "t.json").write_text(json.dumps({"tables": [table]}))
    with pytest.raises(ConfigError, match="half of a surrogate pair") as raised:
        load(tmp_path / "t.json", {})
    assert len(raised.value.problems) == 1
    table[place] = "${HALF}"
    (tmp_path / "t.json").write_text(json.dumps({"tables": [table]}))
    with pytest.raises(ConfigError, match="half of a surrogate pair"):
        load(tmp_path / "t.json", {"HALF": "\udcff"})  # as a variable that is not UTF-8


def test_whole_characters_and_keys_of_all_forms_are_taken(tmp_path: Path) -> None:
    key = "1234abcd-12ab-34cd-56ef-1234567890ab"
    for kms in (key, f"mrk-{key.replace('-', '')}", "alias/a/b", f"arn:aws:kms:eu-west-1:123456789012:key/{key}"):
        table = HEAD + f'    description: "\U0001f600"\n    sse_specification: {{kms_master_key_id: "{kms}"}}\n'
        (tmp_path / "t.yaml").write_text(table, encoding="utf-8")
        assert load(tmp_path / "t.yaml", {}).tables[0].description == "\U0001f600"


def test_what_aws_takes_at_its_limits(tmp_path: Path) -> None:
    vectors = ", ".join(
        f"{{index_name: vec{n}, vector_attribute: {{attribute_name: v}}, dimensions: 384,"
        " distance_function: COSINE, projection: {projection_type: ALL}}"
        for n in range(2)
    )
    text = (
        f"{HEAD}    vector_indexes: [{vectors}]\n"
        "    on_demand_throughput: {max_read_request_units: 1, max_write_request_units: -1}\n"
        "    warm_throughput: {read_units_per_second: 12000, write_units_per_second: 4000}\n"
        '    tags: {"a b\u00a0c": "é+-=._:/@٣"}\n'
        "    resource_policy: {Statement: {Effect: Deny, Principal: {AWS: ['*']}, Action: '*', Condition:"
        " {NumericLessThan: {x: 5}}}}\n"
    )
    (tmp_path / "t.yaml").write_text(text, encoding="utf-8")
    assert load(tmp_path / "t.yaml", {}).tables[0].warm_throughput
    cool = "{read_capacity_units: 5, write_capacity_units: 5}\n    warm_throughput: {read_units_per_second: 5}\n"
    (tmp_path / "t.yaml").write_text(f"{HEAD}    provisioned_throughput: {cool}")
    assert load(tmp_path / "t.yaml", {}).tables[0].warm_throughput


def test_numbers_that_json_has_no_place_for(tmp_path: Path) -> None:
    numbers = ["NaN", "-Infinity", "1e400", "1" * 5000]
    told = complaints(
        tmp_path, '{"tables": [\n' + ",\n".join(numbers) + '], "environments": {"x": {"region": 5}}}', "t.json"
    )
    places = [re.findall(r"json:(\d+:\d+): (.{20})", line)[0] for line in told]
    assert places == [
        ("2:1", "unsupported number N"),
        ("3:1", "unsupported number -"),
        ("4:1", "unsupported number 1"),
        ("5:1", "item 4 of 'tables' m"),
        ("5:5027", "'region' must be a s"),
    ]


def test_every_file_that_is_named_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "wide.yaml").write_text(HEAD, encoding="utf-16")
    (tmp_path / "a.yaml").write_text(HEAD + "    tags:\nenvironments: {prod: {tables: {there: {tags: {a: b}}}}}\n")
    with pytest.raises(ConfigError) as raised:
        load([tmp_path / name for name in ("a.yaml", "gone.yaml", "empty", "wide.yaml")], {})
    told = {Path(problem.file).name: problem.message + "; " + problem.hint for problem in raised.value.problems}
    assert len(raised.value.problems) == 4
    assert "null" in told["a.yaml"]
    assert "no such config file; check the path" in told["gone.yaml"]
    assert "no *.yaml, *.yml or *.json file in this folder" in told["empty"]
    assert "the file seems to be UTF-16; save the file as UTF-8" in told["wide.yaml"]


def test_environments_alone_are_no_config_also_where_they_have_mistakes(tmp_path: Path) -> None:
    told = complaints(tmp_path, "environments: {prod: {endpoint: foo}}\n")
    assert ["no config file has a top-level 'tables' key" in line for line in told] == [True, False]


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEAD)
    assert (
        len(load([tmp_path / "a.yaml", tmp_path / "." / "a.yaml", f"{tmp_path}/../{tmp_path.name}/a.yaml"], {}).tables)
        == 1
    )


def test_a_schema_for_editors_and_a_policy_s_own_variables_are_taken(tmp_path: Path) -> None:
    statement = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "${aws:PrincipalTag/table}"}
    table: dict[str, Any] = {
        "name": "users",
        "attributes": [{"name": "id", "type": "S"}],
        "resource_policy": {"Statement": statement},
    }
    table["key_schema"] = [{"attribute_name": "id", "key_type": "HASH"}]
    (tmp_path / "t.json").write_text(json.dumps({"$schema": "tables.schema.json", "tables": [table]}))
    policy = load(tmp_path / "t.json", {}).tables[0].resource_policy
    assert policy == {"Statement": statement}


def test_a_key_in_an_index_is_remarked(tmp_path: Path) -> None:
    index = GSI.replace("ALL", "INCLUDE, non_key_attributes: [id, x]")
    (tmp_path / "t.yaml").write_text(f"{HEAD}    global_secondary_indexes: [{index}]\n")
    assert "the index always includes the key 'id'" in load(tmp_path / "t.yaml", {}).notes[0]


@pytest.mark.parametrize("region", ["us-gov-west-1", "us-iso-east-1", "eusc-de-east-1", "ap-southeast-2"])
def test_regions(region: str, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(f"{HEAD}environments: {{prod: {{region: {region}}}, local: {{region: local}}}}\n")
    assert load(tmp_path / "t.yaml", {}).environments["prod"].region == region


def test_an_environment_says_what_a_variable_says_elsewhere(tmp_path: Path) -> None:
    environments = "environments: {prod: {tables: {users: {deletion_protection_enabled: true}}}}\n"
    (tmp_path / "t.yaml").write_text(HEAD + "    deletion_protection_enabled: ${PROTECT:-false}\n" + environments)
    assert load(tmp_path / "t.yaml", {}).tables_of("prod")[0].deletion_protection_enabled is True


def test_a_variable_s_value_is_no_yaml(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(HEAD + "    deletion_protection_enabled: ${PROTECT}\n")
    with pytest.raises(ConfigError, match="must be true or false"):
        load(tmp_path / "t.yaml", {"PROTECT": "@{"})


def test_an_alias_bomb_does_not_go_off(tmp_path: Path) -> None:
    layers = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 12))
    assert "YAML aliases expand to more than" in complaints(tmp_path, f"l0: &l0 [x]\n{layers}")[0]


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    assert "the maximum for a config file is 8 MB" in complaints(tmp_path, "#" * 10_000_000)[0]


def test_variables_become_what_their_keys_want(tmp_path: Path) -> None:
    file = tmp_path / "tables.yaml"
    file.write_text(
        HEAD.replace("users", "${STAGE}-users")
        + '    provisioned_throughput: {read_capacity_units: "${READ:-7}", write_capacity_units: "${WRITE}"}\n'
        + "    deletion_protection_enabled: ${PROTECT:-true}\n"
    )
    table = load(file, {"STAGE": "test", "WRITE": "8"}).tables[0]
    assert table.name == "test-users"
    assert table.provisioned_throughput
    assert table.provisioned_throughput.read_capacity_units == 7
    assert table.provisioned_throughput.write_capacity_units == 8
    assert table.deletion_protection_enabled is True


def test_words_that_old_yaml_takes_for_booleans_are_words(tmp_path: Path) -> None:
    file = tmp_path / "tables.yaml"
    file.write_text(HEAD + "    tags: {country: no, on: off, day: 2024-01-01, empty: ''}\n")
    assert load(file, {}).tables[0].tags == {"country": "no", "on": "off", "day": "2024-01-01", "empty": ""}


def test_an_environment_changes_a_table_key_by_key(tmp_path: Path) -> None:
    file = tmp_path / "tables.yaml"
    file.write_text(
        HEAD
        + "    tags: {team: shop, stage: dev}\n"
        + "environments:\n  prod:\n    tables:\n      users: {tags: {stage: prod}, deletion_protection_enabled: true}\n"
    )
    config = load(file, {})
    assert config.tables_of("local")[0].tags == {"team": "shop", "stage": "dev"}
    assert config.tables_of("prod")[0].tags == {"team": "shop", "stage": "prod"}
    assert config.tables_of("prod")[0].deletion_protection_enabled is True


def test_the_seed_format_is_read_to_the_letter() -> None:
    yaml, seed = (load(REPOSITORY / "config" / name, {}) for name in ("tables.yaml", "tables_config.json"))
    assert seed.tables == yaml.tables[:2]
