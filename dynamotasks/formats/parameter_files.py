"""Read files with the values of a template's parameters.

https://docs.aws.amazon.com/cli/latest/reference/cloudformation/create-stack.html (`--parameters file://FILE`)
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-cfn-artifacts.html
"""

from __future__ import annotations

from .value import Value


def parameters_of(root: Value) -> dict[str, str] | None:
    """Return the values by name: of a list with `ParameterKey` and `ParameterValue`, or of a map `Parameters`.

    Returns:
        `None` if the document has another form; a parameter whose previous value is used has none.
    """
    parts = list(root.items())
    if parts and all(part.text_at("ParameterKey") is not None for part in parts):
        found = {part.text_at("ParameterKey"): part.text_at("ParameterValue") for part in parts}
        return {name: text for name, text in found.items() if name is not None and text is not None}
    section = root.get("Parameters")
    entries = dict(section.entries()) if section is not None and root.get("Resources") is None else {}
    texts = {name: value.text for name, value in entries.items() if value.text is not None}
    return texts if entries and len(texts) == len(entries) else None
