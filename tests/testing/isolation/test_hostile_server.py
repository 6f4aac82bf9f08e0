"""A server that is not an engine ends in one message, within a bounded time and memory."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import chain, count, repeat

import pytest

from dynamotasks.errors import EngineError
from dynamotasks.testing import http_connection
from dynamotasks.testing.engine_tables import EngineTables
from dynamotasks.testing.given_engine import require_usable
from dynamotasks.testing.wire import Wire
from tests.support.answering import server

from .world import ACCESS_KEY, REGION

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
BODY = b'{"TableNames": ["users"]}'


@contextmanager
def sending(pieces: Iterator[bytes], pause: float = 0.0) -> Iterator[str]:
    """Serve one connection: send pieces, with pauses, until there are none or the client is gone."""
    ended = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.recv(65536)
            for piece in pieces:
                connection.sendall(piece)
                if ended.wait(pause):
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        ended.set()
        thread.join()


def names(endpoint: str, timeout: float = 5.0) -> list[str]:
    with closing(Wire(endpoint, ACCESS_KEY, REGION, timeout=timeout)) as wire:
        return EngineTables(wire).names()


@pytest.mark.parametrize("start", [b"", OK, OK + b"Content-Length: 1000\r\n\r\n", OK + b"\r\n"], ids=repr)
def test_response_that_drips_ends_at_the_total_timeout(start: bytes) -> None:
    began = time.monotonic()
    expected = "the engine does not respond to ListTables: timed out"
    with sending(chain([start], repeat(b"x")), 0.02) as endpoint, pytest.raises(EngineError, match=expected):
        names(endpoint, timeout=0.3)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([OK + b"Content-Length: 1000000000000\r\n\r\n"], "body is larger than"),
        ([OK + b"Content-Length: -1\r\n\r\n"], "body is larger than"),
        ([OK + b"Content-Length: many\r\n\r\n"], "invalid size 'many'"),
        (chain([OK + b"\r\n"], repeat(b"x" * 65536)), "body is larger than"),
        (chain([CHUNKED], repeat(b"3e8\r\n" + b"x" * 1000 + b"\r\n")), "body is larger"),
        ([CHUNKED + b"big\r\n"], "invalid size 'big'"),
        (chain([OK], (b"X-%d: 1\r\n" % number for number in count())), "headers are larger than"),
        ([b"SSH-2.0-OpenSSH_9.6\r\n\r\n"], "not HTTP: 'SSH-2.0"),
        ([b"HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"], "status 301"),
        ([OK + b'Content-Length: 99\r\n\r\n{"Table'], "the connection ended"),
    ],
)
def test_response_that_is_too_large_or_invalid_is_one_message(
    pieces: Iterator[bytes], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_connection, "_LARGEST_BODY", 1024 * 1024)
    with sending(iter(pieces)) as endpoint, pytest.raises(EngineError, match=expected) as raised:
        names(endpoint)
    assert len(str(raised.value)) < 500


@pytest.mark.parametrize(
    "response",
    [
        CHUNKED + b"5;a=b\r\n" + BODY[:5] + b"\r\n14\r\n" + BODY[5:] + b"\r\n0\r\nA: 1\r\n\r\n",
        OK + b"\r\n" + BODY,
        b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"content-length: %d\r\n\r\n" % len(BODY) + BODY,
    ],
    ids=["chunked", "until the end", "after an informational response"],
)
def test_forms_of_a_body(response: bytes) -> None:
    with sending(response[at : at + 1] for at in range(len(response))) as endpoint:
        assert names(endpoint) == ["users"]


def test_pages_without_an_end_are_one_message() -> None:
    pages = count()

    def answer(*_: object) -> tuple[int, bytes]:
        return 200, b'{"TableNames": ["a"], "LastEvaluatedTableName": "%d"}' % next(pages)

    with server(answer) as endpoint, pytest.raises(EngineError, match="ListTables: 100 pages and no end"):
        require_usable(endpoint, REGION, ACCESS_KEY)


@pytest.mark.parametrize("count_of_names", [101, 100_000])
def test_too_many_names_are_one_short_message(count_of_names: int) -> None:
    body = b'{"TableNames": [%b]}' % b",".join([b'"table"'] * count_of_names)
    with server(lambda *_: (200, body)) as endpoint, pytest.raises(EngineError, match="TableNames is") as raised:
        names(endpoint)
    assert len(str(raised.value)) < 500
