"""An HTTP proxy that spoils answers."""

from __future__ import annotations

import http.client
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

JSON = "application/x-amz-json-1.0"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What goes back over the wire.

    Attributes:
        raw: all of it, head and body, instead of the rest.
        length: what Content-Length says, if not the truth.
        pause: seconds between the bytes of the head.
        end: what happens to the connection afterwards.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": JSON, "Server": "Server"})
    raw: bytes | None = None
    length: int | None = None
    pause: float = 0.0
    end: Literal["keep", "close", "reset"] = "keep"

    @property
    def document(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Request:
    """One call on its way; `forward` has it carried out and tells the true answer."""

    operation: str
    forward: Callable[[], Reply]


Fault: TypeAlias = Callable[[Request], Reply]
# whether a request suffers, by its number and its operation
Spoils: TypeAlias = Callable[[int, str], bool]


class FaultProxy:
    """Stands before a server and spoils what `spoils` chooses.

    Attributes:
        endpoint: where it listens.
        fault: what is done to an answer.
        spoiled: how many were.
        stopping: set at the end, for a fault that makes a client wait.
    """

    def __init__(self, behind: str) -> None:
        self.behind = behind
        self.endpoint = ""
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self.spoil(lambda request: request.forward(), lambda number, operation: False)

    def spoil(self, fault: Fault, spoils: Spoils) -> None:
        """From the next request on, which is number 0."""
        with self._lock:
            self.fault, self._spoils = fault, spoils
            self._number = self.spoiled = 0

    def silence(self, request: Request) -> Reply:
        """A fault of its own: the request is taken and never answered."""
        self.stopping.wait()
        return Reply(end="reset")

    def chosen(self, operation: str) -> bool:
        with self._lock:
            chosen = self._spoils(self._number, operation)
            self._number += 1
            self.spoiled += chosen
            return chosen


@contextmanager
def fault_proxy(behind: str) -> Iterator[FaultProxy]:
    """Runs one on a free port of this machine."""
    made = FaultProxy(behind)

    class Handler(_Handler):
        proxy = made

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        made.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield made
        finally:
            made.stopping.set()
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    proxy: FaultProxy

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        operation = self.headers.get("X-Amz-Target", ".").rpartition(".")[2]
        request = Request(operation, lambda: self._forward(body))
        reply = self.proxy.fault(request) if self.proxy.chosen(operation) else request.forward()
        try:
            self._send(reply)
        except OSError:  # the client has had enough
            self.close_connection = True

    do_GET = do_POST

    def _forward(self, body: bytes) -> Reply:
        url = urlsplit(self.proxy.behind)
        aws_project = http.client.HTTPConnection(url.hostname or "", url.port)
        try:
            aws_project.request("POST", "/", body, dict(self.headers))
            answer = aws_project.getresponse()
            kept = {name: answer.headers[name] for name in ("Content-Type", "Server")}
            return Reply(status=answer.status, body=answer.read(), headers=kept)
        finally:
            aws_project.close()

    def _send(self, reply: Reply) -> None:
        head, body = _head(reply), reply.body
        if reply.raw is not None:
            head, body = b"", reply.raw
        for byte in (head[place : place + 1] for place in range(len(head) if reply.pause else 0)):
            self.wfile.write(byte)
            if self.proxy.stopping.wait(reply.pause):
                break
        self.wfile.write(body if reply.pause else head + body)
        self.close_connection = reply.end != "keep"
        if reply.end == "reset":  # no linger makes the end a reset, not an orderly close
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def _head(reply: Reply) -> bytes:
    if reply.end == "reset" and not reply.body:
        return b""
    length = len(reply.body) if reply.length is None else reply.length
    headers = {"Content-Length": str(length), **reply.headers}
    lines = [f"HTTP/1.1 {reply.status} Whatever", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1")
