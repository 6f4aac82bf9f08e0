"""Record the calls of all botocore clients in this process that may change an engine.

A handler of the `before-call` event sees each request of boto3, aioboto3 and their resources, of every thread.
"""

from __future__ import annotations

import gc
import re
import sys
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, wraps
from hashlib import blake2b
from typing import Any
from urllib.parse import SplitResult, urlsplit
from uuid import uuid4

from ..aws.endpoints import is_loopback

READS = frozenset(
    {
        *("BatchGetItem", "DescribeBackup", "DescribeContinuousBackups", "DescribeContributorInsights"),
        *("DescribeEndpoints", "DescribeExport", "DescribeGlobalTable", "DescribeGlobalTableSettings"),
        *("DescribeImport", "DescribeKinesisStreamingDestination", "DescribeLimits", "DescribeTable"),
        *("DescribeTableReplicaAutoScaling", "DescribeTimeToLive", "GetItem", "GetResourcePolicy"),
        *("ListBackups", "ListContributorInsights", "ListExports", "ListGlobalTables", "ListImports"),
        *("ListTables", "ListTagsOfResource", "Query", "Scan", "TransactGetItems"),
    }
)
_BODIES = 16 * 1024 * 1024  # bytes of request bodies that are kept
_TRANSACTIONS = ("TransactWriteItems", "ExecuteTransaction")
_TOKEN = re.compile(rb'("ClientRequestToken":\s*")([^"\\]*)"')  # no text in an item matches: its quotes are escaped
_CONTEXT_KEY = "dynamotasks.sent"
_UNSEEN: Any = object()


@dataclass(slots=True)
class SentCall:
    """A call that may have changed tables.

    Attributes:
        operation: in AWS's spelling.
        body: the request, JSON; empty where it was not kept.
        access_key: of the client.
        region: of the client.
        ended: a response came, or an error.
        cleanings: how often its changes were removed while it had not ended.
    """

    operation: str
    body: bytes
    access_key: str | None
    region: str | None
    ended: bool = False
    cleanings: int = 0


class WriteLog:
    """The calls to one engine. Several threads may write; one takes."""

    def __init__(self, endpoint: str) -> None:
        self._url = urlsplit(endpoint)
        self._calls: deque[SentCall] = deque()
        self._bytes = 0
        self._epoch = b""

    def covers(self, url: SplitResult) -> bool:
        """Return whether a URL belongs to the engine, which has several names on this machine."""
        if _port(url) != _port(self._url):
            return False
        return url.hostname == self._url.hostname or (is_loopback(url.geturl()) and is_loopback(self._url.geturl()))

    def add(self, call: SentCall) -> None:
        """Add a call; of the bodies that are too large together only the operations are kept."""
        self._bytes += len(call.body)
        if self._bytes > _BODIES:
            call.body = b""
        self._calls.append(call)

    def separate_tokens(self) -> None:
        """Make the idempotency tokens of later calls differ from those of earlier ones.

        Engines remember tokens longer than the tables: without this, a transaction with the token of an earlier test
        would be acknowledged and not executed (measured on DynamoDB Local 3.3.1 and dynoxide 1.2.1).
        """
        self._epoch = uuid4().bytes

    def with_separate_token(self, body: bytes) -> bytes:
        """Return the body of a transaction with a token that is unique to the current test."""

        def replace(found: re.Match[bytes]) -> bytes:
            token = blake2b(self._epoch + found[2], digest_size=18).hexdigest()  # 36 characters, the most allowed
            return found[1] + token.encode() + b'"'

        return _TOKEN.sub(replace, body)

    def take(self) -> list[SentCall]:
        """Remove and return all calls."""
        taken = []
        while self._calls:
            taken.append(self._calls.popleft())
        self._bytes = 0
        return taken

    def keep(self, calls: Iterable[SentCall], most_cleanings: int) -> None:
        """Add calls again that had no response when their changes were removed, because they may still arrive."""
        for call in calls:
            call.cleanings += 1
            if call.cleanings < most_cleanings:
                self.add(call)

    def has_calls_without_response(self) -> bool:
        """Return whether a recorded call may still change the engine."""
        return any(not call.ended for call in self._calls.copy())


class Recorder:
    """The handlers of botocore's events, and the logs of the engines that are observed."""

    def __init__(self) -> None:
        self._logs: list[WriteLog] = []
        self._log_of: dict[str, WriteLog | None] = {}

    def watch(self, endpoint: str) -> WriteLog:
        """Begin to record the calls to an engine."""
        log = WriteLog(endpoint)
        self._logs.insert(0, log)  # of two logs of one engine, the newer one gets the calls
        self._log_of = {}
        return log

    def unwatch(self, log: WriteLog) -> None:
        """Stop recording."""
        self._logs.remove(log)
        self._log_of = {}

    def before_call(
        self, model: Any, params: dict[str, Any], context: dict[str, Any], request_signer: Any = None, **_: Any
    ) -> None:
        """Record a request. botocore calls this with each request to DynamoDB, so it only keeps the body."""
        url = params["url"]
        log = self._log_of.get(url, _UNSEEN)
        if log is _UNSEEN:
            log = self._find(url)
        if log is None or model.name in READS:
            return
        body = params["body"] if isinstance(params["body"], bytes) else str(params["body"]).encode()
        if model.name in _TRANSACTIONS:
            params["body"] = body = log.with_separate_token(body)
        credentials = getattr(request_signer, "_credentials", None)
        call = SentCall(
            model.name,
            body,
            getattr(credentials, "access_key", None),
            context.get("client_region"),
        )
        context[_CONTEXT_KEY] = call
        log.add(call)

    def after_call(self, context: dict[str, Any], **_: Any) -> None:
        """Note that a response came, or an error."""
        call: SentCall | None = context.pop(_CONTEXT_KEY, None)
        if call is not None:
            call.ended = True

    def _find(self, url: str) -> WriteLog | None:
        parts = urlsplit(url)
        found = next((log for log in self._logs if log.covers(parts)), None)
        self._log_of[url] = found
        return found


_RECORDER = Recorder()
_HANDLERS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("before-call.dynamodb", _RECORDER.before_call),
    ("after-call.dynamodb", _RECORDER.after_call),
    ("after-call-error.dynamodb", _RECORDER.after_call),
)


def install() -> Recorder:
    """Observe all sessions of botocore, once per process, and return the recorder.

    Sessions that exist already are observed too, and so are their clients.
    """
    _observe_sessions()
    return _RECORDER


@cache
def _observe_sessions() -> None:
    """Register the handlers with each new session, and with what exists.

    botocore's list of built-in handlers would not do: a session with `include_builtin_handlers=False` ignores it.
    """
    from botocore import session

    kind: Any = session.Session
    create = kind.__init__

    @wraps(create)
    def create_observed(created: Any, *arguments: Any, **keywords: Any) -> None:
        create(created, *arguments, **keywords)
        _observe(created)

    kind.__init__ = create_observed
    client = sys.modules.get("botocore.client")
    known = (kind, client.BaseClient) if client else (kind,)
    for found in gc.get_objects():
        if issubclass(type(found), known):  # isinstance would ask proxies, which may do anything
            _observe(found.meta.events if hasattr(found, "meta") else found)


def _observe(emitter: Any) -> None:
    for event, handler in _HANDLERS:
        emitter.register(event, handler)


def _port(url: SplitResult) -> int:
    return url.port or (443 if url.scheme == "https" else 80)
