"""A table to replace in the contract suite, and a proxy that kills the process at a chosen request."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.support.preloaded import Forked, Preloaded
from tests.support.running import Project, Result, until

from .places import Place

HASH, RANGE = {"attribute_name": "pk", "key_type": "HASH"}, {"attribute_name": "sk", "key_type": "RANGE"}
INVERTED = {
    "index_name": "inverted",
    "key_schema": [{**RANGE, "key_type": "HASH"}, {**HASH, "key_type": "RANGE"}],
    "projection": {"projection_type": "ALL"},
}
BY_COLOR = {
    "index_name": "by_color",
    "key_schema": [{"attribute_name": "color", "key_type": "HASH"}],
    "projection": {"projection_type": "ALL"},
}
TYPES = [{"name": name, "type": kind} for name, kind in (("pk", "S"), ("sk", "N"), ("color", "S"))]
WATCHED = ("Scan", "DeleteTable", "CreateTable", "BatchWriteItem", "UpdateTimeToLive")
KILL_EVERY = {"dynoxide": 1}  # request; elsewhere fewer are killed, because it takes longer
TTL: dict[str, Any] = {"time_to_live_specification": {"attribute_name": "expires_at"}}
EXTRA = {
    "bytes": {"B": b"\x00\xff"},
    "nested": {"M": {"list": {"L": [{"NULL": True}, {"BOOL": False}, {"N": "1.5"}]}, "☂": {"S": 'line\n" 2'}}},
    "sets": {"SS": ["b", "a"]},
    "numbers": {"NS": ["10", "9"]},
    "blobs": {"BS": [b"b", b"a"]},
}
ITEMS: dict[str, dict[str, Any]] = {
    str(n): {"pk": {"S": f"p{n}"}, "sk": {"N": str(n)}, "color": {"S": "red"}, "old": {"S": "x" * n}, **EXTRA}
    for n in range(40)
}


def in_order(item: Any) -> Any:
    """Sort sets, which DynamoDB returns in any order."""
    return {
        name: {kind: sorted(value) if kind in ("SS", "NS", "BS") else value for kind, value in typed.items()}
        for name, typed in item.items()
    }


class ReplacedTable:
    """A project with one table, in the place where the suite runs."""

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

    def settings(self) -> tuple[Any, ...]:
        """Return what the engine stores of the table besides its items."""
        described = self.client.describe_table(TableName=self.name)["Table"]
        keys = ("KeySchema", "AttributeDefinitions", "DeletionProtectionEnabled", "TableStatus")
        indexes = [(index["IndexName"], index["KeySchema"]) for index in described.get("GlobalSecondaryIndexes", ())]
        ttl = self.client.describe_time_to_live(TableName=self.name)["TimeToLiveDescription"]
        billing = described.get("BillingModeSummary", {}).get("BillingMode")
        return *(described.get(key) for key in keys), billing, indexes, ttl.get("AttributeName")

    def drop(self) -> None:
        if self.name in self.client.list_tables()["TableNames"]:
            self.client.delete_table(TableName=self.name)

    def replace(self, *flags: str, confirm: bool = True) -> Result:
        return self.project.call("replace", "--table", self.name, *flags, *(["--yes"] if confirm else []))

    def replace_until(self, killer: Killer, number: int, *operations: str, forward_first: bool = False) -> bool:
        """Run `db.replace` in a process that is killed at a request, and return whether there was such a request."""
        killer.arm(number, *operations, forward_first=forward_first)
        return killer.run(self.project, "replace", "--table", self.name, "--yes") < 0

    def replace_until_operation(self, killer: Killer, operation: str) -> None:
        """Fill the table, declare another key and run `db.replace` until an operation is about to be sent."""
        self.declare(HASH)
        self.project.call("migrate").ok()
        self.fill()
        self.declare(HASH, RANGE)
        assert self.replace_until(killer, 1, operation)

    def backup_files(self) -> list[Path]:
        return sorted((self.project.root / ".dynamotasks").glob("replace-*"))


class _Server(ThreadingHTTPServer):
    """Counts its open connections."""

    daemon_threads = True

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self._lock, self._open = threading.Lock(), 0

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open += 1
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._lock:
            self._open -= 1

    def wait_until_closed(self) -> None:
        """Wait until all connections so far are closed."""
        last = HTTPConnection("127.0.0.1", self.server_port)
        last.request("GET", "/")
        last.getresponse()  # it was accepted after the others
        last.close()
        until(lambda: not self._open)


class Killer:
    """A proxy to the engine that kills a process at its Nth request."""

    def __init__(self, endpoint: str, processes: Preloaded) -> None:
        self._processes = processes
        self._netloc = str(urlsplit(endpoint).netloc)
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._victim: Forked | None = None
        self._left, self._forward_first, self._operations = 0, False, tuple[str, ...]()
        self._is_armed = False
        killer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # one packet a response: a second one would wait 40 ms for the acknowledgment of the first

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                if len(body) < length:  # the process was killed while it sent the request
                    self.close_connection = True
                    return
                fatal = killer.is_fatal(self.headers["X-Amz-Target"])
                if fatal and not killer._forward_first:
                    killer.kill(self)
                    return
                upstream = HTTPConnection(killer._netloc)
                upstream.request("POST", self.path, body, dict(self.headers))
                response = upstream.getresponse()
                content = response.read()
                upstream.close()
                if fatal:
                    killer.kill(self)
                    return
                self.send_response_only(response.status)
                for name, value in response.getheaders():
                    if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                self.wfile.flush()

            def handle(self) -> None:
                with suppress(ConnectionError):  # the process was killed, or the engine was stopped
                    super().handle()

            def log_message(self, *_: object) -> None:
                """Do not write to the output of the tests."""

        self.server = _Server(Handler)
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"

    def arm(self, at: int, *operations: str, forward_first: bool = False) -> None:
        """Kill the process at the Nth request of these operations or, without one, of all; 0 for none."""
        self._is_armed = at > 0
        self._left, self._forward_first, self._operations = at, forward_first, operations
        self._ready.clear()

    def run(self, project: Project, *argv: str) -> int:
        """Run `dynamotasks ...` and return its exit code, which is negative if it was killed."""
        self._victim = self._processes.start(project, *argv)
        self._ready.set()
        code = self._victim.wait()
        self.server.wait_until_closed()  # else a parallel request of the process could still be forwarded
        self.arm(0)
        return code

    def is_fatal(self, target: str) -> bool:
        with self._lock:
            counts = not self._operations or target.split(".")[-1] in self._operations
            self._left -= counts
            return counts and self._is_armed and self._left <= 0

    def kill(self, handler: BaseHTTPRequestHandler) -> None:
        self._ready.wait()
        assert self._victim
        self._victim.kill()
        self._victim.wait()
        handler.close_connection = True


@contextmanager
def killing(endpoint: str, processes: Preloaded) -> Iterator[Killer]:
    killer = Killer(endpoint, processes)
    thread = threading.Thread(target=killer.server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield killer
    finally:
        killer.server.shutdown()
        killer.server.server_close()
        thread.join()
