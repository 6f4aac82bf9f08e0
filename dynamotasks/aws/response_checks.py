"""Check each response before botocore parses it.

The oldest supported botocore has no event for this, but every version lets its parser factory be replaced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import items
from .error_translation import unrecognized_response
from .response_shapes import find_mismatch

if TYPE_CHECKING:
    from botocore.session import Session

    from .target import Target

_FIRST_ERROR = 300
_SERVER_ERROR = 500


def install_response_checks(session: Session, target: Target) -> None:
    """Make a session's clients of JSON services raise `Unrecognized` for responses that DynamoDB does not send.

    Args:
        session: a session without clients.
        target: the database that the error names.
    """
    from botocore.parsers import ResponseParserFactory

    class CheckedParserFactory(ResponseParserFactory):
        def create_parser(self, protocol_name: str) -> Any:
            parser = super().create_parser(protocol_name)
            return _CheckedParser(parser, target) if protocol_name == "json" else parser

    session.register_component("response_parser_factory", CheckedParserFactory())


class _CheckedParser:
    def __init__(self, parser: Any, target: Target) -> None:
        self._parser = parser
        self._target = target

    def __getattr__(self, name: str) -> Any:
        return getattr(self._parser, name)

    def parse(self, response: dict[str, Any], shape: Any) -> Any:
        status, headers = response["status_code"], response["headers"]
        if items.is_expected() and status < _FIRST_ERROR:
            return self._parse_items(response, shape)
        found = find_mismatch(status, response["body"], shape)
        if not headers.get("x-amz-crc32", "0").isdecimal():
            found = "a checksum that is not a number"
        if found and status >= _SERVER_ERROR:
            response = {**response, "body": b""}  # botocore retries, then reports the status
        elif found:
            raise self._unrecognized(shape, found)
        return self._parser.parse(response, shape)

    def _parse_items(self, response: dict[str, Any], shape: Any) -> dict[str, Any]:
        """Return a response whose items stay in DynamoDB's JSON; `aws.items` checks them."""
        try:
            document = items.parse(response["body"])
        except ValueError as error:
            raise self._unrecognized(shape, str(error)) from None
        return {**document, **self._parser.parse({**response, "body": b"{}"}, shape)}

    def _unrecognized(self, shape: Any, found: str) -> Exception:
        operation = shape.name.removesuffix("Output").removesuffix("Response") if shape else "the call"
        return unrecognized_response(operation, found, self._target)
