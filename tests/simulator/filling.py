"""The CloudWatch metric for the progress of an index backfill.

Documented: OnlineIndexPercentageProgress in
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
"""

from __future__ import annotations

from typing import Any, Protocol

from .answers import Parameters
from .describing import moment


class Filling(Protocol):
    filled: dict[tuple[str, str], float]


def describe_filling(plane: Filling, parameters: Parameters) -> dict[str, Any]:
    named = {dimension["Name"]: dimension["Value"] for dimension in parameters["Dimensions"]}
    percent = plane.filled.get((named["TableName"], named["GlobalSecondaryIndexName"]))
    if percent is None or parameters["MetricName"] != "OnlineIndexPercentageProgress":
        return {"Datapoints": []}
    # in no order: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
    return {"Datapoints": [{"Timestamp": moment(60), "Maximum": percent}, {"Timestamp": moment(0), "Maximum": 1.0}]}
