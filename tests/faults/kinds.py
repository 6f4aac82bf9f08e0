"""The faults, by name."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .proxy import JSON, Fault, Reply, Request

HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in</body></html>"
XML = b"<?xml version='1.0'?><ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>"
_TYPE = "com.amazonaws.dynamodb.v20120810#"


def always(reply: Reply) -> Fault:
    """Return the same reply to every request, without forwarding it."""
    return lambda request: reply


def responds(status: int, body: bytes = b"", kind: str = JSON, **headers: str) -> Fault:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return always(Reply(status=status, body=body, headers={"Content-Type": kind, "Server": "Server", **names}))


def rejects(code: str, message: str = "no", status: int = 400) -> Fault:
    return responds(status, json.dumps({"__type": code, "message": message}).encode())


def raw_bytes(raw: bytes) -> Fault:
    return always(Reply(raw=raw, end="close"))


def corrupted(corrupt: Callable[[Reply], Reply]) -> Fault:
    """Forward the request, and corrupt the reply."""
    return lambda request: corrupt(request.forward())


def rewritten(change: Callable[[Any], Any]) -> Fault:
    """Forward the request, and change the JSON document in the reply."""
    return corrupted(lambda reply: replace(reply, body=json.dumps(change(reply.document)).encode()))


def with_header(name: str, value: str) -> Fault:
    return corrupted(lambda reply: replace(reply, headers={**reply.headers, name: value}))


def map_leaves(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return the document with each leaf changed."""
    if isinstance(value, dict):
        return {name: map_leaves(part, change) for name, part in value.items()}
    if isinstance(value, list):
        return [map_leaves(part, change) for part in value]
    return change(value)


def other_type(value: Any) -> Any:
    return {"odd": [value]} if isinstance(value, str) else "odd"


def without(*names: str) -> Fault:
    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: strip(part) for name, part in value.items() if name not in names}
        return [strip(part) for part in value] if isinstance(value, list) else value

    return rewritten(strip)


def endless_names(request: Request) -> Reply:
    reply = request.forward()
    if request.operation != "ListTables":
        return reply
    return replace(reply, body=json.dumps({**reply.document, "LastEvaluatedTableName": "users"}).encode())


def endless_tags(request: Request) -> Reply:
    reply = request.forward()
    if request.operation != "ListTagsOfResource":
        return reply
    return replace(reply, body=json.dumps({**reply.document, "NextToken": "0"}).encode())


def other_table(request: Request) -> Reply:
    """Replace table names, except in ListTables, where a client cannot notice."""
    reply = request.forward()
    if request.operation == "ListTables":
        return reply
    document = map_leaves(reply.document, lambda value: "elsewhere" if value in ("users", "orders") else value)
    return replace(reply, body=json.dumps(document).encode())


def late_reset(request: Request) -> Reply:
    request.forward()
    return Reply(end="reset")


def late_failure(request: Request) -> Reply:
    request.forward()
    return Reply(status=500, body=b'{"__type": "InternalServerError", "message": "try again"}')


