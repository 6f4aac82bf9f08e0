"""`db.replace`: a table becomes a new one with the same items, whenever the process is killed."""

from __future__ import annotations

import json
import stat
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.running import Project

from .places import Place

HASH, RANGE = {"attribute_name": "pk", "key_type": "HASH"}, {"attribute_name": "sk", "key_type": "RANGE"}
INVERTED = {
    "index_name": "inverted",
    "key_schema": [{**RANGE, "key_type": "HASH"}, {**HASH, "key_type": "RANGE"}],
    "projection": {"projection_type": "ALL"},
}
BY_COLOUR = {
    "index_name": "by_colour",
    "key_schema": [{"attribute_name": "colour", "key_type": "HASH"}],
    "projection": {"projection_type": "ALL"},
}
TYPES = [{"name": name, "type": kind} for name, kind in (("pk", "S"), ("sk", "N"), ("colour", "S"))]
TTL: dict[str, Any] = {"time_to_live_specification": {"attribute_name": "expires_at"}}
DECISIVE = ("Scan", "DeleteTable", "CreateTable", "BatchWriteItem", "UpdateTimeToLive")
EXTRA = {
    "bytes": {"B": b"\x00\xff"},
    "nested": {"M": {"list": {"L": [{"NULL": True}, {"BOOL": False}, {"N": "1.5"}]}, "☂": {"S": 'line\n" 2'}}},
    "sets": {"SS": ["b", "a"]},
    "numbers": {"NS": ["10", "9"]},
    "blobs": {"BS": [b"b", b"a"]},
}
ITEMS: dict[str, dict[str, Any]] = {
    str(n): {"pk": {"S": f"p{n}"}, "sk": {"N": str(n)}, "colour": {"S": "red"}, "old": {"S": "x" * n}, **EXTRA}
    for n in range(40)
}


def in_order(item: Any) -> Any:
    """A set comes back in any order."""
    return {
        name: {kind: sorted(value) if kind in ("SS", "NS", "BS") else value for kind, value in typed.items()}
        for name, typed in item.items()
    }


class Replaced:
    """A project with one table, on the place that the suite runs in."""

    def __init__(self, place: Place, root: Path, name: str, endpoint: str | None = None) -> None:
        self.name = name
        self.client = place.database.client
        self._endpoint = endpoint or str(place.target.endpoint)
        self.project = Project(root, {"DYNAMOTASKS_ENV": "here"})

    def declare(self, *keys: dict[str, str], disposable: bool = True, **more: Any) -> None:
        here = {"endpoint": self._endpoint, "credentials": "dummy", "region": "us-east-1", "disposable": disposable}
        used = {key["attribute_name"] for key in keys}
        for kind in ("global_secondary_indexes", "local_secondary_indexes"):
            used |= {key["attribute_name"] for index in more.get(kind, ()) for key in index["key_schema"]}
        types = [kind for kind in more.pop("attributes", TYPES) if kind["name"] in used]
        table = {"name": self.name, "attributes": types, "key_schema": list(keys), **more}
        self.project.write("config/tables.json", json.dumps({"tables": [table], "environments": {"here": here}}))

    def fill(self) -> None:
        puts: list[Any] = [{"PutRequest": {"Item": item}} for item in ITEMS.values()]
        for batch in (puts[:25], puts[25:]):
            self.client.batch_write_item(RequestItems={self.name: batch})

    def items(self) -> dict[str, Any]:
        pages = self.client.get_paginator("scan").paginate(TableName=self.name)
        return {item["sk"]["N"]: in_order(item) for page in pages for item in page["Items"]}

    def is_complete(self) -> bool:
        return self.items() == {number: in_order(item) for number, item in ITEMS.items()}

    def keys(self) -> list[str]:
        return [key["AttributeName"] for key in self.client.describe_table(TableName=self.name)["Table"]["KeySchema"]]

    def left(self) -> list[Path]:
        return sorted((self.project.root / ".dynamotasks").glob("replace-*"))


@pytest.fixture
def replaced(place: Place, tmp_path: Path, prefix: str) -> Iterator[Replaced]:
    made = Replaced(place, tmp_path / "project", f"{prefix}t")
    yield made
    drop(made)


def drop(made: Replaced) -> None:
    if made.name in made.client.list_tables()["TableNames"]:
        made.client.delete_table(TableName=made.name)


