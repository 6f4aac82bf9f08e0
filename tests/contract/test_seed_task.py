"""`db.seed` writes the items of files, and nothing if one has a problem."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dynamotasks import Database, load, read_seeds, seed
from dynamotasks.config.yaml12 import dump
from dynamotasks.testing.boto3_items import to_json
from tests.support.items import names, plain_item, values
from tests.support.running import Project

from .dumped_tables import ITEM, content, declared, drop, dumped_table, fill
from .places import Configure, Place

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEYS = [{"pk": {"S": f"p{number}"}, "sk": {"N": str(number)}} for number in range(60)]
ITEMS = [{**key, **to_json(ITEM)} for key in KEYS]
PLAIN = [{"pk": f"p{number}", "sk": number, "on": True, "list": [1, None]} for number in range(60)]
ROWS = "".join(f"p{number},{number},\n" for number in range(60))
FILES = {
    "array.json": json.dumps(ITEMS),
    "plain.json": json.dumps(PLAIN, indent=1),
    "batch.json": json.dumps({"RequestItems": {"NAME": [{"PutRequest": {"Item": item}} for item in ITEMS]}}),
    "lines.jsonl": "".join(json.dumps(item) + "\n" for item in ITEMS),
    "export.jsonl": "".join(json.dumps({"Item": item}) + "\n" for item in ITEMS),
    "scan.json": json.dumps({"Items": ITEMS, "Count": 60}, indent=2),
    "list.yaml": "".join(f"- {{pk: p{number}, sk: {number}}}\n" for number in range(60)),
    "rows.csv": f"pk,sk,none\n{ROWS}",
}

TYPED = ("array.json", "batch.json", "lines.jsonl", "export.jsonl", "scan.json")


@pytest.fixture
def name(there: Project, configure: Configure, prefix: str) -> str:
    """Return the name of a declared, empty table."""
    table = f"{prefix}users"
    configure(declared(table))
    there.call("migrate").ok()
    return table


@pytest.mark.parametrize("file", FILES)
def test_items_are_written_and_seeding_twice_changes_nothing(
    file: str, there: Project, client: DynamoDBClient, name: str
) -> None:
    path = there.write(f"files/{file}", FILES[file].replace("NAME", name))
    shown = there.call("seed", "--file", f"files/{file}", "--table", name).ok()
    assert f"+ {name}: 60 items seeded" in shown.out
    found = content(client, name)
    assert len(found) == 60
    if file in TYPED:
        assert found == {(key["pk"]["S"], key["sk"]["N"]): plain_item({**key, **ITEM}) for key in KEYS}
    path.with_suffix(".gz").write_bytes(gzip.compress(path.read_bytes()))
    again = there.call("seed", "--file", f"files/{path.with_suffix('.gz').name}", "--table", name, "--json").ok()
    assert again.json["tables"] == [{"name": name, "items": 60, "files": [f"files/{path.with_suffix('.gz').name}"]}]
    assert content(client, name) == found


@pytest.fixture
def database(place: Place) -> Iterator[Database]:
    with place.database as database:
        yield database


attributes = st.dictionaries(names.filter(lambda name: name not in ("pk", "sk")), values, max_size=4)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=st.lists(attributes, min_size=1, max_size=6), data=st.data())
def test_every_type_is_stored_as_it_is_in_the_file(
    items: list[dict[str, Any]],
    data: st.DataObject,
    database: Database,
    prefix: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder, name = tmp_path_factory.mktemp("law"), f"{prefix}law"
    stored = [{"pk": {"S": "p"}, "sk": {"N": str(number)}, **item} for number, item in enumerate(items)]
    typed = [to_json(item) for item in stored]
    lines = "".join(f"{json.dumps(item)}\n" for item in typed)
    exported = "".join(f"{json.dumps({'Item': item})}\n" for item in typed)
    text = data.draw(st.sampled_from([lines, exported, json.dumps({name: typed}, indent=1), dump({name: typed})]))
    (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    (folder / "tables.json").write_text(json.dumps({"tables": [declared(name)]}))
    with dumped_table(database.client, name):
        config = load(folder / "tables.json")
        with read_seeds(config, database, [folder / f"{name}.txt"], tables=[name]) as seeds:
            assert seed(seeds, database) == {name: len(items)}
        expected = {(item["pk"]["S"], item["sk"]["N"]): plain_item(item) for item in stored}
        assert content(database.client, name) == expected


def test_declared_files_and_those_named_after_tables(
    there: Project, configure: Configure, client: DynamoDBClient, prefix: str
) -> None:
    names = [f"{prefix}{name}" for name in ("declared", "found", "none")]
    configure(declared(names[0], seed=["items/*.yaml"]), *map(declared, names[1:]))
    there.write("config/items/one.yaml", "- {pk: a, sk: 1}\n")
    there.write("config/items/two.yaml", "- {pk: a, sk: 2}\n")
    there.write(f"config/seeds/{names[0]}.yaml", "- {pk: ignored, sk: 1}\n")
    there.write(f"config/seeds/{names[1]}.csv", "pk,sk\nb,1\n")
    dry = there.call("seed", "--dry-run").ok()
    assert f"{names[0]}.yaml: not read, because no table without `seed` has its name" in dry.err
    assert f"{names[1]}.csv" not in dry.err
    assert f"+ {names[0]}: would seed 2 items (config/items/one.yaml, config/items/two.yaml)" in dry.out
    assert f"+ {names[1]}: would seed 1 item (config/seeds/{names[1]}.csv)" in dry.out
    there.call("seed").fails(f"table {names[0]} does not exist", f"{names[1]} does not exist", "dynamotasks migrate")
    there.call("migrate").ok()
    there.call("seed").ok()
    assert list(content(client, names[0])) == [("a", "1"), ("a", "2")]
    assert list(content(client, names[1])) == [("b", "1")]
    assert content(client, names[2]) == {}
    there.call("seed", "--table", names[2]).fails(f"no seed file of table {names[2]}", "--file")


def test_dump_in_the_folder_of_seeds_is_a_seed(there: Project, client: DynamoDBClient, name: str) -> None:
    fill(client, name, 3)
    before = content(client, name)
    there.call("dump", "--out", "config/seeds").ok()
    drop(client, name)
    there.call("migrate").ok()
    seeded = there.call("seed").ok()
    (line,) = seeded.out.splitlines()  # a slow engine adds the speed
    assert line.startswith(f"+ {name}: 3 items seeded")
    assert line.endswith(f"(config/seeds/{name}.jsonl.gz)")
    assert "not read" not in seeded.err
    assert content(client, name) == before


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("users.jsonl", '{"pk": "a", "sk": 1}\n' + '{"pk": "b", "sk": 1\n', "users.jsonl:2:"),
        ("users.json", '[{"pk": "a", "sk": 1},\n{"pk": "b", "sk": "1"}]', "users.json:2:13"),
        ("users.csv", "pk,sk\na,1\nb,2,3\n", "users.csv:3:1: 3 cells: expected 2"),
        ("users.yaml", "- {pk: a, sk: 1}\n- {pk: a, sk: 1}\n", "users.yaml:2:3"),
    ],
)
def test_nothing_is_written_if_a_file_has_a_problem(
    file: str, text: str, expected: str, there: Project, client: DynamoDBClient, name: str
) -> None:
    good = there.write("good.yaml", "- {pk: good, sk: 1}\n")
    there.write(file, text)
    failed = there.call("seed", "--table", name, "--file", str(good), "--file", file).fails(
        expected, "nothing was sent"
    )
    assert "Traceback" not in failed.err
    assert content(client, name) == {}


def test_table_with_other_keys_is_not_written_to(
    there: Project, configure: Configure, client: DynamoDBClient, name: str
) -> None:
    key = {"attribute_name": "pk", "key_type": "HASH"}
    configure({"name": name, "attributes": [{"name": "pk", "type": "S"}], "key_schema": [key]})
    there.write("config/seeds/x.yaml", "- {pk: a}\n")
    there.call("seed", "--table", name, "--file", "config/seeds/x.yaml").fails(
        "has other keys than the config declares", f" replace --table {name}`"
    )
    assert content(client, name) == {}


def test_seeding_outside_disposable_environments_requires_the_name(
    there: Project, client: DynamoDBClient, name: str
) -> None:
    there.write("items.yaml", "- {pk: a, sk: 1}\n")
    config = Path(there.root / "config/tables.yaml").read_text().partition("\nenvironments:")[0]
    endpoint, region = client.meta.endpoint_url, client.meta.region_name
    there.write(
        "config/tables.yaml",
        f"{config}\nenvironments:\n  prod: {{endpoint: '{endpoint}', region: {region}, credentials: dummy}}\n",
    )
    flags = ("seed", "--env", "prod", "--table", name, "--file", "items.yaml")
    variables = {"DYNAMOTASKS_ENDPOINT": "", "DYNAMOTASKS_ENV": ""}
    there.call(*flags, **variables).fails("environment prod is not disposable", "--confirm prod")
    there.call(*flags, "--confirm", "dev", **variables).fails("'dev' is not the name of environment 'prod'")
    assert content(client, name) == {}
    there.call(*flags, "--confirm", "prod", **variables).ok()
    assert len(content(client, name)) == 1


def test_reset_seeds_the_new_tables_unless_a_file_has_a_problem(
    there: Project, client: DynamoDBClient, name: str
) -> None:
    there.write("extra.yaml", "- {pk: extra, sk: 1}\n")
    there.call("seed", "--table", name, "--file", "extra.yaml").ok()
    there.write(f"config/seeds/{name}.yaml", "- {pk: a, sk: x}\n")
    there.call("reset", "--yes", "--seed").fails(f"{name}.yaml:1:11")
    assert list(content(client, name)) == [("extra", "1")]
    there.write(f"config/seeds/{name}.yaml", "- {pk: a, sk: 1}\n- {pk: a, sk: 2}\n")
    assert f"+ {name}: would seed 2 items" in there.call("reset", "--seed", "--dry-run").ok().out
    document = there.call("reset", "--yes", "--seed", "--json").ok().json
    assert document["seeded"] == [{"name": name, "items": 2, "files": [f"config/seeds/{name}.yaml"]}]
    assert sorted(content(client, name)) == [("a", "1"), ("a", "2")]
