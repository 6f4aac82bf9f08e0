"""The short forms of CloudFormation's functions in YAML.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

_FUNCTIONS = (
    "And Base64 Cidr Equals FindInMap GetAtt GetAZs If ImportValue Join Length Not Or Select Split Sub ToJsonString"
    " Transform ForEach"
)
SHORT_FORMS = {f"!{name}": f"Fn::{name}" for name in _FUNCTIONS.split()} | {"!Ref": "Ref", "!Condition": "Condition"}
