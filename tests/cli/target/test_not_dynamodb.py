"""Whatever answers at an endpoint, DynamoDB or not, is one message: no traceback, no endless loop, no false success."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, TypeAlias

import pytest

from tests.simulator import ControlPlane
from tests.support.running import Project
from tests.support.tables import configure, table

Response: TypeAlias = tuple[int, bytes, dict[str, str]]
Spoil: TypeAlias = Callable[[str, dict[str, Any]], "Response | None"]


@contextmanager
def impostor(plane: ControlPlane, spoil: Spoil) -> Iterator[str]:
    """A server that passes requests on to the plane, and may answer something else."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            operation = self.headers.get("X-Amz-Target", ".").rpartition(".")[2]
            status, document = plane.answer(operation, json.loads(body))
            status, payload, headers = spoil(operation, document) or (status, json.dumps(document).encode(), {})
            self.send_response(status)
            for name, value in {"Content-Length": str(len(payload)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(payload)
            self.close_connection = "Content-Length" in headers

        def version_string(self) -> str:
            return "Server"

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def always(body: bytes, status: int = 200, **headers: str) -> Spoil:
    return lambda operation, document: (status, body, {n.replace("_", "-"): v for n, v in headers.items()})


def only(name: str, edit: Callable[[dict[str, Any]], object]) -> Spoil:
    """Edits the answers to one operation."""

    def spoil(operation: str, document: dict[str, Any]) -> Response | None:
        if operation != name or "__type" in document:
            return None
        document = json.loads(json.dumps(document))
        edit(document)
        return 200, json.dumps(document).encode(), {}

    return spoil


def member(*path: str | int, value: Any = None) -> Callable[[dict[str, Any]], object]:
    """Sets a member deep within, or takes it away."""

    def edit(document: dict[str, Any]) -> None:
        inner: Any = document
        for part in path[:-1]:
            inner = inner[part]
        if value is None:
            del inner[path[-1]]
        else:
            inner[path[-1]] = value

    return edit


@pytest.fixture
def aws_project(project: Project, plane: ControlPlane) -> Project:
    """A project whose table stands, with a setting that is read by a call of its own."""
    configure(project, table("users", time_to_live_specification={"attribute_name": "expires"}, tags={"a": "1"}))
    project.call("migrate", "--endpoint", plane.endpoint).ok()
    return project


BODIES = {
    "HTML": always(b"<!doctype html><title>Sign in</title>", Content_Type="text/html"),
    "empty": always(b""),
    "an empty document": always(b"{}"),
    "null": always(b"null"),
    "a list": always(b"[]"),
    "a text": always(b'"hello"'),
    "a number": always(b"1"),
    "no content": always(b"", 204),
    "another status of success": always(b"{}", 201),
    "half a document": always(b'{"TableNames": ["us'),
    "bad UTF-8": always(b'{"TableNames": ["\xff\xfe"]}'),
    "half a surrogate pair": always(b'{"TableNames": ["\\ud800"]}'),
    "deep": always(b'{"TableNames": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "names that are numbers": always(b'{"TableNames": [1]}'),
    "names that are one text": always(b'{"TableNames": "users"}'),
    "a redirect": always(b"", 302, Location="http://127.0.0.1:9/"),
    "not found": always(b"<html>", 404),
    "an error without a code": always(b"{}", 400),
    "an error that is a list": always(b"[]", 400),
    "an error that is null": always(b"null", 400),
    "a code that is a number": always(b'{"__type": 5}', 400),
    "a message that is a list": always(b'{"__type": "ValidationException", "message": [1]}', 400),
    "an error that is no UTF-8": always(b"\xff\xfe", 400),
    "a bad gateway": always(b"<html>\xff", 502),
    "a checksum that is a word": always(b'{"TableNames": []}', X_Amz_Crc32="soon"),
    "the same page for ever": always(b'{"TableNames": ["users"], "LastEvaluatedTableName": "users"}'),
}
UNLIKE = "not a response from DynamoDB"


@pytest.mark.parametrize("kind", BODIES)
def test_other_answers_are_one_message(kind: str, aws_project: Project, plane: ControlPlane) -> None:
    with impostor(plane, BODIES[kind]) as endpoint:
        for task in ("list", "status", "plan", "migrate"):
            aws_project.call(task, "--endpoint", endpoint).fails(
                f"{endpoint}: {UNLIKE}: ListTables returned", "check the endpoint"
            )
        refused = aws_project.call("plan", "--json", "--endpoint", endpoint).fails()
        assert refused.json["ok"] is False
        assert UNLIKE in refused.json["error"]["message"]


EDITS = {
    "no table": ("DescribeTable", member("Table")),
    "no status": ("DescribeTable", member("Table", "TableStatus")),
    "no name": ("DescribeTable", member("Table", "TableName")),
    "no key": ("DescribeTable", member("Table", "KeySchema")),
    "no attributes": ("DescribeTable", member("Table", "AttributeDefinitions")),
    "half a key": ("DescribeTable", member("Table", "KeySchema", 0, "KeyType")),
    "a key that is a text": ("DescribeTable", member("Table", "KeySchema", value="id")),
    "an attribute without a type": ("DescribeTable", member("Table", "AttributeDefinitions", 0, "AttributeType")),
    "no units": ("DescribeTable", member("Table", "ProvisionedThroughput", "ReadCapacityUnits")),
    "a count that is a text": ("DescribeTable", member("Table", "ItemCount", value="many")),
    "a time that is a text": ("DescribeTable", member("Table", "CreationDateTime", value="today")),
    "a time beyond all": ("DescribeTable", member("Table", "CreationDateTime", value=1e300)),
    "no Time to Live": ("DescribeTimeToLive", member("TimeToLiveDescription")),
    "no status of Time to Live": ("DescribeTimeToLive", member("TimeToLiveDescription", "TimeToLiveStatus")),
    "a tag without a value": ("ListTagsOfResource", member("Tags", 0, "Value")),
    "tags that are a text": ("ListTagsOfResource", member("Tags", value="none")),
}


@pytest.mark.parametrize("kind", EDITS)
def test_a_part_that_is_missing_or_of_another_type_is_told(
    kind: str, aws_project: Project, plane: ControlPlane
) -> None:
    operation, edit = EDITS[kind]
    with impostor(plane, only(operation, edit)) as endpoint:
        for task, code in (("plan", 2), ("status", 2), ("migrate", 1)):
            flags = ("--exit-code",) if code == 2 else ()
            told = aws_project.call(task, *flags, "--endpoint", endpoint)
            assert told.code in (1, code), told
            assert f"{UNLIKE}: {operation} returned" in told.out + told.err, told
            assert "Traceback" not in told.err


def test_the_same_page_of_tags_for_ever(aws_project: Project, plane: ControlPlane) -> None:
    page = b'{"Tags": [{"Key": "a", "Value": "1"}], "NextToken": "again"}'

    def spoil(operation: str, document: dict[str, Any]) -> Response | None:
        return (200, page, {}) if operation == "ListTagsOfResource" else None

    with impostor(plane, spoil) as endpoint:
        aws_project.call("migrate", "--endpoint", endpoint).fails(
            f"{UNLIKE}: ListTagsOfResource returned the page after 'again'"
        )


@pytest.mark.parametrize("operation", ["CreateTable", "UpdateTimeToLive", "TagResource"])
def test_an_answer_that_is_lost_in_between_is_got_over(operation: str, project: Project, plane: ControlPlane) -> None:
    """The call was carried out, its answer is a page of HTML, and the next one is right again."""
    lost: list[str] = []

    def spoil(called: str, document: dict[str, Any]) -> Response | None:
        if called == operation and called not in lost:
            lost.append(called)
            return 200, b"<html>", {}
        return None

    configure(project, table("users", time_to_live_specification={"attribute_name": "expires"}, tags={"a": "1"}))
    plane.calls.clear()
    with impostor(plane, spoil) as endpoint:
        project.call("migrate", "--endpoint", endpoint).ok()
        project.call("plan", "--exit-code", "--endpoint", endpoint).ok()


def test_a_table_that_is_being_deleted_has_no_key_to_show(aws_project: Project, plane: ControlPlane) -> None:
    plane.deleting = 600
    plane.answer("DeleteTable", {"TableName": "users"})

    def bare(document: dict[str, Any]) -> None:
        for name in ("KeySchema", "AttributeDefinitions"):
            del document["Table"][name]

    with impostor(plane, only("DescribeTable", bare)) as endpoint:
        assert "DELETING" in aws_project.call("list", "--endpoint", endpoint).ok().out
        assert "is being deleted" in aws_project.call("plan", "--endpoint", endpoint).ok().err
