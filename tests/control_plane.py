"""A stand-in for what no engine here shows: AWS's answers and its slowness. Only what an account would be needed for.

It speaks DynamoDB's wire protocol (JSON 1.0 over HTTP, the operation in X-Amz-Target) and keeps tables in memory. A
table is CREATING for a while, as on AWS, and its index for longer; any operation can be told to answer with an error.
"""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class ControlPlane:
    """Tables, and how the service behaves.

    Attributes:
        creating: seconds that a new table is CREATING.
        indexing: seconds more that its indexes are.
        items: what every table says it holds.
        errors: for an operation, the (HTTP status, code, message) of the next answers; the last one stays when it is
            the only one in `forever`.
        calls: the operations in the order they came, with their parameters.
    """

    def __init__(self) -> None:
        self.creating = 0.0
        self.indexing = 0.0
        self.items = 0
        self.errors: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
        self.forever: dict[str, tuple[int, str, str]] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.server_header = "Server"
        self.tables: dict[str, tuple[float, dict[str, Any]]] = {}
        self.ttl: dict[str, dict[str, Any]] = {}
        self.endpoint = ""
        self.lock = threading.Lock()

    def answer(self, operation: str, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        with self.lock:
            self.calls.append((operation, parameters))
            if self.errors[operation]:
                return _error(*self.errors[operation].pop(0))
            if operation in self.forever:
                return _error(*self.forever[operation])
            return getattr(self, f"_{operation}")(parameters)  # type: ignore[no-any-return]

    def _ListTables(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return 200, {"TableNames": sorted(self.tables)}

    def _CreateTable(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if parameters["TableName"] in self.tables:
            return _error(400, "ResourceInUseException", "Table already exists")
        self.tables[parameters["TableName"]] = time.monotonic(), parameters
        return 200, {"TableDescription": self._description(parameters["TableName"])}

    def _DescribeTable(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if parameters["TableName"] not in self.tables:
            return _error(400, "ResourceNotFoundException", "Requested resource not found")
        return 200, {"Table": self._description(parameters["TableName"])}

    def _DeleteTable(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if parameters["TableName"] not in self.tables:
            return _error(400, "ResourceNotFoundException", "Requested resource not found")
        description = {**self._description(parameters["TableName"]), "TableStatus": "DELETING"}
        del self.tables[parameters["TableName"]]
        return 200, {"TableDescription": description}

    def _UpdateTimeToLive(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self._description(parameters["TableName"])["TableStatus"] != "ACTIVE":
            return _error(400, "ResourceInUseException", "Table is being created")
        self.ttl[parameters["TableName"]] = parameters["TimeToLiveSpecification"]
        return 200, {"TimeToLiveSpecification": parameters["TimeToLiveSpecification"]}

    def _DescribeTimeToLive(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        ttl = self.ttl.get(parameters["TableName"], {"Enabled": False})
        status = {"TimeToLiveStatus": "ENABLED" if ttl["Enabled"] else "DISABLED"}
        return 200, {"TimeToLiveDescription": {**status, "AttributeName": ttl.get("AttributeName", "none")}}

    def _DescribeContributorInsights(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return 200, {"ContributorInsightsStatus": "DISABLED"}

    def _UpdateContributorInsights(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return 200, {"ContributorInsightsStatus": "ENABLING"}

    def _UpdateContinuousBackups(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return 200, {"ContinuousBackupsDescription": {"ContinuousBackupsStatus": "ENABLED"}}

    def _description(self, name: str) -> dict[str, Any]:
        born, parameters = self.tables[name]
        age = time.monotonic() - born
        index_status = "ACTIVE" if age >= self.creating + self.indexing else "CREATING"
        indexes = [{**index, "IndexStatus": index_status} for index in parameters.get("GlobalSecondaryIndexes", [])]
        return {
            "TableName": name,
            "TableArn": f"arn:aws:dynamodb:us-east-1:123456789012:table/{name}",
            "ItemCount": self.items,
            "TableStatus": "ACTIVE" if age >= self.creating else "CREATING",
            "KeySchema": parameters["KeySchema"],
            "AttributeDefinitions": parameters["AttributeDefinitions"],
            "BillingModeSummary": {"BillingMode": parameters["BillingMode"]},
            **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
        }


def _error(status: int, code: str, message: str) -> tuple[int, dict[str, Any]]:
    return status, {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message}


@contextmanager
def control_plane() -> Iterator[ControlPlane]:
    """Runs one on a free port of this machine."""
    plane = ControlPlane()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            operation = self.headers.get("X-Amz-Target", ".").rpartition(".")[2]
            status, document = plane.answer(operation, json.loads(body))
            payload = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def version_string(self) -> str:
            return plane.server_header

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        plane.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield plane
        finally:
            server.shutdown()
            thread.join()
