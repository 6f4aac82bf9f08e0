"""An HTTP proxy that corrupts replies."""

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
    """What the proxy sends back.

    Attributes:
        raw: the head and body to send, instead of the other attributes.
        length: a false Content-Length.
        pause: seconds between the bytes of the head.
        end: what is done with the connection afterwards.
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
    """A request of the client; `forward` sends it to the server and returns the reply."""

    operation: str
    forward: Callable[[], Reply]


Fault: TypeAlias = Callable[[Request], Reply]
# whether a request is selected, by its number and operation
Selection: TypeAlias = Callable[[int, str], bool]


class FaultProxy:
    """Forwards requests to a server, and applies a fault to the selected ones.

    Attributes:
        endpoint: the URL of the proxy.
        fault: what is done to a selected request.
        corrupted_count: number of requests with the fault.
        stopping: set at the end, for a fault that does not reply.
    """

    def __init__(self, behind: str) -> None:
        self.behind = behind
        self.endpoint = ""
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self.inject(lambda request: request.forward(), lambda number, operation: False)

    def inject(self, fault: Fault, selection: Selection) -> None:
        """Apply the fault to selected requests from now on; the next request has number 0."""
        with self._lock:
            self.fault, self._selection = fault, selection
            self._number = self.corrupted_count = 0

    def silence(self, request: Request) -> Reply:
        """A fault that accepts the request and never replies."""
        self.stopping.wait()
        return Reply(end="reset")

    def chosen(self, operation: str) -> bool:
        with self._lock:
            chosen = self._selection(self._number, operation)
            self._number += 1
            self.corrupted_count += chosen
            return chosen


@contextmanager
def fault_proxy(behind: str) -> Iterator[FaultProxy]:
    """Run a proxy on a free local port."""
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
        except OSError:  # the client has closed the connection
            self.close_connection = True

    do_GET = do_POST

    def _forward(self, body: bytes) -> Reply:
        url = urlsplit(self.proxy.behind)
        server = http.client.HTTPConnection(url.hostname or "", url.port)
        try:
            server.request("POST", "/", body, dict(self.headers))
            answer = server.getresponse()
            kept = {name: answer.headers[name] for name in ("Content-Type", "Server")}
            return Reply(status=answer.status, body=answer.read(), headers=kept)
        finally:
            server.close()

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
        if reply.end == "reset":  # without lingering, closing sends a reset
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
