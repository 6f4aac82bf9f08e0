"""Find the tables of a service of the Serverless Framework, and of the files that it includes.

https://www.serverless.com/framework/docs/providers/aws/guide/resources
"""

from __future__ import annotations

from dataclasses import replace

from ..cloudformation.tables import read_template
from ..context import Context
from ..foreign_table import Definitions
from ..value import Value
from .including_service import including_service
from .project_files import ProjectFiles
from .resources import Resources, nested_resources
from .seeds import Seeds
from .variables import Variables

# settings of the framework and of serverless-dynamodb-autoscaling that change tables in AWS
_UNMANAGED = (("provider", "stackTags"), ("custom", "capacities"))


def read_service(root: Value, context: Context) -> Definitions:
    """Return the tables of a service: a serverless.yml, or the output of `serverless print`."""
    definitions = Definitions()
    variables = Variables(root, context, ProjectFiles(context.path.parent), definitions)
    resources = Resources(variables, definitions)
    if (written := root.get("resources")) is not None:
        resources.add(written)
    _read(resources.template(root), variables, context, definitions)
    Seeds(root, variables, context.path.parent, definitions).add()
    for section, key in _UNMANAGED:
        if (setting := variables.head(root.get(section) or root.with_data(None)).get(key)) is not None:
            definitions.note(setting.place, f"{section}.{key} is not managed")
    return definitions


def read_fragment(root: Value, context: Context) -> Definitions:
    """Return the tables of a file that a service includes; the service sets `self:` if it is in a folder above."""
    definitions = Definitions()
    service, folder = including_service(context) or (None, context.path.parent)
    variables = Variables(service, context, ProjectFiles(folder), definitions)
    resources = Resources(variables, definitions)
    for part in (root, root.get("resources")):
        if part is not None:
            resources.add(part)
    resources.add_resources(nested_resources(root))
    _read(resources.template(root), variables, context, definitions)
    if variables.stage_is_assumed:
        definitions.note(root.place, "assuming the stage dev", "add --param opt:stage=VALUE to set it")
    if service is not None:
        Seeds(service, variables, folder, definitions).add(context.path.parent)
    return definitions


def _read(template: Value, variables: Variables, context: Context, definitions: Definitions) -> None:
    read = read_template(template, replace(context, pseudo_parameters=_pseudo_parameters(variables, context)))
    read.tables = [replace(table, managed_by="serverless") for table in read.tables]
    definitions.extend([read])


def _pseudo_parameters(variables: Variables, context: Context) -> dict[str, str]:
    """Return the pseudo parameters of the service's stack."""
    found = {"AWS::StackName": variables.stack_name(), "AWS::Region": variables.region_name()}
    known = {name: text for name, text in found.items() if text is not None}
    return {**known, **context.pseudo_parameters}
