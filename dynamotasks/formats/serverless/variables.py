"""Replace the variables of the Serverless Framework as far as the files determine them."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from contextlib import suppress

from ...config.positions import Place
from ..context import Context, parameter_hint, question
from ..foreign_table import Definitions
from ..value import Data, Unresolved, Value, parsed_json, together
from .calls import Call
from .project_files import ProjectFiles
from .sources import LOCAL_KINDS, Sources
from .syntax import InvalidVariableError, Literal, Lookup, Template, Variable, lookups, parse

_MAX_TEXT = 100_000  # characters of a string with variables, so that repeated references cannot grow without end
_CIRCULAR = "remove the circular reference"


class Variables(Sources):
    """Replaces variables, each only when its value is required.

    Args:
        root: of the service; `None` if no service includes the file.
        context: values from outside.
        files: the included files.
        definitions: receives notes.
    """

    def __init__(self, root: Value | None, context: Context, files: ProjectFiles, definitions: Definitions) -> None:
        super().__init__(root, context, files)
        self._definitions = definitions
        self._noted: set[str] = set()
        # each with the value itself, so that no other value gets its id
        self._heads: dict[int, tuple[Value, Value]] = {}
        self._trees: dict[int, tuple[Data, Data]] = {}
        self._open: set[int] = set()

    def head(self, value: Value) -> Value:
        """Return a value in which a variable at the top is replaced, but not those of a map or list."""
        if not isinstance(value.data, str) or "${" not in value.data:
            return value
        if (known := self._heads.get(id(value))) is not None:
            return known[1]
        if id(value) in self._open:
            return value.with_data(Unresolved(f"{value.data[:100]} refers to itself", _CIRCULAR))
        self._open.add(id(value))
        try:
            result = self._replaced(value, value.data)
        finally:
            self._open.discard(id(value))
        self._heads[id(value)] = value, result
        return result

    def tree(self, value: Value) -> Value:
        """Return a value in which all variables are replaced."""
        value = self.head(value)
        data = value.data
        if not isinstance(data, dict | list):
            return value
        if (known := self._trees.get(id(data))) is not None:
            return value.with_data(known[1])
        if id(data) in self._open:
            return value.with_data(Unresolved("a map or list contains itself", _CIRCULAR))
        self._open.add(id(data))
        try:
            result = self._parts(value, data)
        finally:
            self._open.discard(id(data))
        self._trees[id(data)] = data, result.data
        return result

    def file_names(self, value: Value) -> Iterator[str]:
        """Yield the names of the files that a value includes if it is a string."""
        if isinstance(value.data, str) and "file(" in value.data:
            with suppress(InvalidVariableError):
                files = (lookup.arguments[:1] for lookup in lookups(parse(value.data)) if lookup.kind == "file")
                texts = (self._text(name, value) for arguments in files for name in arguments)
                yield from (text for text in texts if isinstance(text, str))

    def stack_name(self) -> str | None:
        """Return the name of the stack of the service; `None` if it is open, or no service includes the file."""
        name = self._service_text("${self:provider.stackName, ''}")
        return name or self._service_text("${self:service}-${sls:stage}")

    def region_name(self) -> str | None:
        """Return the Region of the service; `None` if it is open, or no service includes the file."""
        return self._service_text("${aws:region}")

    def _service_text(self, text: str) -> str | None:
        return None if self._root is None else self.head(Value(text, Place(""))).text

    def _parts(self, value: Value, data: dict[str, Value] | list[Value]) -> Value:
        """Return a map or list with its parts replaced; itself if no part is."""
        parts = data.values() if isinstance(data, dict) else data
        found = [self.tree(part) for part in parts]
        if all(map(operator.is_, found, parts)):
            return value
        if isinstance(data, list):
            return value.with_data(found)
        entries = dict(zip(data, found, strict=True))
        return value.with_data(_open_function(entries) or entries)

    def _replaced(self, value: Value, text: str) -> Value:
        try:
            template = parse(text)
        except InvalidVariableError as error:
            return value.with_data(Unresolved(f"invalid variable in {text[:100]!r}: {error}"))
        return self._value(template, value).at(value.place)

    def _text(self, template: Template, at: Value) -> str | Unresolved:
        texts: list[str] = []
        open_values: list[Unresolved] = []
        for part in template:
            found = at.with_data(part) if isinstance(part, str) else self._variable(part, at)
            if isinstance(found.data, Unresolved):
                open_values.append(found.data)
            elif (text := found.text) is None:
                kind = "null" if found.data is None else "a map or list"
                open_values.append(Unresolved(f"a variable in {str(at.data)[:100]!r} is {kind}, not text"))
            else:
                texts.append(text)
        if sum(map(len, texts)) > _MAX_TEXT:
            return Unresolved(f"variables expand to more than {_MAX_TEXT:,} characters")
        return together(open_values) or "".join(texts)

    def _variable(self, variable: Variable, at: Value) -> Value:
        if (given := self.given(variable.text)) is not None:
            return parsed_json(at.with_data(given))
        first: Value | None = None
        remote: str | None = None
        for source in variable.sources:
            found = self._source(source, at)
            if found.data is not None and not isinstance(found.data, Unresolved):
                self._note(remote, at)
                return found
            if isinstance(source, Literal):  # null
                return found
            if isinstance(source, Lookup) and source.kind not in LOCAL_KINDS:
                remote = variable.text
            first = first or found
        if first is None or first.data is None:
            return at.with_data(question(f"{variable.text} is null", variable.text))
        return first

    def _note(self, remote: str | None, at: Value) -> None:
        if remote is not None and remote not in self._noted:
            self._noted.add(remote)
            self._definitions.note(at.place, f"the fallback of {remote} is used", parameter_hint(remote))

    def _source(self, source: Literal | Lookup | Variable, at: Value) -> Value:
        if isinstance(source, Variable):
            return self._variable(source, at)
        if isinstance(source, Literal):
            return at.with_data(source.data)
        found = self._call(source, at)
        if isinstance(found, Unresolved):
            return at.with_data(found)
        result = self.look_up(found)
        return result if isinstance(result, Value) else at.with_data(result)

    def _call(self, source: Lookup, at: Value) -> Call | Unresolved:
        address = self._text(source.address, at)
        if isinstance(address, Unresolved):
            return address
        arguments = [self._value(argument, at) for argument in source.arguments]
        for argument in arguments:
            if isinstance(argument.data, Unresolved):
                return argument.data
        name = source.kind
        if source.arguments:
            name += f"({', '.join(argument.text or '...' for argument in arguments)})"
        if address or not source.arguments:
            name += f":{address}"
        return Call(source.kind, tuple(arguments), address, name, at)

    def _value(self, template: Template, at: Value) -> Value:
        """Return the value of a template that is one variable, or its text."""
        if len(template) == 1 and isinstance(template[0], Variable):
            return self._variable(template[0], at)
        return at.with_data(self._text(template, at))


def _open_function(data: dict[str, Value]) -> Unresolved | None:
    """Return what keeps the text of a function of CloudFormation open."""
    if len(data) != 1:
        return None
    ((name, argument),) = data.items()
    if name == "Fn::Sub" and isinstance(argument.data, list) and argument.data:
        argument = argument.data[0]
    is_function = name == "Ref" or name.startswith("Fn::")
    return argument.data if is_function and isinstance(argument.data, Unresolved) else None
