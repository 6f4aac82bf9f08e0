"""AWS Regions: which names are valid, and which one a shell gives."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..errors import UsageError

REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_INHERITED = re.compile(r"[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*")
_OF_AWS = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]+")


def is_region(text: str, named: bool = True) -> bool:
    """Whether it looks like an AWS Region.

    Args:
        text: what is written.
        named: it has to be one of AWS's (`eu-west-1`, `us-gov-west-1`); engines take any word.
            https://docs.aws.amazon.com/general/latest/gr/rande.html
    """
    return bool((_OF_AWS if named else REGION).fullmatch(text))


def region_from_variables(variables: Mapping[str, str], dummy: bool) -> str | None:
    """Return the Region of the shell's variables; with dummy credentials there is always one.

    Raises:
        UsageError: it is not a Region's name.
    """
    # boto3 reads AWS_DEFAULT_REGION alone; every other SDK, and the AWS CLI, reads AWS_REGION first. With dummy
    # credentials a Region is only a name: no profile is asked, so that a broken ~/.aws does not matter.
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        if region := variables.get(name):
            if not _INHERITED.fullmatch(region):
                raise UsageError(f"{name}: {region!r} is no AWS Region", hint="write it as eu-west-1")
            return region
    return "us-east-1" if dummy else None
