"""The AWS query protocol: forms in, XML out. CloudWatch uses it with botocore releases older than its JSON protocol.

Documented: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from .answers import Parameters

CONTENT_TYPE = "text/xml"
_NAMESPACE = "http://monitoring.amazonaws.com/doc/2010-08-01/"


def parse_form(body: bytes) -> tuple[str, Parameters]:
    """Return the operation and its parameters."""
    form = dict(parse_qsl(body.decode()))
    tree: dict[str, Any] = {}
    for key, value in form.items():
        *parents, last = key.split(".")
        node = tree
        for parent in parents:
            node = node.setdefault(parent, {})
        node[last] = value
    return form["Action"], {name: _without_members(value) for name, value in tree.items()}


def _without_members(value: Any) -> Any:
    """Return a list for `{"member": {"1": ..., "2": ...}}`."""
    if not isinstance(value, dict):
        return value
    if "member" in value:
        return [_without_members(value["member"][number]) for number in sorted(value["member"], key=int)]
    return {name: _without_members(each) for name, each in value.items()}


def response_xml(operation: str, status: int, document: dict[str, Any]) -> bytes:
    """Return the body of the response; a status other than 200 makes it an error."""
    if status == 200:
        body = f"<{operation}Result>{_elements(document)}</{operation}Result>"
        return f'<{operation}Response xmlns="{_NAMESPACE}">{body}</{operation}Response>'.encode()
    error = {"Code": document["__type"].rpartition("#")[2], "Message": document["message"]}
    return f'<ErrorResponse xmlns="{_NAMESPACE}"><Error>{_elements(error)}</Error></ErrorResponse>'.encode()


def _elements(value: Any, name: str = "") -> str:
    if isinstance(value, dict):
        return "".join(f"<{name}>{_elements(each, name)}</{name}>" for name, each in value.items())
    if isinstance(value, list):
        return "".join(f"<member>{_elements(each)}</member>" for each in value)
    if name == "Timestamp":
        return datetime.fromtimestamp(value, timezone.utc).isoformat()
    return escape(str(value))
