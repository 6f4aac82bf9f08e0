"""The values of a template's parameters.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ...config.positions import Place
from ...errors import Problem
from ...suggestions import close_to
from ..context import Context, question
from ..value import Data, Unresolved, Value, parsed_json
from .parameter_rules import allowed_values, broken_rule

_OF_SSM = "AWS::SSM::Parameter::Value<"


class TemplateParameters:
    """The parameters of one template.

    Args:
        declared: the template's section `Parameters`.
        context: has the values of `--param`.
    """

    def __init__(self, declared: Mapping[str, Value], context: Context) -> None:
        self._declared = declared
        self._given = context.parameters
        self._values: dict[str, Data] = {}
        context.parameters.declare(declared)

    def value(self, name: str) -> Data:
        """Return the value of `--param` or, for a declared parameter, its default or the question for its value.

        Returns:
            `None` if the parameter is neither given nor declared.
        """
        if name not in self._values:
            given = self.given(name)
            self._values[name] = self._default(name) if given is None and name in self._declared else given
        return self._values[name]

    def given(self, name: str) -> Data:
        """Return the value of `--param`; `None` if it is not given. Names that the template lacks are accepted."""
        text = self._given.get(name)
        return None if text is None else self._typed(name, text)

    def unknown(self, name: str, others: Mapping[str, Value]) -> Unresolved:
        """Return the question for a name that is neither a parameter nor a resource.

        Args:
            name: the name.
            others: the resources.
        """
        reason = f"the template has no parameter or resource {name!r}"
        if close := close_to(name, [*self._declared, *others]):
            return Unresolved(reason, f"did you mean {close!r}?")
        return question(reason, name)

    def problems(self) -> Iterator[Problem]:
        """Yield the values of `--param` that the template does not allow."""
        for name, declared in self._declared.items():
            text = self._given.get(name)
            for part in () if text is None else _items(text) if self._is_list(name) else (text,):
                if rule := broken_rule(declared, part):
                    yield Problem(*declared.place, f"invalid value {part!r} of parameter {name}", rule)

    def _default(self, name: str) -> Data:
        declared = self._declared[name]
        default = declared.get("Default")
        if self._kind(name).startswith(_OF_SSM):
            return question(f"the value of parameter {name} is in Systems Manager", name)
        if default is None:
            found = question(f"parameter {name} has no default", name)
            allowed = allowed_values(declared)
            return replace(found, hint=f"{found.hint}; {allowed}") if allowed else found
        return default.data if isinstance(default.data, dict | list) else self._typed(name, default.text or "")

    def _kind(self, name: str) -> str:
        declared = self._declared.get(name)
        return (declared.text_at("Type") if declared else None) or ""

    def _is_list(self, name: str) -> bool:
        return self._kind(name).removeprefix(_OF_SSM).startswith(("CommaDelimitedList", "List<"))

    def _typed(self, name: str, text: str) -> Data:
        if not self._is_list(name):
            return text
        return [self._declared[name].with_data(part) for part in _items(text)]


def _items(text: str) -> list[str]:
    """Return the items of a list, which is written with commas or as JSON."""
    if isinstance(items := parsed_json(Value(text, Place(""))).data, list):
        return [item.text or "" for item in items]
    return [part.strip() for part in text.split(",")]
