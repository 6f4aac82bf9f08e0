"""Check that the installed botocore knows what a call needs, by its own model of the service. PURE.

Projects pin boto3, often to a version that is older than the newest settings of a table. So every version that can make
the calls will do, and a newer one is asked for only where something declared needs it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..schema.serialization import Call


def unknown(model: Any, call: Call) -> tuple[str, ...]:
    """Return the operation, and the path of the first parameter, that the model lacks; empty where it knows all.

    Args:
        model: `botocore.model.ServiceModel` of DynamoDB.
        call: what is to be sent.
    """
    if call.operation not in model.operation_names:
        return (call.operation,)
    path = _unknown_member(model.operation_model(call.operation).input_shape, call.parameters)
    return (call.operation, *path) if path else ()


def _unknown_member(shape: Any, value: Any) -> tuple[str, ...]:
    if shape.type_name == "structure" and isinstance(value, Mapping):
        for name, part in value.items():
            if name not in shape.members:
                return (name,)
            if path := _unknown_member(shape.members[name], part):
                return (name, *path)
    if shape.type_name == "list" and isinstance(value, list):
        return next(filter(None, (_unknown_member(shape.member, part) for part in value)), ())
    return ()


def setting(path: tuple[str, ...]) -> str:
    """Return the words of the config for parameters of the API: `GlobalSecondaryIndexes`, ... as snake_case."""
    return ".".join(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() for name in path)
