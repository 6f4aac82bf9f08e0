"""AWS Regions: valid names, and the Region of the environment variables."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..errors import UsageError

REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DEFAULT_REGION = "us-east-1"
_FROM_VARIABLE = re.compile(r"[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*")
_OF_AWS = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]+")


def is_region(text: str, named: bool = True) -> bool:
    """Return whether a text has the form of a Region name.

    Args:
        text: a name.
        named: require the form of AWS's names (`eu-west-1`, `us-gov-west-1`); local engines accept any word.
            https://docs.aws.amazon.com/general/latest/gr/rande.html
    """
    return bool((_OF_AWS if named else REGION).fullmatch(text))


def region_from_variables(variables: Mapping[str, str], dummy: bool) -> str | None:
    """Return the Region of AWS_REGION or AWS_DEFAULT_REGION.

    boto3 reads only AWS_DEFAULT_REGION; the AWS CLI and every other SDK read AWS_REGION first.

    Args:
        variables: the environment variables.
        dummy: with dummy credentials, default to us-east-1, so that boto3 does not read a profile.

    Raises:
        UsageError: the value is not a Region name.
    """
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        if region := variables.get(name):
            if not _FROM_VARIABLE.fullmatch(region):
                raise UsageError(f"{name}: invalid AWS Region {region!r}", hint="use a name such as eu-west-1")
            return region
    return DEFAULT_REGION if dummy else None
