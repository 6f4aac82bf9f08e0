"""Default values of CloudFormation's pseudo parameters, so that local engines require no stack.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from ..aws.regions import region_from_variables
from .context import Context

ACCOUNT_ID = "000000000000"
# names of files that do not tell one project from another: its folder does
_COMMON_NAMES = frozenset(
    {
        "template", "cloudformation", "cfn", "stack", "serverless", "sam", "main", "index", "tables", "dynamodb",
        "resources", "packaged", "output", "infrastructure", "database",
    }
)  # fmt: skip
_COMMON_FOLDERS = frozenset({"cloudformation", "cfn", "infrastructure", "infra", "templates", "resources", "sam"})
_NO_LETTERS = re.compile("[^A-Za-z0-9]+")


def defaults(context: Context) -> Mapping[str, str]:
    """Return the values of pseudo parameters, except `AWS::NoValue` and `AWS::NotificationARNs`.

    Those of the context come first, and the Region may be that of the environment variables. Only the environment
    `local` has the others: the Region us-east-1, the account 000000000000, and the name of the file or folder.

    Raises:
        UsageError: an environment variable has an invalid Region.
    """
    given = context.pseudo_parameters
    region = given.get("AWS::Region") or region_from_variables(context.variables, dummy=context.is_local)
    found = {} if region is None else {"AWS::Region": region, **_partition(region)}
    if context.is_local:
        account, name = given.get("AWS::AccountId", ACCOUNT_ID), given.get("AWS::StackName") or stack_name(context.path)
        stack = f"{region}:{account}:stack/{name}/00000000-0000-0000-0000-000000000000"
        found |= {"AWS::AccountId": account, "AWS::StackName": name}
        found["AWS::StackId"] = f"arn:{found['AWS::Partition']}:cloudformation:{stack}"
    return {**found, **given}


def stack_name(path: Path) -> str:
    """Return the name of the file or, if many projects have a file with that name, the name of its folder.

    The result is valid for a stack: letters, digits and hyphens, at most 128.
    """
    names = [path.name.split(".")[0]]
    if names[0].lower() in _COMMON_NAMES:
        folders = [folder.name for folder in path.absolute().parents]
        names = [*(folder for folder in folders if folder.lower() not in _COMMON_FOLDERS), *names]
    words = (_NO_LETTERS.sub("-", name).strip("-") for name in names)
    name = next(filter(None, words), "stack")
    return (name if name[0].isalpha() else f"stack-{name}")[:128].rstrip("-")


def _partition(region: str) -> dict[str, str]:
    """Return the pseudo parameters that follow from the Region."""
    if region.startswith("cn-"):
        return {"AWS::Partition": "aws-cn", "AWS::URLSuffix": "amazonaws.com.cn"}
    partition = "aws-us-gov" if region.startswith("us-gov-") else "aws"
    return {"AWS::Partition": partition, "AWS::URLSuffix": "amazonaws.com"}