def test_another_key_keeps_the_items(replaced: Replaced) -> None:
    replaced.declare(HASH, **TTL)
    replaced.project.call("migrate").ok()
    replaced.fill()
    replaced.declare(HASH, RANGE, **TTL)
    refused = replaced.project.call("migrate", "--allow-destructive").fails("impossible in place")
    assert "db.replace" in refused.err.replace("dynamotasks ", "db.")
    shown = replaced.project.call("replace", "--table", replaced.name, "--dry-run").ok()
    assert "write 40 items back" in shown.out
    replaced.project.call("replace", "--table", replaced.name).fails("keep its 40 items?", "--yes")
    assert (replaced.keys(), replaced.left()) == (["pk"], [])
    done = replaced.project.call("replace", "--table", replaced.name, "--yes").ok()
    assert "write 40 items back" in done.out
    assert "replaced, with 40 items" in done.out
    assert replaced.keys() == ["pk", "sk"]
    assert replaced.is_complete()
    assert replaced.left() == []
    replaced.project.call("status", "--exit-code").ok()


def test_an_inverted_index_goes_by_replacing(replaced: Replaced, place: Place) -> None:
    """On DynamoDB Local its deletion would never end, and is not even tried."""
    replaced.declare(HASH, RANGE, global_secondary_indexes=[INVERTED, BY_COLOUR])
    replaced.project.call("migrate").ok()
    replaced.fill()
    replaced.declare(HASH, RANGE, global_secondary_indexes=[BY_COLOUR])
    kind = {step["kind"] for step in replaced.project.call("plan", "--prune", "--json").ok().json["tables"][0]["steps"]}
    if place.name in ("java", "docker"):
        assert kind == {"impossible"}
        replaced.project.call("migrate", "--prune", "--allow-destructive").fails("never finish deleting", "replace")
    else:
        assert kind == {"destructive"}
    done = replaced.project.call("replace", "--table", replaced.name, "--yes").ok()
    assert "global_secondary_indexes[inverted] is not declared: the new table is without it" in done.err
    assert replaced.is_complete()
    assert "nothing to do" in replaced.project.call("plan", "--prune", "--exit-code").ok().out


def test_an_index_with_the_keys_of_another_is_deleted_in_place_where_that_ends(
    replaced: Replaced, place: Place
) -> None:
    replaced.declare(HASH, global_secondary_indexes=[BY_COLOUR, {**BY_COLOUR, "index_name": "twin"}])
    replaced.project.call("migrate").ok()
    replaced.declare(HASH, global_secondary_indexes=[BY_COLOUR])
    deleted = replaced.project.call("migrate", "--prune", "--allow-destructive")
    if place.name in ("java", "docker"):
        deleted.fails("never finish deleting")
    else:
        deleted.ok()


def test_items_that_do_not_fit_stop_it_before_anything_is_changed(replaced: Replaced) -> None:
    replaced.declare(HASH)
    replaced.project.call("migrate").ok()
    replaced.fill()
    replaced.client.put_item(TableName=replaced.name, Item={"pk": {"S": "no sk"}})
    replaced.client.put_item(TableName=replaced.name, Item={"pk": {"S": "text"}, "sk": {"S": "7"}})
    replaced.declare(HASH, RANGE)
    refused = replaced.project.call("replace", "--table", replaced.name, "--yes")
    refused.fails("2 of 42 items", "key attribute sk is missing", "is of type S, declared N", "nothing is changed")
    assert (replaced.keys(), len(replaced.client.scan(TableName=replaced.name)["Items"])) == (["pk"], 42)
    assert replaced.left() == []


def test_items_that_would_become_one_stop_it(replaced: Replaced) -> None:
    replaced.declare(HASH, RANGE)
    replaced.project.call("migrate").ok()
    for n in ("1", "2"):
        replaced.client.put_item(TableName=replaced.name, Item={"pk": {"S": "same"}, "sk": {"N": n}})
    replaced.declare(HASH)
    refused = replaced.project.call("replace", "--table", replaced.name, "--yes")
    refused.fails("1 of 2 items", "another item has the same declared key")
    assert replaced.keys() == ["pk", "sk"]


def test_it_refuses_where_writes_may_not_be_lost(replaced: Replaced) -> None:
    replaced.declare(HASH)
    replaced.project.call("migrate").ok()
    replaced.declare(HASH, RANGE, disposable=False)
    refused = replaced.project.call("replace", "--table", replaced.name, "--yes")
    refused.fails("is not disposable", "would be lost", "another name")
    assert replaced.keys() == ["pk"]


