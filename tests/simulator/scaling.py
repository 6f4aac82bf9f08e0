"""The Application Auto Scaling operation that lists scalable targets.

Documented: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html
"""

from __future__ import annotations

from typing import Any, Protocol

from .answers import Parameters
from .describing import ACCOUNT, moment

_PAGE = 50


class Scaled(Protocol):
    scalable: set[str]


def describe_targets(plane: Scaled, parameters: Parameters) -> dict[str, Any]:
    wanted = parameters.get("ResourceIds")
    found = [
        target
        for resource in sorted(plane.scalable)
        if wanted is None or resource in wanted
        for target in _targets(resource)
        if target["ScalableDimension"] == parameters.get("ScalableDimension", target["ScalableDimension"])
    ]
    first, page = int(parameters.get("NextToken", 0)), parameters.get("MaxResults", _PAGE)
    more = {"NextToken": str(first + page)} if first + page < len(found) else {}
    return {"ScalableTargets": found[first : first + page], **more}


def _targets(resource: str) -> list[dict[str, Any]]:
    kind = "index" if "/index/" in resource else "table"
    return [
        {
            "ServiceNamespace": "dynamodb",
            "ResourceId": resource,
            "ScalableDimension": f"dynamodb:{kind}:{units}CapacityUnits",
            "MinCapacity": 1,
            "MaxCapacity": 100,
            "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/scaling",
            "CreationTime": moment(0),
        }
        for units in ("Read", "Write")
    ]
