"""Send calls to a local engine over one connection, without the AWS SDK, which would take longer than the engine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ..aws.capabilities import Engine, recognize_engine
from ..aws.endpoints import endpoint_problem, is_aws
from ..errors import CallError, EngineError, UsageError
from .http_connection import HttpConnection, InvalidResponse, Response

_TIMEOUT = 30.0  # seconds; a busy engine takes some for a call
_LONGEST_QUOTE = 200
_LONGEST_MESSAGE = 2000


class Wire:
    """A connection to an engine with the access key and Region of one worker. Not for use by several threads.

    Local engines do not check signatures: they read the access key and the Region in the header.

    Args:
        endpoint: URL of the engine.
        access_key: letters and digits, which are all that DynamoDB Local accepts.
        region: AWS Region, real or not.
        timeout: seconds for a call.

    Raises:
        UsageError: the endpoint is invalid, or belongs to AWS.
    """

    def __init__(self, endpoint: str, access_key: str, region: str, *, timeout: float = _TIMEOUT) -> None:
        if problem := endpoint_problem(endpoint):
            raise UsageError(problem.what, hint=problem.hint)
        if is_aws(endpoint):
            raise UsageError(f"endpoint {endpoint} is in AWS", hint="tests delete all tables: use a local engine")
        self.endpoint = endpoint
        self.engine: Engine | None = None
        self._timeout = timeout
        scope = f"{access_key}/20260101/{region}/dynamodb/aws4_request"
        headers = {
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Date": "20260101T000000Z",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature=0",
        }
        self._connection = HttpConnection(urlsplit(endpoint), headers)

    def call(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return the response to a call.

        Raises:
            CallError: the engine answers with an error.
            EngineError: it does not answer, or not with a JSON object.
        """
        response = self._exchange(operation, json.dumps(parameters).encode())
        if self.engine is None:
            self.engine = recognize_engine({"server": response.headers.get(b"server", b"").decode(errors="replace")})
        answer = _object(response.body)
        if answer is None or (response.status != 200 and not isinstance(answer.get("__type"), str)):
            quote = response.body[:_LONGEST_QUOTE].decode(errors="replace")
            raise self.unexpected(operation, f"status {response.status} and {quote!r}")
        if response.status != 200:
            message = str(answer.get("message", answer.get("Message")))[:_LONGEST_MESSAGE]
            raise CallError(f"{operation}: {message}", code=answer["__type"].rpartition("#")[2], where=self.endpoint)
        return answer

    def unexpected(self, operation: str, found: str) -> EngineError:
        """Return the error for a response that DynamoDB does not send."""
        return EngineError(
            f"not a response of DynamoDB to {operation}: {found[:_LONGEST_QUOTE]}",
            hint="check that a DynamoDB engine listens at this endpoint",
            where=self.endpoint,
        )

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        self._connection.close()

    def _exchange(self, operation: str, body: bytes) -> Response:
        """Return a response; try a second time, because the engine may have closed an idle connection.

        All calls of this module can be repeated: the tables are the same afterwards.
        """
        reused = self._connection.is_open
        try:
            return self._connection.post(b"X-Amz-Target: DynamoDB_20120810." + operation.encode(), body, self._timeout)
        except InvalidResponse as error:
            raise self.unexpected(operation, str(error)) from None
        except OSError as error:
            if reused and not isinstance(error, TimeoutError):
                return self._exchange(operation, body)
            reason = str(error) or type(error).__name__
            raise EngineError(
                f"the engine does not respond to {operation}: {reason}",
                hint="check that it is running: it may have ended while the tests were running",
                where=self.endpoint,
            ) from None


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None
