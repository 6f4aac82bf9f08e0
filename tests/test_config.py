"""Mistakes in a config, each with its place and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynamotasks import load
from dynamotasks.errors import ConfigError

from .running import REPOSITORY

HEAD = """\
tables:
  - name: users
    attributes: [{name: id, type: S}, {name: n, type: N}]
    key_schema: [{attribute_name: id, key_type: HASH}]
"""
GSI = "{index_name: by_n, key_schema: [{attribute_name: n, key_type: HASH}], projection: {projection_type: ALL}}"

# what is added to the table above (or stands alone), and what is said of it
MISTAKES = {
    "unknown key": ("    biling_mode: PROVISIONED\n", "5:5: unknown key 'biling_mode'; did you mean 'billing_mode'?"),
    "unknown word": (
        "    billing_mode: PAY\n",
        "5:5: 'billing_mode' cannot be 'PAY'; one of: PAY_PER_REQUEST, PROVISIONED",
    ),
    "null": ("    tags:\n", "5:5: 'tags' is null; leave the key out to leave it unmanaged"),
    "empty list": ("    global_secondary_indexes: []\n", "5:5: 'global_secondary_indexes' is empty"),
    "yes": (
        "    deletion_protection_enabled: yes\n",
        "5:5: 'deletion_protection_enabled' must be true or false, not 'yes'",
    ),
    "number as a tag": ("    tags: {a: 5}\n", "5:12: 'a' must be a string, not 5; quote it: \"5\""),
    "octal": ("    tags: {a: 012}\n", '5:15: 012 is a number in some YAML and not in other; quote it: "012"'),
    "key twice": ("    name: other\n", "5:5: 'name' is here twice; keep one of them"),
    "no throughput": (
        "    billing_mode: PROVISIONED\n",
        "5:5: table 'users': PROVISIONED needs `provisioned_throughput`",
    ),
    "on-demand throughput": (
        "    billing_mode: PAY_PER_REQUEST\n"
        "    provisioned_throughput: {read_capacity_units: 1, write_capacity_units: 1}\n",
        "6:5: table 'users': PAY_PER_REQUEST takes no `provisioned_throughput`; leave it out",
    ),
    "units of none": (
        "    provisioned_throughput: {read_capacity_units: 0, write_capacity_units: 1}\n",
        "5:30: 'read_capacity_units' is 0; it must be at least 1",
    ),
    "LSI without RANGE": (
        "    local_secondary_indexes:\n      - {index_name: by_n, projection: {projection_type: ALL}, key_schema:"
        " [{attribute_name: id, key_type: HASH}, {attribute_name: n, key_type: RANGE}]}\n",
        "5:5: table 'users': a table without a RANGE key takes no local secondary index; make it global",
    ),
    "two indexes of a name": (
        f"    global_secondary_indexes:\n      - {GSI}\n      - {GSI}\n",
        "7:10: table 'users': there are two indexes 'by_n'; indexes of one table share their names",
    ),
    "INCLUDE of nothing": (
        f"    global_secondary_indexes:\n      - {GSI.replace('ALL', 'INCLUDE')}\n",
        "table 'users': INCLUDE needs `non_key_attributes`",
    ),
    "stream of nothing": ("    stream_specification: {stream_enabled: true}\n", "a stream needs `stream_view_type`"),
    "TTL on a text key": (
        "    time_to_live_specification: {attribute_name: id}\n",
        "'id' is a key of type S; TTL reads numbers",
    ),
    "dimensions": (
        "    vector_indexes: [{index_name: vec, vector_attribute: {attribute_name: v}, dimensions: 5000,"
        " distance_function: COSINE, projection: {projection_type: ALL}}]\n",
        "'dimensions' is 5000; it must be at most 4096",
    ),
    "AWS's tag": ("    tags: {'aws:x': y}\n", "the tag 'aws:x' belongs to AWS"),
    "no stream": (
        "    kinesis_stream_specification: {stream_arn: changes}\n",
        "5:36: table 'users': 'changes' is no ARN of a Kinesis stream",
    ),
    "no policy": ("    resource_policy: {Version: x}\n", "this is no policy: it has no `Statement`"),
    "unknown environment key": (
        "environments: {prod: {regin: x}}\n",
        "5:23: unknown key 'regin'; did you mean 'region'?",
    ),
    "endpoint": ("environments: {prod: {endpoint: foo}}\n", "5:23: environment 'prod': 'foo' is no endpoint"),
    "account": ("environments: {prod: {account_id: '12'}}\n", "5:23: environment 'prod': '12' is no AWS account"),
    "prefix": (
        "environments: {prod: {table_prefix: 'a b'}}\n",
        "5:23: environment 'prod': with this prefix 'a busers' is no table's name",
    ),
    "override": (
        "environments: {prod: {tables: {users: {billing_mode: PROVISIONED}}}}\n",
        "5:40: in environment 'prod': table 'users': PROVISIONED needs `provisioned_throughput`",
    ),
    "override of nothing": (
        "environments: {prod: {tables: {usres: {table_class: STANDARD}}}}\n",
        "did you mean 'users'?",
    ),
    "empty override": ("environments: {prod: {tables: {users: ''}}}\n", "5:32: 'users' is empty"),
    "missing variable": ("    description: ${NOPE}\n", "5:18: ${NOPE}: there is no variable NOPE; export it"),
}

ALONE = {
    "empty": ("", "1:1: the file is empty; start it with `tables:`"),
    "comments": ("# nothing yet\n", "1:1: the file is empty"),
    "no tables": ("environments: {prod: {region: eu-west-1}}\n", "no file declares `tables`"),
    "a list": ("- name: users\n", "1:1: the file must hold `tables:` at its top"),
    "tabs": ("tables:\n\t- name: x\n", "a tab is there: indent with spaces"),
    "not text": ("\udcff", "is no UTF-8 text"),
    "an alias of itself": ("tables: &a [*a]\n", "an alias contains itself"),
    "a python object": ("tables: !!python/object:os.system {}\n", "1:1"),
    "no key type": (
        HEAD.replace("{name: id, type: S}, ", ""),
        "4:19: table 'users': the key attribute 'id' has no type",
    ),
    "RANGE first": (
        HEAD.replace("[{attribute_name: id", "[{attribute_name: n, key_type: RANGE}, {attribute_name: id"),
        "4:5: table 'users': a RANGE key stands before a HASH key; put HASH first",
    ),
    "two tables of a name": (
        HEAD + HEAD.removeprefix("tables:\n"),
        "5:5: table 'users' is here twice; the first is at",
    ),
    "a short name": (HEAD.replace("users", "us"), "2:5: 'us' is no name for a table; 3 to 255 of"),
}


def complaints(folder: Path, text: str, name: str = "tables.yaml") -> list[str]:
    file = folder / name
    file.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(ConfigError) as raised:
        load(file, {})
    assert all(problem.line >= 1 and problem.column >= 1 for problem in raised.value.problems)
    return [str(problem) for problem in raised.value.problems]


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_table(name: str, tmp_path: Path) -> None:
    text, said = MISTAKES[name]
    told = complaints(tmp_path, HEAD + text)
    assert len(told) == 1, told
    assert said in told[0]


@pytest.mark.parametrize("name", ALONE)
def test_a_mistake_in_a_file(name: str, tmp_path: Path) -> None:
    text, said = ALONE[name]
    assert any(said in line for line in complaints(tmp_path, text)), complaints(tmp_path, text)


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEAD + "    biling_mode: x\n")
    (tmp_path / "b.json").write_text('{"tables": [\n\t{"name": 5}]}')
    with pytest.raises(ConfigError) as raised:
        load([tmp_path / "a.yaml", tmp_path / "b.json"], {})
    places = [(Path(problem.file).name, problem.line) for problem in raised.value.problems]
    assert places == [("a.yaml", 5), ("b.json", 2), ("b.json", 2), ("b.json", 2)]


def test_an_alias_bomb_does_not_go_off(tmp_path: Path) -> None:
    layers = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 12))
    assert "aliases unfold to more than" in complaints(tmp_path, f"l0: &l0 [x]\n{layers}")[0]


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    assert "a config file may have 8 MB" in complaints(tmp_path, "#" * 10_000_000)[0]


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
