"""Check whether the installed botocore supports the parameters of a call.

Projects pin boto3, often to a version older than the newest table settings, so a newer one is required only for them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..schema.serialization import Call


@dataclass(frozen=True, slots=True)
class Unsupported:
    """An operation or, with the path of a parameter, a parameter that botocore lacks."""

    operation: str
    parameter: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ".".join((self.operation, *self.parameter))

    @property
    def setting(self) -> str:
        """The config key of the parameter, or the operation."""
        keys = (re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() for name in self.parameter)
        return ".".join(keys) or self.operation


def find_unsupported(model: Any, call: Call) -> Unsupported | None:
    """Return the first part of a call that botocore lacks.

    Args:
        model: the `botocore.model.ServiceModel` of DynamoDB.
        call: the call to send.
    """
    if call.operation not in model.operation_names:
        return Unsupported(call.operation)
    path = _unknown_member(model.operation_model(call.operation).input_shape, call.parameters)
    return Unsupported(call.operation, path) if path else None


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
