"""An HTTP server for the control plane, which speaks JSON 1.0 and the query protocol, and injects faults."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from . import query_protocol
from .answers import Parameters, error
from .faults import Fault
from .model import ControlPlane

_REFUSALS: dict[Fault | None, tuple[int, dict[str, Any]]] = {
    "throttle": error(400, "ThrottlingException", "Rate exceeded"),
    "error": error(500, "InternalServerError", "Internal server error"),
}


@contextmanager
def control_plane(plane: ControlPlane | None = None) -> Iterator[ControlPlane]:
    """Serve a control plane on a free local port."""
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
    disable_nagle_algorithm = True  # otherwise each body is delayed by 40 ms, until the client acknowledges the head
    plane: ControlPlane

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        is_query = "X-Amz-Target" not in self.headers
        operation, parameters = query_protocol.parse_form(body) if is_query else self._read_json(body)
        fault = self.plane.faults.draw()
        if fault == "reset before":
            return self._reset()
        status, document = _REFUSALS.get(fault) or self.plane.answer(operation, parameters)
        if fault == "reset after":
            return self._reset()
        if is_query:
            return self._send(
                status, query_protocol.CONTENT_TYPE, query_protocol.response_xml(operation, status, document)
            )
        return self._send(status, "application/x-amz-json-1.0", json.dumps(document).encode())

    def _read_json(self, body: bytes) -> tuple[str, Parameters]:
        return self.headers["X-Amz-Target"].rpartition(".")[2], json.loads(body)

    def _send(self, status: int, content_type: str, payload: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def _reset(self) -> None:
        """Close the connection with a reset: no lingering."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def version_string(self) -> str:
        return self.plane.server_header

    def log_message(self, format: str, *arguments: object) -> None:
        pass