KINDS: dict[str, Fault] = {
    # --- pages of other servers
    "html": responds(200, HTML, "text/html"),
    "html with a JSON content type": responds(200, HTML),
    "html 404": responds(404, HTML, "text/html"),
    "html 502": responds(502, HTML, "text/html"),
    "html 503, retry later": responds(503, HTML, "text/html", Retry_After="1"),
    "xml 400": responds(400, XML, "text/xml"),
    "xml 200": responds(200, XML, "text/xml"),
    "redirect 301 to https": responds(301, b"", "text/html", Location="https://127.0.0.1:9/"),
    "redirect 302 to a page": responds(302, HTML, "text/html", Location="http://127.0.0.1:9/login"),
    "redirect 307 without a location": responds(307, b"", "text/html"),
    "401 from a proxy": responds(401, b"", "text/plain", WWW_Authenticate="Basic"),
    "403 from a firewall": responds(403, b"Forbidden", "text/plain"),
    "407 from a proxy": responds(407, HTML, "text/html", Proxy_Authenticate="Basic"),
    "418": responds(418, b"short and stout", "text/plain"),
    # --- bodies that are not responses
    "empty": responds(200),
    "204": responds(204),
    "{}": responds(200, b"{}"),
    "null": responds(200, b"null"),
    "[]": responds(200, b"[]"),
    "a string": responds(200, b'"tables"'),
    "NaN": responds(200, b"NaN"),
    "truncated document": corrupted(lambda reply: replace(reply, body=reply.body[: len(reply.body) // 2])),
    "truncated body": corrupted(
        lambda reply: replace(reply, body=reply.body[: len(reply.body) // 2], length=len(reply.body), end="close")
    ),
    "bad UTF-8": corrupted(
        lambda reply: replace(reply, body=reply.body.replace(b'": ', b'": "\xff\xfe\x80", "x": ', 1))
    ),
    "UTF-16": corrupted(lambda reply: replace(reply, body=reply.body.decode().encode("utf-16"))),
    "20,000 nested objects": responds(200, b'{"a":' * 20_000 + b"1" + b"}" * 20_000),
    "10 MB of spaces": corrupted(lambda reply: replace(reply, body=reply.body + b" " * 10_000_000)),
    "10 MB of members": responds(200, json.dumps({"x" * 1000 + str(n): n for n in range(10_000)}).encode()),
    # --- documents that do not come from DynamoDB
    "no members": rewritten(lambda document: {name: {} for name in document}),
    "null members": rewritten(lambda document: dict.fromkeys(document)),
    "list members": rewritten(
        lambda document: {name: {} if isinstance(part, list) else [] for name, part in document.items()}
    ),
    "null leaves": rewritten(lambda document: map_leaves(document, lambda leaf: None)),
    "leaves with other types": rewritten(lambda document: map_leaves(document, other_type)),
    "infinite numbers": rewritten(
        lambda document: map_leaves(document, lambda leaf: leaf if isinstance(leaf, str) else 1e308 * 10)
    ),
    "no TableStatus": without("TableStatus"),
    "no KeySchema": without("KeySchema", "AttributeDefinitions"),
    "no ARN": without("TableArn", "TableId"),
    "no index names": without("IndexName", "IndexStatus"),
    "another table": other_table,
    "nested response": rewritten(lambda document: {"Answer": document}),
    "endless pages of names": endless_names,
    "endless pages of tags": endless_tags,
    "escape sequences": rewritten(
        lambda document: map_leaves(document, lambda leaf: f"{leaf}\x1b[2J\x1b]0;x\x07" if leaf == "ACTIVE" else leaf)
    ),
    # --- errors
    "400 without a body": responds(400),
    "400 with {}": responds(400, b"{}"),
    "400 with null": responds(400, b"null"),
    "400 with only a message": responds(400, b'{"message": "something"}'),
    "400 with an unknown code": rejects("com.example#StrangeException", "what"),
    "400 with escape sequences": rejects(_TYPE + "ValidationException", "bad\x1b[2J\n::error::injected\r\nbad"),
    "500 with text": responds(500, b"Internal Server Error", "text/plain"),
    "500 without a body": responds(500),
    "500": rejects(_TYPE + "InternalServerError", status=500),
    "500 after the operation": late_failure,
    "503": responds(503, b"", "text/plain"),
    "throttling": rejects(_TYPE + "ThrottlingException", "Rate exceeded"),
    "other throttling": rejects(_TYPE + "RequestLimitExceeded", "Too many requests"),
    "access denied": rejects(
        _TYPE + "AccessDeniedException", "User: x is not authorized to perform: dynamodb:Anything"
    ),
    "expired credentials": rejects(_TYPE + "ExpiredTokenException", "The security token is expired"),
    # --- the connection
    "reset before the operation": always(Reply(end="reset")),
    "reset after the operation": late_reset,
    "closed without a response": raw_bytes(b""),
    "not HTTP": raw_bytes(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "unfinished head": raw_bytes(b"HTTP/1.1 200 OK\r\nContent-Type: a"),
    "100 kB header": raw_bytes(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n"),
    "two Content-Length headers": raw_bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} "),
    "invalid Content-Length": raw_bytes(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}"),
    "invalid chunks": raw_bytes(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
    "slow head": corrupted(lambda reply: replace(reply, pause=0.001)),
    "wrong checksum": with_header("x-amz-crc32", "1"),
    "checksum that is not a number": with_header("x-amz-crc32", "many"),
    "body that is not gzip": with_header("Content-Encoding", "gzip"),
    "gzip": corrupted(
        lambda reply: replace(
            reply, body=gzip.compress(reply.body), headers={**reply.headers, "Content-Encoding": "gzip"}
        )
    ),
    "unknown encoding": with_header("Content-Encoding", "odd"),
}
