"""Servers other than DynamoDB at an endpoint: one message, without a traceback, an endless loop or a false success.

tests/unit/aws/test_response_shapes.py has the bodies that are rejected.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from typing import Any, TypeAlias

import pytest

from dynamotasks.aws import client
from tests.simulator import ControlPlane
from tests.support.running import Project
from tests.support.tables import configure, table

Response: TypeAlias = tuple[int, bytes, dict[str, str]]
Spoil: TypeAlias = Callable[[str, dict[str, Any]], "Response | None"]


@contextmanager
def impostor(plane: ControlPlane, spoil: Spoil) -> Iterator[str]:
    """Serve the plane's responses, except those that `spoil` replaces."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # otherwise each body is delayed by 40 ms

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
    """Edit the responses to one operation."""

    def spoil(operation: str, document: dict[str, Any]) -> Response | None:
        if operation != name or "__type" in document:
            return None
        document = json.loads(json.dumps(document))
        edit(document)
        return 200, json.dumps(document).encode(), {}

    return spoil


def member(*path: str | int, value: Any = None) -> Callable[[dict[str, Any]], object]:
    """Set a nested member, or delete it."""

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
    """Return a project with a table and settings that other calls read."""
    configure(project, table("users", time_to_live_specification={"attribute_name": "expires"}, tags={"a": "1"}))
    project.call("migrate", "--endpoint", plane.endpoint).ok()
    return project


BODIES = {
    "HTML": always(b"<!doctype html><title>Sign in</title>", Content_Type="text/html"),
    "no content": always(b"", 204),
    "another success status": always(b"{}", 201),
    "redirect": always(b"", 302, Location="http://127.0.0.1:9/"),
    "error without a code": always(b"{}", 400),
    "error that is not UTF-8": always(b"\xff\xfe", 400),
    "bad gateway": always(b"<html>\xff", 502),
    "checksum that is not a number": always(b'{"TableNames": []}', X_Amz_Crc32="soon"),
    "same page forever": always(b'{"TableNames": ["users"], "LastEvaluatedTableName": "users"}'),
}
UNLIKE = "not a response from DynamoDB"


@pytest.mark.parametrize("kind", BODIES)
def test_response_of_another_server_is_one_error(kind: str, aws_project: Project, plane: ControlPlane) -> None:
    with impostor(plane, BODIES[kind]) as endpoint:
        for task in ("list", "status", "plan", "migrate"):
            aws_project.call(task, "--endpoint", endpoint).fails(
                f"{endpoint}: {UNLIKE}: ListTables returned", "check the endpoint"
            )
        refused = aws_project.call("plan", "--json", "--endpoint", endpoint).fails()
        assert refused.json["ok"] is False
        assert UNLIKE in refused.json["error"]["message"]


EDITS = {
    "table": ("DescribeTable", member("Table")),
    "key": ("DescribeTable", member("Table", "KeySchema", value="id")),
    "TTL": ("DescribeTimeToLive", member("TimeToLiveDescription")),
    "tag": ("ListTagsOfResource", member("Tags", 0, "Value")),
}


@pytest.mark.parametrize("kind", EDITS)
def test_malformed_part_of_a_response_is_reported(kind: str, aws_project: Project, plane: ControlPlane) -> None:
    operation, edit = EDITS[kind]
    with impostor(plane, only(operation, edit)) as endpoint:
        for task, code in (("plan", 2), ("status", 2), ("migrate", 1)):
            flags = ("--exit-code",) if code == 2 else ()
            seen = aws_project.call(task, *flags, "--endpoint", endpoint)
            assert seen.code in (1, code), seen
            assert f"{UNLIKE}: {operation} returned" in seen.out + seen.err, seen
            assert "Traceback" not in seen.err


def test_repeated_page_of_tags_is_an_error(aws_project: Project, plane: ControlPlane) -> None:
    page = b'{"Tags": [{"Key": "a", "Value": "1"}], "NextToken": "again"}'

    def spoil(operation: str, document: dict[str, Any]) -> Response | None:
        return (200, page, {}) if operation == "ListTagsOfResource" else None

    with impostor(plane, spoil) as endpoint:
        aws_project.call("migrate", "--endpoint", endpoint).fails(
            f"{UNLIKE}: ListTagsOfResource returned the page after 'again'"
        )


def test_endless_list_of_tables_is_an_error(
    aws_project: Project, plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_MAX_PAGES", 5)
    names = (f"table-{number}" for number in count())

    def spoil(operation: str, document: dict[str, Any]) -> Response | None:
        name = next(names)
        page = json.dumps({"TableNames": [name], "LastEvaluatedTableName": name}).encode()
        return (200, page, {}) if operation == "ListTables" else None

    with impostor(plane, spoil) as endpoint:
        aws_project.call("list", "--endpoint", endpoint).fails(f"{UNLIKE}: ListTables returned more than 5 pages")


@pytest.mark.parametrize("operation", ["CreateTable", "UpdateTimeToLive", "TagResource"])
def test_lost_response_is_recovered(operation: str, project: Project, plane: ControlPlane) -> None:
    """The call takes effect, its response is a page of HTML, and the next response is valid."""
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


def test_table_being_deleted_may_lack_its_keys(aws_project: Project, plane: ControlPlane) -> None:
    plane.deleting = 600
    plane.answer("DeleteTable", {"TableName": "users"})

    def bare(document: dict[str, Any]) -> None:
        for name in ("KeySchema", "AttributeDefinitions"):
            del document["Table"][name]

    with impostor(plane, only("DescribeTable", bare)) as endpoint:
        assert "DELETING" in aws_project.call("list", "--endpoint", endpoint).ok().out
        assert "is being deleted" in aws_project.call("plan", "--endpoint", endpoint).ok().err
