"""Test the problems of configs: position, message and hint."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from dynamotasks import load
from dynamotasks.config.node_values import escape_variables
from dynamotasks.errors import ConfigError
from tests.support.config_files import ALONE, JSON
from tests.support.config_mistakes import GSI, HEAD, MISTAKES, SEVERAL
from tests.support.config_refusals import OVERRIDES, REFUSED
from tests.support.running import REPOSITORY, Project


def problems_of(folder: Path, text: str, name: str = "tables.yaml") -> list[str]:
    file = folder / name
    file.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(ConfigError) as raised:
        load(file, {})
    assert all(problem.line >= 1 and problem.column >= 1 for problem in raised.value.problems)
    return [str(problem) for problem in raised.value.problems]


IN_TABLES = {**MISTAKES, **REFUSED, **OVERRIDES}


@pytest.mark.parametrize("name", IN_TABLES)
def test_problem_in_a_table(name: str, tmp_path: Path) -> None:
    text, expected = IN_TABLES[name]
    reported = problems_of(tmp_path, HEAD + text)
    assert len(reported) == 1, reported
    assert expected in reported[0]


@pytest.mark.parametrize("name", ALONE)
def test_problem_in_a_file(name: str, tmp_path: Path) -> None:
    text, expected = ALONE[name]
    reported = problems_of(tmp_path, text)
    assert len(reported) == 1, reported
    assert expected in reported[0]


def test_problems_of_all_files_are_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEAD + "    biling_mode: x\n")
    (tmp_path / "b.json").write_text('{"tables": [\n\t{"name": 5}]}')
    with pytest.raises(ConfigError) as raised:
        load([tmp_path / "a.yaml", tmp_path / "b.json"], {})
    places = [(Path(problem.file).name, problem.line) for problem in raised.value.problems]
    assert places == [("a.yaml", 5), ("b.json", 2), ("b.json", 2), ("b.json", 2)]


@pytest.mark.parametrize("text", SEVERAL)
def test_independent_problems_are_reported_without_their_consequences(text: str, tmp_path: Path) -> None:
    reported = problems_of(tmp_path, f"{HEAD}    {text}\n")
    assert len(reported) == len(SEVERAL[text]), reported
    for line, expected in zip(reported, SEVERAL[text], strict=True):
        assert expected in line


@pytest.mark.parametrize("text", JSON)
def test_invalid_json(text: str, tmp_path: Path) -> None:
    assert re.search(JSON[text], problems_of(tmp_path, text, "t.json")[0])


@pytest.mark.parametrize("place", ["description", "tags", "name"])
def test_half_of_a_surrogate_pair_is_rejected(place: str, tmp_path: Path) -> None:
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


def test_kms_key_forms_and_astral_characters_are_accepted(tmp_path: Path) -> None:
    key = "1234abcd-12ab-34cd-56ef-1234567890ab"
    for kms in (key, f"mrk-{key.replace('-', '')}", "alias/a/b", f"arn:aws:kms:eu-west-1:123456789012:key/{key}"):
        table = HEAD + f'    description: "\U0001f600"\n    sse_specification: {{kms_master_key_id: "{kms}"}}\n'
        (tmp_path / "t.yaml").write_text(table, encoding="utf-8")
        assert load(tmp_path / "t.yaml", {}).tables[0].description == "\U0001f600"


def test_values_at_the_limits_are_accepted(tmp_path: Path) -> None:
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


def test_unsupported_json_numbers_have_positions(tmp_path: Path) -> None:
    numbers = ["NaN", "-Infinity", "1e400", "1" * 5000]
    reported = problems_of(
        tmp_path, '{"tables": [\n' + ",\n".join(numbers) + '], "environments": {"x": {"region": 5}}}', "t.json"
    )
    places = [re.findall(r"json:(\d+:\d+): (.{20})", line)[0] for line in reported]
    assert places == [
        ("2:1", "unsupported number N"),
        ("3:1", "unsupported number -"),
        ("4:1", "unsupported number 1"),
        ("5:1", "item 4 of 'tables' m"),
        ("5:5027", "'region' must be a s"),
    ]


def test_each_unreadable_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "wide.yaml").write_text(HEAD, encoding="utf-16")
    (tmp_path / "a.yaml").write_text(HEAD + "    tags:\nenvironments: {prod: {tables: {there: {tags: {a: b}}}}}\n")
    with pytest.raises(ConfigError) as raised:
        load([tmp_path / name for name in ("a.yaml", "gone.yaml", "empty", "wide.yaml")], {})
    reported = {Path(problem.file).name: problem.message + "; " + problem.hint for problem in raised.value.problems}
    assert len(raised.value.problems) == 4
    assert "null" in reported["a.yaml"]
    assert "no such config file; check the path" in reported["gone.yaml"]
    assert "no *.yaml, *.yml or *.json file in this folder" in reported["empty"]
    assert "the file seems to be UTF-16; save the file as UTF-8" in reported["wide.yaml"]


@pytest.mark.skipif(os.name == "nt", reason="POSIX files")
def test_files_that_do_not_end_are_reported(tmp_path: Path) -> None:
    pipe, endless, loop = (tmp_path / name for name in ("pipe.yaml", "endless.yaml", "loop.yaml"))
    os.mkfifo(pipe)
    endless.symlink_to("/dev/zero")
    loop.symlink_to(loop)
    with pytest.raises(ConfigError) as raised:
        load([pipe, endless, loop], {})
    reported = sorted(problem.message for problem in raised.value.problems)
    assert [message.partition(":")[0] for message in reported] == [
        "cannot read the file",
        "the file is empty",
        "the file is too large",
    ]


def test_environments_without_tables_are_rejected(tmp_path: Path) -> None:
    reported = problems_of(tmp_path, "environments: {prod: {endpoint: foo}}\n")
    assert ["no config file has a top-level 'tables' key" in line for line in reported] == [True, False]


def test_duplicate_paths_are_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEAD)
    assert (
        len(load([tmp_path / "a.yaml", tmp_path / "." / "a.yaml", f"{tmp_path}/../{tmp_path.name}/a.yaml"], {}).tables)
        == 1
    )


def test_schema_key_and_policy_variables_are_accepted(tmp_path: Path) -> None:
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


@pytest.mark.parametrize("text", ["${NAME}", "$${NAME}", "a$$${", "${", "${aws:username}", "$${*}", "$", "${$}", "$$$"])
def test_escaped_text_contains_no_variable(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.yaml").write_text(f"{HEAD}    description: {json.dumps(escape_variables(text))}\n")
    assert load(tmp_path / "t.yaml", {"NAME": "x"}).tables[0].description == text


def test_projected_key_is_noted(tmp_path: Path) -> None:
    index = GSI.replace("ALL", "INCLUDE, non_key_attributes: [id, x]")
    (tmp_path / "t.yaml").write_text(f"{HEAD}    global_secondary_indexes: [{index}]\n")
    assert "the index always includes the key 'id'" in load(tmp_path / "t.yaml", {}).notes[0]


@pytest.mark.parametrize("region", ["us-gov-west-1", "us-iso-east-1", "eusc-de-east-1", "ap-southeast-2"])
def test_regions_of_all_partitions_are_accepted(region: str, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(f"{HEAD}environments: {{prod: {{region: {region}}}, local: {{region: local}}}}\n")
    assert load(tmp_path / "t.yaml", {}).environments["prod"].region == region


def test_override_replaces_a_variable(tmp_path: Path) -> None:
    environments = "environments: {prod: {tables: {users: {deletion_protection_enabled: true}}}}\n"
    (tmp_path / "t.yaml").write_text(HEAD + "    deletion_protection_enabled: ${PROTECT:-false}\n" + environments)
    assert load(tmp_path / "t.yaml", {}).tables_of("prod")[0].deletion_protection_enabled is True


def test_values_of_variables_are_not_parsed_as_yaml(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(HEAD + "    deletion_protection_enabled: ${PROTECT}\n")
    with pytest.raises(ConfigError, match="must be true or false"):
        load(tmp_path / "t.yaml", {"PROTECT": "@{"})


def test_alias_expansion_is_limited(tmp_path: Path) -> None:
    layers = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 12))
    assert "with YAML aliases expanded" in problems_of(tmp_path, f"l0: &l0 [x]\n{layers}tables: *l11\n")[0]


def test_large_file_is_rejected(tmp_path: Path) -> None:
    assert "the maximum for a config file is 8 MB" in problems_of(tmp_path, "#" * 10_000_000)[0]


def test_variables_are_converted_to_the_type_of_the_key(tmp_path: Path) -> None:
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


def test_yaml_1_1_booleans_are_strings(tmp_path: Path) -> None:
    file = tmp_path / "tables.yaml"
    file.write_text(HEAD + "    tags: {country: no, on: off, day: 2024-01-01, empty: ''}\n")
    assert load(file, {}).tables[0].tags == {"country": "no", "on": "off", "day": "2024-01-01", "empty": ""}


def test_override_merges_maps_by_key(tmp_path: Path) -> None:
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


def test_original_format_equals_the_yaml_sample() -> None:
    yaml, seed = (load(REPOSITORY / "config" / name, {}) for name in ("tables.yaml", "tables_config.json"))
    assert seed.tables == yaml.tables[:2]


def test_missing_required_keys_do_not_hide_other_problems(project: Project) -> None:
    index = "global_secondary_indexes: [{index_name: x}]"
    config = f'tables: [{{name: q, tags: {{"aws:x": y}}, billing_mode: PROVISIONED, {index}}}]'
    project.write("config/tables.yaml", config)
    project.call("validate").fails(
        "8 problems",
        "missing required key 'attributes'",
        "missing required key 'projection'",
        "invalid table name",
        "tag 'aws:x' is reserved",
        "PROVISIONED requires provisioned_throughput",
        "invalid index name 'x'",
    )


@pytest.mark.parametrize("number", ["!!int x", "!!float x", '!!int ""', "!!int 0x"])
def test_invalid_number_with_an_explicit_tag_is_a_problem(number: str, project: Project) -> None:
    project.write("config/tables.yaml", f"tables: {number}")
    project.call("validate").fails("config/tables.yaml:1:9: invalid number", "remove the tag")
