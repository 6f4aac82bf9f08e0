"""The control plane on the wire: JSON 1.0 over HTTP, the operation in X-Amz-Target, and what can go wrong there."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .answers import error
from .faults import Fault
from .model import ControlPlane

_REFUSALS: dict[Fault | None, tuple[int, dict[str, Any]]] = {
    "throttle": error(400, "ThrottlingException", "Rate exceeded"),
    "error": error(500, "InternalServerError", "Internal server error"),
}


@contextmanager
def control_plane(plane: ControlPlane | None = None) -> Iterator[ControlPlane]:
    """Runs one on a free port of this machine."""
    served = plane or ControlPlane()

    class Handler(_Handler):
        plane = served

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        served.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer's body waits 40 ms for the client to have seen its head
    plane: ControlPlane

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        operation = self.headers.get("X-Amz-Target", ".").rpartition(".")[2]
        fault = self.plane.faults.draw()
        if fault == "reset before":
            return self._reset()
        status, document = _REFUSALS.get(fault) or self.plane.answer(operation, json.loads(body))
        return self._reset() if fault == "reset after" else self._send(status, document)

    def _send(self, status: int, document: dict[str, Any]) -> None:
        payload = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def _reset(self) -> None:
        """No linger makes the end a reset, not an orderly close."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def version_string(self) -> str:
        return self.plane.server_header

    def log_message(self, format: str, *arguments: object) -> None:
        pass
