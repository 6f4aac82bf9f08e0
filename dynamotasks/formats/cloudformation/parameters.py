"""The values of a template's parameters.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ...errors import Problem
from ...suggestions import close_to
from ..context import Context, question
from ..value import Data, Unresolved, Value


class TemplateParameters:
    """The parameters of one template.

    Args:
        declared: the template's section `Parameters`.
        context: has the values of `--param`.
    """

    def __init__(self, declared: Mapping[str, Value], context: Context) -> None:
        self._declared = declared
        self._given = context.parameters
        context.parameters.declare(declared)

    def __contains__(self, name: str) -> bool:
        return name in self._declared

    def given(self, name: str) -> Data:
        """Return the value of `--param`; `None` if it is not given. Names that the template lacks are accepted."""
        text = self._given.get(name)
        return None if text is None else self._typed(name, text)

    def default(self, name: str) -> Data:
        """Return the default of a declared parameter, or the question for its value."""
        declared = self._declared[name]
        default = declared.get("Default")
        if self._kind(name).startswith("AWS::SSM::Parameter::Value<"):
            return question(f"the value of parameter {name} is in Systems Manager", name)
        if default is None:
            return self._question(name)
        return default.data if isinstance(default.data, dict | list) else self._typed(name, default.text or "")

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
            choices = self._choices(declared)
            if text is None or not choices:
                continue
            for part in text.split(",") if self._is_list(name) else [text]:
                if part.strip() not in choices:
                    hint = f"allowed: {', '.join(choices)}"
                    yield Problem(*declared.place, f"invalid value {part!r} of parameter {name}", hint)

    def _question(self, name: str) -> Unresolved:
        found = question(f"parameter {name} has no default", name)
        choices = self._choices(self._declared[name])
        return replace(found, hint=f"{found.hint}; allowed: {', '.join(choices)}") if choices else found

    @staticmethod
    def _choices(declared: Value) -> list[str]:
        return [choice.text or "" for choice in declared.items_at("AllowedValues")]

    def _kind(self, name: str) -> str:
        declared = self._declared.get(name)
        return (declared.text_at("Type") if declared else None) or ""

    def _is_list(self, name: str) -> bool:
        kind = self._kind(name).removeprefix("AWS::SSM::Parameter::Value<")
        return kind.startswith(("CommaDelimitedList", "List<"))

    def _typed(self, name: str, text: str) -> Data:
        if not self._is_list(name):
            return text
        return [self._declared[name].with_data(part.strip()) for part in text.split(",")]
