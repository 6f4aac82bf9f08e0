"""The KMS operation that resolves key aliases: each alias has a separate key."""

from __future__ import annotations

from typing import Any

from .answers import Parameters
from .describing import key_arn


def describe_key(plane: object, parameters: Parameters) -> dict[str, Any]:
    arn = key_arn(parameters["KeyId"])
    return {"KeyMetadata": {"KeyId": arn.rpartition("/")[2], "Arn": arn}}
