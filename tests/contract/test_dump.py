"""A dump that is loaded is the same data, in any environment."""

from __future__ import annotations

import gzip
import json
import shlex
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dynamotasks import Database, dump, load_dump, plan_load
from tests.support.items import names, values
from tests.support.running import Project, clean_environment, command_line

from .dumped_tables import content, create, declared, drop, dumped_table, fill
from .places import Configure, Place

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def users(there: Project, configure: Configure, client: DynamoDBClient, prefix: str) -> str:
    """Return the name of a declared table with 30 items."""
    name = f"{prefix}users"
    configure(declared(name))
    there.call("migrate").ok()
    fill(client, name, 30)
    return name


@pytest.fixture
def database(place: Place) -> Iterator[Database]:
    with place.database as database:
        yield database


attributes = st.dictionaries(names.filter(lambda name: name not in ("pk", "sk")), values, max_size=4)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=st.lists(attributes, max_size=6))
def test_every_type_is_the_same_after_dump_and_load(
    items: list[dict[str, Any]], database: Database, prefix: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    name, folder, client = f"{prefix}law", tmp_path_factory.mktemp("law"), database.client
    with dumped_table(client, name):
        for number, item in enumerate(items):
            client.put_item(TableName=name, Item={"pk": {"S": "p"}, "sk": {"N": str(number)}, **item})
        before = content(client, name)
        manifest = dump(database, folder / "dump", tables=[name])
        drop(client, name)
        load_dump(plan_load(database, folder / "dump"), database)
        assert content(client, name) == before
        again = dump(database, folder / "again", tables=[name])
    assert again.tables[0].items == manifest.tables[0].items
    assert manifest.tables[0].items.count == len(items)


def test_loads_what_it_dumped(there: Project, client: DynamoDBClient, users: str) -> None:
    before = content(client, users)
    dumped = there.call("dump", "--out", "saved").ok()
    assert "1 table written to saved" in dumped.out
    assert f"{users}: 30 items dumped" in dumped.out
    drop(client, users)
    shown = there.call("load", "saved", "--dry-run").ok()
    assert "would load 30 items, after creating the table" in shown.out
    loaded = there.call("load", "saved").ok()
    assert f"{users}: created" in loaded.out
    assert content(client, users) == before


def test_items_with_the_same_key_are_overwritten_and_others_stay(
    there: Project, client: DynamoDBClient, users: str
) -> None:
    before = content(client, users)
    there.call("dump", "--out", "saved").ok()
    client.put_item(TableName=users, Item={"pk": {"S": "p1"}, "sk": {"N": "1"}})
    client.put_item(TableName=users, Item={"pk": {"S": "other"}, "sk": {"N": "1"}})
    loaded = there.call("load", "saved").ok()
    assert "the table was not empty" in loaded.out
    after = content(client, users)
    assert after.pop(("other", "1"))
    assert after == before


def test_undeclared_table_is_created_as_it_was_in_an_environment_with_a_prefix(
    there: Project, configure: Configure, place: Place, client: DynamoDBClient, prefix: str
) -> None:
    name = f"{prefix}ttl"
    configure(declared(name, time_to_live_specification={"attribute_name": "expires_at"}))
    there.call("migrate").ok()
    fill(client, name, 3)
    there.call("dump", "--out", "saved").ok()
    endpoint = place.target.endpoint
    other = {"endpoint": endpoint, "table_prefix": f"{prefix}copy-", "disposable": True, "credentials": "dummy"}
    environments = {"copy": {**other, "region": "us-east-1"}}
    tables = [declared(f"{prefix}unrelated")]
    there.write("config/tables.yaml", json.dumps({"tables": tables, "environments": environments}))
    loaded = there.call("load", "saved", "--env", "copy").ok()
    assert f"{name}: created" in loaded.out
    assert content(client, f"{prefix}copy-{name}") == content(client, name)
    described = client.describe_time_to_live(TableName=f"{prefix}copy-{name}")["TimeToLiveDescription"]
    assert described.get("AttributeName") == "expires_at"


def test_expired_items_are_not_missed(there: Project, configure: Configure, client: DynamoDBClient, users: str) -> None:
    drop(client, users)
    configure(declared(users, time_to_live_specification={"attribute_name": "expires_at"}))
    create(client, users)
    fill(client, users, 10, {"expires_at": {"N": str(int(time.time()) - 60)}})
    there.call("dump", "--out", "saved").ok()
    drop(client, users)
    assert "10 items expired, which Time to Live deletes" in there.call("load", "saved").ok().out


def test_lines_are_those_of_an_export_to_s3(there: Project, users: str) -> None:
    there.call("dump", "--out", "saved").ok()
    lines = gzip.decompress((there.root / "saved" / f"{users}.jsonl.gz").read_bytes()).splitlines()
    items = [json.loads(line) for line in lines]
    assert {tuple(item) for item in items} == {("Item",)}
    assert all(item["Item"]["bytes"] == {"B": "AP8="} for item in items)


def test_other_environments_require_their_name(
    there: Project, configure: Configure, place: Place, client: DynamoDBClient, users: str
) -> None:
    there.call("dump", "--out", "saved").ok()
    drop(client, users)
    shared = {"endpoint": place.target.endpoint, "disposable": False, "credentials": "dummy", "region": "us-east-1"}
    there.write("config/tables.yaml", json.dumps({"tables": [declared(users)], "environments": {"shared": shared}}))
    there.call("load", "saved", "--env", "shared").fails("environment shared is not disposable", "--confirm shared")
    there.call("load", "saved", "--env", "shared", "--confirm", "prod").fails("'prod' is not the name")
    assert users not in client.list_tables()["TableNames"]
    there.call("load", "saved", "--env", "shared", "--dry-run").ok()
    there.call("load", "saved", "--env", "shared", "--confirm", "shared").ok()
    assert len(content(client, users)) == 30


def test_table_with_another_key_is_refused(
    there: Project, configure: Configure, client: DynamoDBClient, users: str
) -> None:
    there.call("dump", "--out", "saved").ok()
    drop(client, users)
    configure(declared(users, key_schema=[{"attribute_name": "pk", "key_type": "HASH"}]))
    refused = there.call("load", "saved").fails("pk (HASH, S) in the config", "sk (RANGE, N) in the dump", "replace")
    assert "nothing was written" in refused.err
    there.call("migrate").ok()
    there.call("load", "saved").fails("pk (HASH, S) in environment local")
    assert client.scan(TableName=users)["Count"] == 0


def test_dump_with_an_item_that_a_declared_index_cannot_hold_writes_nothing(
    there: Project, configure: Configure, client: DynamoDBClient, users: str
) -> None:
    there.call("dump", "--out", "saved").ok()
    drop(client, users)
    key = {"attribute_name": "digits", "key_type": "HASH"}
    index = {"index_name": "by_digits", "key_schema": [key], "projection": {"projection_type": "ALL"}}
    types = [*declared(users)["attributes"], {"name": "digits", "type": "S"}]
    configure(declared(users, attributes=types, global_secondary_indexes=[index]))
    refused = there.call("load", "saved").fails(
        f"{users}.jsonl.gz: line 1: table {users} cannot hold the item: key attribute digits has type N: expected S"
    )
    assert "damaged" not in refused.err
    assert users not in client.list_tables()["TableNames"]


def test_damaged_dump_writes_nothing(there: Project, client: DynamoDBClient, users: str) -> None:
    there.call("dump", "--out", "saved").ok()
    drop(client, users)
    file = there.root / "saved" / f"{users}.jsonl.gz"
    file.write_bytes(file.read_bytes()[:-1])
    there.call("load", "saved").fails(f"{users}.jsonl.gz", "the dump is damaged")
    assert users not in client.list_tables()["TableNames"]


def test_limit_and_one_table(there: Project, client: DynamoDBClient, users: str, prefix: str) -> None:
    create(client, f"{prefix}other")
    fill(client, f"{prefix}other", 12)
    dumped = there.call("dump", "--out", "saved", "--table", f"{prefix}other", "--limit", "5", "--json").ok().json
    assert [(table["name"], table["items"]) for table in dumped["tables"]] == [(f"{prefix}other", 5)]
    assert json.loads((there.root / "saved" / "manifest.json").read_text())["limit"] == 5
    there.call("dump", "--table", f"{prefix}othr").fails("no such table", "did you mean")


def test_items_of_one_table_to_stdout(there: Project, users: str) -> None:
    out = there.run("inv", "db.dump", "--table", users, "--out", "-").ok()
    items = [json.loads(line)["Item"] for line in out.out.splitlines()]
    assert len(items) == 30
    there.call("dump", "--out", "-").fails("the items of one table", "--table NAME")
    there.call("dump", "--out", "-", "--table", users, "--json").fails("cannot be combined with --json")


@pytest.mark.posix
def test_reader_of_stdout_may_leave(there: Project, client: DynamoDBClient, users: str) -> None:
    fill(client, users, 300)  # more than a pipe takes
    with there.start("dynamotasks", "dump", "--table", users, "--out", "-") as process:
        assert process.stdout
        assert process.stderr
        assert json.loads(process.stdout.readline()).keys() == {"Item"}
        process.stdout.close()
        assert process.stderr.read().count("\n") == 1  # the target
    assert process.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no device that is always full")
def test_full_disk_behind_stdout_is_one_message(there: Project, users: str) -> None:
    shell = f"{shlex.join(command_line(('dynamotasks', 'dump', '--table', users, '--out', '-')))} > /dev/full"
    environment = clean_environment(there.variables)
    failed = subprocess.run(shell, shell=True, cwd=there.root, env=environment, capture_output=True, check=False)
    assert failed.returncode == 1
    assert failed.stderr.decode().splitlines()[1:] == ["error: cannot write to stdout: No space left on device"]


def test_plain_json_refuses_what_it_cannot_express(there: Project, client: DynamoDBClient, users: str) -> None:
    refused = there.call("dump", "--out", "plain", "--format", "json")
    refused.fails("plain JSON cannot express", "attribute ", '"pk":{"S":"p', "--format export")
    assert not (there.root / "plain").exists()
    drop(client, users)
    there.call("migrate").ok()
    fill(client, users, 2, {"digits": {"N": "1" * 38}, "nested": {"M": {"list": {"L": [{"NULL": True}, {"S": "☂"}]}}}})
    there.call("dump", "--out", "plain", "--format", "json").ok()
    lines = gzip.decompress((there.root / "plain" / f"{users}.jsonl.gz").read_bytes()).splitlines()
    item = json.loads(lines[0])
    assert (item["digits"], item["nested"]) == (int("1" * 38), {"list": [None, "☂"]})
    there.call("load", "plain").fails("plain JSON", "seed")


def test_dry_run_writes_nothing(there: Project, users: str) -> None:
    dry = there.call("--dry", "dump", "--json").ok()
    assert "1 table would be written" in dry.err
    assert dry.json["tables"] == [{"name": users}]
    assert not (there.root / "dumps").exists()


def test_dumps_into_a_new_folder_by_default(there: Project, users: str) -> None:
    folder = Path(there.call("dump", "--json").ok().json["folder"])
    assert folder.parent == there.root / "dumps"
    assert folder.name.startswith("local-")
    assert (there.root / "dumps" / ".gitignore").read_text() == "*\n"
    there.call("load", str(folder)).ok()
