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
    """The same to whatever is asked; nothing is carried out."""
    return lambda request: reply


def says(status: int, body: bytes = b"", kind: str = JSON, **headers: str) -> Fault:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return always(Reply(status=status, body=body, headers={"Content-Type": kind, "Server": "Server", **names}))


def refuses(code: str, message: str = "no", status: int = 400) -> Fault:
    return says(status, json.dumps({"__type": code, "message": message}).encode())


def wire(raw: bytes) -> Fault:
    return always(Reply(raw=raw, end="close"))


def spoilt(spoil: Callable[[Reply], Reply]) -> Fault:
    """It is carried out, and its answer suffers."""
    return lambda request: spoil(request.forward())


def rewritten(change: Callable[[Any], Any]) -> Fault:
    """It is carried out, and its answer is a JSON document that says something else."""
    return spoilt(lambda reply: replace(reply, body=json.dumps(change(reply.document)).encode()))


def with_header(name: str, value: str) -> Fault:
    return spoilt(lambda reply: replace(reply, headers={**reply.headers, name: value}))


def everywhere(value: Any, change: Callable[[Any], Any]) -> Any:
    """The document with each of its leaves changed."""
    if isinstance(value, dict):
        return {name: everywhere(part, change) for name, part in value.items()}
    if isinstance(value, list):
        return [everywhere(part, change) for part in value]
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
    return replace(reply, body=json.dumps({**reply.document, "NextToken": "again"}).encode())


def other_table(document: Any) -> Any:
    return everywhere(document, lambda value: "elsewhere" if value in ("users", "orders") else value)


def late_reset(request: Request) -> Reply:
    request.forward()
    return Reply(end="reset")


def late_failure(request: Request) -> Reply:
    request.forward()
    return Reply(status=500, body=b'{"__type": "InternalServerError", "message": "try again"}')


KINDS: dict[str, Fault] = {
    # --- pages of other servers
    "html": says(200, HTML, "text/html"),
    "html that claims to be json": says(200, HTML),
    "html 404": says(404, HTML, "text/html"),
    "html 502": says(502, HTML, "text/html"),
    "html 503, retry later": says(503, HTML, "text/html", Retry_After="1"),
    "xml 400": says(400, XML, "text/xml"),
    "xml 200": says(200, XML, "text/xml"),
    "redirect 301 to https": says(301, b"", "text/html", Location="https://127.0.0.1:9/"),
    "redirect 302 to a page": says(302, HTML, "text/html", Location="http://127.0.0.1:9/login"),
    "redirect 307 to nowhere": says(307, b"", "text/html"),
    "401 of a proxy": says(401, b"", "text/plain", WWW_Authenticate="Basic"),
    "403 of a firewall": says(403, b"Forbidden", "text/plain"),
    "407 of a proxy": says(407, HTML, "text/html", Proxy_Authenticate="Basic"),
    "418": says(418, b"short and stout", "text/plain"),
    # --- bodies that are no answer
    "empty": says(200),
    "204": says(204),
    "{}": says(200, b"{}"),
    "null": says(200, b"null"),
    "[]": says(200, b"[]"),
    "a string": says(200, b'"tables"'),
    "NaN": says(200, b"NaN"),
    "half a document": spoilt(lambda reply: replace(reply, body=reply.body[: len(reply.body) // 2])),
    "half a body": spoilt(
        lambda reply: replace(reply, body=reply.body[: len(reply.body) // 2], length=len(reply.body), end="close")
    ),
    "bad UTF-8": spoilt(lambda reply: replace(reply, body=reply.body.replace(b'": ', b'": "\xff\xfe\x80", "x": ', 1))),
    "UTF-16": spoilt(lambda reply: replace(reply, body=reply.body.decode().encode("utf-16"))),
    "nested beyond reason": says(200, b'{"a":' * 20_000 + b"1" + b"}" * 20_000),
    "10 MB of nothing": spoilt(lambda reply: replace(reply, body=reply.body + b" " * 10_000_000)),
    "10 MB of something": says(200, json.dumps({"x" * 1000 + str(n): n for n in range(10_000)}).encode()),
    # --- documents that are not DynamoDB's
    "no members": rewritten(lambda document: {name: {} for name in document}),
    "null members": rewritten(lambda document: dict.fromkeys(document)),
    "list members": rewritten(lambda document: {name: [] for name in document}),
    "null leaves": rewritten(lambda document: everywhere(document, lambda leaf: None)),
    "leaves of other types": rewritten(lambda document: everywhere(document, other_type)),
    "endless numbers": rewritten(
        lambda document: everywhere(document, lambda leaf: leaf if isinstance(leaf, str) else 1e308 * 10)
    ),
    "no TableStatus": without("TableStatus"),
    "no KeySchema": without("KeySchema", "AttributeDefinitions"),
    "no ARN": without("TableArn", "TableId"),
    "no names of indexes": without("IndexName", "IndexStatus"),
    "another table": rewritten(other_table),
    "an answer in an answer": rewritten(lambda document: {"Answer": document}),
    "the same page of names for ever": endless_names,
    "the same page of tags for ever": endless_tags,
    "escape sequences": rewritten(
        lambda document: everywhere(document, lambda leaf: f"{leaf}\x1b[2J\x1b]0;x\x07" if leaf == "ACTIVE" else leaf)
    ),
    # --- refusals
    "400 without a body": says(400),
    "400 with {}": says(400, b"{}"),
    "400 with null": says(400, b"null"),
    "400 with a message alone": says(400, b'{"message": "something"}'),
    "400 of an unknown code": refuses("com.example#StrangeException", "what"),
    "400 with escape sequences": refuses(_TYPE + "ValidationException", "bad\x1b[2J\n::error::injected\r\nbad"),
    "500 with text": says(500, b"Internal Server Error", "text/plain"),
    "500 without a body": says(500),
    "500": refuses(_TYPE + "InternalServerError", status=500),
    "500 after the deed": late_failure,
    "503": says(503, b"", "text/plain"),
    "throttles": refuses(_TYPE + "ThrottlingException", "Rate exceeded"),
    "other throttles": refuses(_TYPE + "RequestLimitExceeded", "Too many requests"),
    "denials": refuses(_TYPE + "AccessDeniedException", "User: x is not authorized to perform: dynamodb:Anything"),
    "expired credentials": refuses(_TYPE + "ExpiredTokenException", "The security token is expired"),
    # --- the wire
    "reset before the deed": always(Reply(end="reset")),
    "reset after the deed": late_reset,
    "closed without an answer": wire(b""),
    "no HTTP": wire(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "a head without an end": wire(b"HTTP/1.1 200 OK\r\nContent-Type: a"),
    "a head beyond reason": wire(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n"),
    "two lengths": wire(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} "),
    "a bad length": wire(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}"),
    "bad chunks": wire(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
    "a slow head": spoilt(lambda reply: replace(reply, pause=0.001)),
    "a wrong checksum": with_header("x-amz-crc32", "1"),
    "a checksum that is no number": with_header("x-amz-crc32", "many"),
    "gzip that is none": with_header("Content-Encoding", "gzip"),
    "gzip": spoilt(
        lambda reply: replace(
            reply, body=gzip.compress(reply.body), headers={**reply.headers, "Content-Encoding": "gzip"}
        )
    ),
    "an unknown encoding": with_header("Content-Encoding", "odd"),
}
