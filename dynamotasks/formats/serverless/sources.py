"""Look up the sources of variables: other properties, options, parameters, the environment, files.

https://www.serverless.com/framework/docs/guides/variables
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping

from ..context import Context, parameter_hint
from ..value import Unresolved, Value, parsed_json
from .calls import Call, Found
from .dotenv import read_dotenv
from .functions import FUNCTIONS
from .project_files import ProjectFiles

DEFAULT_STAGE = "dev"
DEFAULT_REGION = "us-east-1"


class Sources(ABC):
    """Looks up sources.

    Args:
        root: of the service; `None` if no service includes the file.
        context: values from outside.
        files: the included files.

    Attributes:
        stage_is_assumed: whether the stage was used, and no service includes the file.
    """

    def __init__(self, root: Value | None, context: Context, files: ProjectFiles) -> None:
        self._root = root
        self._context = context
        self.files = files
        self._dotenv_variables: dict[str, str] | None = None
        self.stage_is_assumed = False

    @abstractmethod
    def head(self, value: Value) -> Value:
        """Return a value in which a variable at the top is replaced, but not those of a map or list."""

    def given(self, *names: str) -> str | None:
        """Return the first parameter that is given."""
        for name in names:
            if (text := self._context.parameters.get(name)) is not None:
                return text
        return None

    def look_up(self, call: Call) -> Found:
        """Return the value of a source; `None` if it has none."""
        if (given := self.given(call.name)) is not None:
            return parsed_json(call.at.with_data(given))
        if (look_up := _SOURCES.get(call.kind)) is not None:
            return look_up(self, call)
        if (function := FUNCTIONS.get(call.kind)) is not None:
            return function(call)
        return call.ask(f"{call.name} cannot be resolved offline")

    def stage(self) -> Found:
        """Return the stage: an option, or what the provider sets."""
        if (given := self.given("opt:stage", "sls:stage", "stage")) is not None:
            return given
        self.stage_is_assumed |= self._root is None
        found = self._walk(self._root, "provider.stage")
        return DEFAULT_STAGE if found is None or found.data is None else found

    def region(self) -> Found:
        """Return the Region: an option, or what the provider sets."""
        if (given := self.given("opt:region", "aws:region", "region", "AWS::Region")) is not None:
            return given
        found = self._walk(self._root, "provider.region")
        if found is None or found.data is None:
            return self._context.pseudo_parameters.get("AWS::Region", DEFAULT_REGION)
        return found

    def _walk(self, value: Value | None, address: str) -> Value | None:
        """Return the value at a path of keys and positions; `None` if it does not exist."""
        value = self.head(value) if value else None
        for key in address.split(".") if address else ():
            if value is None or isinstance(value.data, Unresolved):
                return value
            part = value.get(key)
            if isinstance(value.data, list) and key.isdecimal() and len(key) < 6:
                part = value.data[int(key)] if int(key) < len(value.data) else None
            value = self.head(part) if part else None
        return value

    def _self(self, call: Call) -> Found:
        if self._root is None:
            return call.ask(f"{call.name}: no service includes this file")
        if call.address == "provider.stage":
            return self.stage()
        if call.address == "provider.region":
            return self.region()
        found = self._walk(self._root, call.address)
        if call.address in ("service", "service.name"):
            service = self._walk(self._root, "service")
            found = service.get("name") if service and isinstance(service.data, dict) else service
        return call.ask(f"{call.name} does not exist") if found is None else found

    def _option(self, call: Call) -> Found:
        given = self.given(call.address)
        return call.ask(f"option {call.address!r} is not set") if given is None else given

    def _parameter(self, call: Call) -> Found:
        if (given := self.given(call.address)) is not None:
            return given
        found = self.stage()
        stage = found.data if isinstance(found, Value) else found
        for path in (f"params.{stage}", f"stages.{stage}.params", "params.default", "stages.default.params"):
            parameters = self._walk(self._root, path)
            value = parameters.get(call.address) if parameters else None
            if value is not None and value.data is not None:
                return self.head(value)
        return call.ask(f"parameter {call.address!r} is not set")

    def _environment(self, call: Call) -> Found:
        value = self._context.variables.get(call.address)
        if value is None:
            value = self._dotenv().get(call.address)
        if value is not None:
            return value
        hint = f"export it, or {parameter_hint(call.name)}"
        return Unresolved(f"environment variable {call.address} is not set", hint)

    def _dotenv(self) -> dict[str, str]:
        if self._dotenv_variables is None:
            enabled = self._walk(self._root, "useDotenv")
            stage = self.given("opt:stage", "sls:stage", "stage") or DEFAULT_STAGE
            is_used = enabled is not None and enabled.data is True
            self._dotenv_variables = read_dotenv(self.files.folder, stage) if is_used else {}
        return self._dotenv_variables

    def _framework(self, call: Call) -> Found:
        if call.address == "stage":
            return self.stage()
        return call.ask(f"{call.name} is known only during deployment")

    def _aws(self, call: Call) -> Found:
        match call.address:
            case "region":
                return self.region()
            case "accountId":
                account = self.given("AWS::AccountId") or self._context.pseudo_parameters.get("AWS::AccountId")
                return call.ask("the AWS account is unknown") if account is None else account
        return f"${{{call.name}}}"  # a variable of an IAM policy

    def _file(self, call: Call) -> Found:
        name = call.arguments[0].text if call.arguments else None
        if not name:
            return call.ask("file() requires a path")
        content = self.files.read(name)
        if content is None:
            return call.ask(f"the file {name!r} does not exist")
        if isinstance(content, Unresolved):
            return Unresolved(content.reason, content.hint or parameter_hint(call.name))
        found = self._walk(content, call.address)
        return call.ask(f"the file {name!r} has no {call.address!r}") if found is None else found


_SOURCES: Mapping[str, Callable[[Sources, Call], Found]] = {
    "self": Sources._self,
    "opt": Sources._option,
    "param": Sources._parameter,
    "env": Sources._environment,
    "sls": Sources._framework,
    "aws": Sources._aws,
    "file": Sources._file,
}
LOCAL_KINDS = frozenset({*_SOURCES, *FUNCTIONS})
