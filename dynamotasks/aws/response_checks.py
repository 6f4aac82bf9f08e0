"""Check each response before botocore parses it.

The oldest supported botocore has no event for that; the factory of its parsers can be replaced in every version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .error_translation import unrecognized_response
from .response_shapes import find_mismatch

if TYPE_CHECKING:
    from botocore.session import Session

    from .target import Target


def install_response_checks(session: Session, target: Target) -> None:
    """Make the clients of a session raise `Unrecognized` for what DynamoDB does not answer.

    Args:
        session: whose clients, also those of other services that speak JSON.
        target: what the message names.
    """
    from botocore.parsers import ResponseParserFactory

    class Factory(ResponseParserFactory):
        def create_parser(self, protocol_name: str) -> Any:
            parser = super().create_parser(protocol_name)
            return _Checked(parser, target) if protocol_name == "json" else parser

    session.register_component("response_parser_factory", Factory())


class _Checked:
    def __init__(self, parser: Any, target: Target) -> None:
        self._parser = parser
        self._target = target

    def __getattr__(self, name: str) -> Any:
        return getattr(self._parser, name)

    def parse(self, response: dict[str, Any], shape: Any) -> Any:
        status, headers = response["status_code"], response["headers"]
        found = find_mismatch(status, response["body"], shape)
        if not headers.get("x-amz-crc32", "0").isdecimal():
            found = "a checksum that is not a number"
        if found and status >= 500:
            response = {**response, "body": b""}  # botocore tries it again, and fails with the status alone
        elif found:
            operation = shape.name.removesuffix("Output").removesuffix("Response") if shape else "the call"
            raise unrecognized_response(operation, found, self._target)
        return self._parser.parse(response, shape)