def test_it_takes_one_table_that_exists(replaced: Replaced) -> None:
    replaced.declare(HASH)
    replaced.project.call("replace", "--yes").fails("one table at a time")
    replaced.project.call("replace", "--table", replaced.name, "--yes").fails("no such table", "migrate creates it")


class Killer:
    """A way to the engine on which a process dies at its Nth request."""

    def __init__(self, endpoint: str) -> None:
        self._place = str(urlsplit(endpoint).netloc)
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._victim: subprocess.Popen[str] | None = None
        self._left, self._forward_first, self._operations = 0, False, tuple[str, ...]()
        killer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                fatal = killer.is_fatal(self.headers["X-Amz-Target"])
                if fatal and not killer._forward_first:
                    killer.kill(self)
                    return
                upstream = HTTPConnection(killer._place)
                upstream.request("POST", self.path, body, dict(self.headers))
                answer = upstream.getresponse()
                content = answer.read()
                upstream.close()
                if fatal:
                    killer.kill(self)
                    return
                self.send_response_only(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Keep the tests' output clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"

    def arm(self, at: int, *operations: str, forward_first: bool = False) -> None:
        """The request of that number among those of these operations is the last one; 0 for none."""
        self._left, self._forward_first, self._operations = at, forward_first, operations
        self._ready.clear()

    def watch(self, victim: subprocess.Popen[str]) -> None:
        self._victim = victim
        self._ready.set()

    def is_fatal(self, target: str) -> bool:
        with self._lock:
            counts = target.split(".")[-1] in self._operations
            self._left -= counts
            return counts and self._left == 0

    def kill(self, handler: BaseHTTPRequestHandler) -> None:
        self._ready.wait()
        assert self._victim
        self._victim.kill()
        self._victim.wait()
        handler.close_connection = True


@contextmanager
def killing(endpoint: str) -> Iterator[Killer]:
    killer = Killer(endpoint)
    thread = threading.Thread(target=killer.server.serve_forever)
    thread.start()
    try:
        yield killer
    finally:
        killer.server.shutdown()
        killer.server.server_close()
        thread.join()


@pytest.mark.parametrize("forward_first", [False, True], ids=["before the request", "after the request"])
def test_a_kill_at_any_request_loses_nothing(place: Place, tmp_path: Path, prefix: str, forward_first: bool) -> None:
    with killing(str(place.target.endpoint)) as killer:
        made = Replaced(place, tmp_path / "project", f"{prefix}t", killer.endpoint)
        try:
            for number in range(1, 100):
                if not kill_and_run_again(made, killer, number, forward_first):
                    break
            assert number >= 10
        finally:
            drop(made)


def kill_and_run_again(made: Replaced, killer: Killer, number: int, forward_first: bool) -> bool:
    """Whether there was such a request."""
    drop(made)
    killer.arm(0)
    made.declare(HASH, **TTL)
    made.project.call("migrate").ok()
    made.fill()
    made.declare(HASH, RANGE, global_secondary_indexes=[BY_COLOUR], **TTL)
    replace = ("dynamotasks", "replace", "--table", made.name, "--yes")
    killer.arm(number, *DECISIVE, forward_first=forward_first)
    with made.project.start(*replace) as victim:
        killer.watch(victim)
        victim.communicate()
    was_killed = victim.returncode < 0
    killer.arm(0)
    if was_killed:
        kept = [path for path in made.left() if path.suffix in (".json", ".jsonl")]
        assert len(kept) == 2 or made.is_complete(), f"request {number}: {made.left()}"
        assert {stat.S_IMODE(path.stat().st_mode) for path in kept} <= {0o600}
        made.project.call(*replace[1:]).ok()
    assert made.is_complete(), f"request {number}"
    assert made.keys() == ["pk", "sk"]
    assert made.left() == []
    made.project.call("status", "--exit-code").ok()
    return was_killed


def cut_off_at(made: Replaced, killer: Killer, operation: str) -> None:
    """Killed before a request."""
    made.declare(HASH)
    made.project.call("migrate").ok()
    made.fill()
    made.declare(HASH, RANGE)
    killer.arm(1, operation)
    with made.project.start("dynamotasks", "replace", "--table", made.name, "--yes") as victim:
        killer.watch(victim)
        victim.communicate()
    killer.arm(0)


def interrupted(made: Replaced, killer: Killer) -> None:
    """Killed at its first batch: the old table is gone, the new one is empty."""
    cut_off_at(made, killer, "BatchWriteItem")
    assert (made.keys(), made.items()) == (["pk", "sk"], {})


@pytest.fixture
def cut_off(place: Place, tmp_path: Path, prefix: str) -> Iterator[Replaced]:
    with killing(str(place.target.endpoint)) as killer:
        made = Replaced(place, tmp_path / "project", f"{prefix}t", killer.endpoint)
        interrupted(made, killer)
        yield made
        drop(made)


def test_a_damaged_dump_is_not_restored(cut_off: Replaced) -> None:
    (dump,) = (path for path in cut_off.left() if path.suffix == ".jsonl")
    lines = dump.read_text().splitlines(keepends=True)
    dump.write_text("".join(lines[:-1]))
    cut_off.project.call("replace", "--table", cut_off.name, "--yes").fails("is damaged", str(dump))
    dump.write_text("".join([*lines[:-1], "{}x\n"]))
    cut_off.project.call("replace", "--table", cut_off.name, "--yes").fails("cannot be read", str(dump))
    dump.write_text("".join(lines))
    cut_off.project.call("replace", "--table", cut_off.name, "--yes").ok()
    assert cut_off.is_complete()


@pytest.mark.parametrize(
    "damage", ["", "[]", "{}", '{"table": 1}', "null", '{"format": 99}'], ids=lambda text: text or "empty"
)
def test_a_damaged_manifest_is_named(cut_off: Replaced, damage: str) -> None:
    (manifest,) = (path for path in cut_off.left() if path.suffix == ".json")
    told = manifest.read_text()
    merged = json.dumps({**json.loads(told), **json.loads(damage)}) if damage.startswith('{"') else damage
    manifest.write_text(merged)
    cut_off.project.call("replace", "--table", cut_off.name, "--yes").fails(str(manifest))
    manifest.write_text(told)
    cut_off.project.call("replace", "--table", cut_off.name, "--yes").ok()
    assert cut_off.is_complete()


def test_items_written_to_the_new_table_meanwhile_are_not_overwritten(cut_off: Replaced) -> None:
    other = {"pk": {"S": "p1"}, "sk": {"N": "1"}, "mine": {"S": "new"}}
    cut_off.client.put_item(TableName=cut_off.name, Item=other)
    cut_off.project.call("replace", "--table", cut_off.name, "--yes").fails("that the old one had not", "remove")
    assert cut_off.items() == {"1": other}
    assert len(cut_off.left()) == 2
    cut_off.client.delete_item(TableName=cut_off.name, Key={"pk": other["pk"], "sk": other["sk"]})
    cut_off.project.call("replace", "--table", cut_off.name, "--yes").ok()
    assert cut_off.is_complete()


def test_a_dump_that_is_a_link_is_not_followed(cut_off: Replaced, tmp_path: Path) -> None:
    (dump,) = (path for path in cut_off.left() if path.suffix == ".jsonl")
    elsewhere = tmp_path / "elsewhere"
    dump.rename(elsewhere)
    dump.symlink_to(elsewhere)
    cut_off.project.call("replace", "--table", cut_off.name, "--yes").fails("cannot be read")
    assert elsewhere.exists()


def finish(made: Replaced) -> str:
    return f"keeps {len(ITEMS)} items in {made.left()[1]}; run `dynamotasks replace --table {made.name}` to finish"


@pytest.mark.parametrize("task", [["plan"], ["status"], ["migrate"], ["reset", "--dry-run"]], ids=lambda task: task[0])
def test_an_unfinished_run_is_told(cut_off: Replaced, task: list[str]) -> None:
    told = cut_off.project.call(*task, "--json").ok()
    assert told.err.count(finish(cut_off)) == 1
    cut_off.project.call("replace", "--table", cut_off.name, "--yes").ok()
    assert "interrupted" not in cut_off.project.call(*task).ok().err


def test_a_damaged_manifest_does_not_stop_a_plan(cut_off: Replaced) -> None:
    manifest = cut_off.left()[0]
    manifest.write_text("{}")
    assert f"{manifest}: not a valid manifest" in cut_off.project.call("plan").ok().err


@pytest.mark.parametrize("how", ["reset", "drop", "from outside"])
def test_a_copy_is_not_written_into_a_later_table(cut_off: Replaced, how: str) -> None:
    if how == "from outside":
        drop(cut_off)
    else:
        assert finish(cut_off) in cut_off.project.call(how, "--table", cut_off.name, "--yes").ok().err
    for _ in range(2):
        refused = cut_off.project.call("replace", "--table", cut_off.name, "--yes")
        refused.fails("was dropped after an interrupted", str(cut_off.left()[1]), "only copy of 40 items")
        assert "was dropped since" in cut_off.project.call("migrate").ok().err
    assert (cut_off.items(), len(cut_off.left())) == ({}, 2)
    for file in cut_off.left():
        file.unlink()
    cut_off.project.call("replace", "--table", cut_off.name, "--yes").ok()


@pytest.mark.parametrize("operation", ["DeleteTable", "CreateTable"])
def test_a_reset_ends_what_was_cut_off_before_the_new_table(
    place: Place, tmp_path: Path, prefix: str, operation: str
) -> None:
    with killing(str(place.target.endpoint)) as killer:
        made = Replaced(place, tmp_path / "project", f"{prefix}t", killer.endpoint)
        try:
            cut_off_at(made, killer, operation)
            made.project.call("reset", "--table", made.name, "--yes").ok()
            made.project.call("replace", "--table", made.name, "--yes").fails("was dropped after an interrupted")
            assert made.items() == {}
        finally:
            drop(made)


def test_a_config_that_was_changed_since_is_told(cut_off: Replaced) -> None:
    cut_off.declare(HASH)
    refused = cut_off.project.call("replace", "--table", cut_off.name, "--yes")
    refused.fails("the config was changed", "restore the config", str(cut_off.left()[1]), "only copy of 40 items")
    assert "inv db.replace" not in refused.err
    cut_off.declare(HASH, RANGE)
    cut_off.project.call("replace", "--table", cut_off.name, "--yes").ok()
    assert cut_off.is_complete()


def test_the_copy_goes_with_the_data_of_its_engine(cut_off: Replaced, place: Place) -> None:
    manifest, dump = cut_off.left()
    backend = place.name if place.name in ("docker", "moto") else "moto"  # any engine of the project's own will do
    endpoint = cut_off.project.call("up", "--backend", backend, "--port", "0", "--json").ok().json["endpoint"]
    own = manifest.with_name("replace-own-0.jsonl")
    own.write_bytes(dump.read_bytes())
    own.with_suffix(".json").write_text(json.dumps({**json.loads(manifest.read_text()), "endpoint": endpoint}))
    cut_off.project.call("down").ok()
    assert len(cut_off.left()) == 4
    assert f"40 items of table {cut_off.name} in {own}" in cut_off.project.call("down", "--volumes", "--yes").ok().out
    assert cut_off.left() == [manifest, dump]


def test_a_table_as_declared_is_not_replaced(replaced: Replaced) -> None:
    replaced.declare(HASH, **TTL)
    replaced.project.call("migrate").ok()
    replaced.fill()
    before = replaced.client.describe_table(TableName=replaced.name)["Table"]["CreationDateTime"]
    told = replaced.project.call("replace", "--table", replaced.name).ok()
    assert f"nothing to replace: {replaced.name} is as declared" in told.out
    assert replaced.project.call("replace", "--table", replaced.name, "--json").ok().json["items"] == 40
    assert replaced.project.call("replace", "--table", replaced.name, "--dry-run", "--json").ok().json["tables"]
    assert replaced.client.describe_table(TableName=replaced.name)["Table"]["CreationDateTime"] == before


def test_a_local_index_that_is_not_declared_goes_by_replacing(replaced: Replaced) -> None:
    local = {**BY_COLOUR, "key_schema": [HASH, {"attribute_name": "colour", "key_type": "RANGE"}]}
    replaced.declare(HASH, RANGE, local_secondary_indexes=[local])
    replaced.project.call("migrate").ok()
    replaced.fill()
    replaced.declare(HASH, RANGE)
    replaced.project.call("replace", "--table", replaced.name, "--yes").ok()
    assert not replaced.client.describe_table(TableName=replaced.name)["Table"].get("LocalSecondaryIndexes")
    assert replaced.is_complete()
