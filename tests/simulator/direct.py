"""The control plane without HTTP, in place of `dynamotasks.aws.client.Database`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ParamValidationError
from botocore.loaders import Loader
from botocore.model import ServiceModel, StructureShape
from botocore.parsers import create_parser
from botocore.validate import ParamValidator

from dynamotasks.aws import capabilities
from dynamotasks.aws.capabilities import Engine
from dynamotasks.aws.client import Database
from dynamotasks.aws.error_translation import translate_error
from dynamotasks.aws.target import Target
from dynamotasks.schema.serialization import Call

from .describing import ACCOUNT, REGION, key_arn
from .model import ControlPlane

if TYPE_CHECKING:
    from botocore.model import OperationModel

_NOTHING = StructureShape("Nothing", {"type": "structure", "members": {}})
_SERVICES = ("dynamodb", "application-autoscaling")


@cache
def _operation(name: str) -> OperationModel:
    for service in _SERVICES:
        model = _service(service)
        if name in model.operation_names:
            return model.operation_model(name)
    raise AssertionError(f"botocore knows no operation {name}")


@cache
def _service(name: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(name, "service-2"), name)


class DirectDatabase(Database):
    """Validates calls and parses responses with the model of botocore; no state is shared with the plane.

    Args:
        plane: the control plane that responds.
        engine: the engine that it claims to be.
    """

    def __init__(self, plane: ControlPlane, engine: Engine = capabilities.AWS, target: Target | None = None) -> None:
        self.plane = plane
        self.engine = engine
        self.target = target or Target(env="simulated", region=REGION)
        self.region = self.target.region or REGION
        self.endpoint = plane.endpoint or f"https://dynamodb.{self.region}.amazonaws.com"

    def call(self, call: Call) -> dict[str, Any]:
        """Return the response to a call.

        Raises:
            CallError: DynamoDB, or botocore before it, refused the call.
        """
        model = _operation(call.operation)
        report = ParamValidator().validate(call.parameters, model.input_shape or _NOTHING)
        if report.has_errors():
            raise translate_error(ParamValidationError(report=report.generate_report()), self.target)
        status, document = self.plane.answer(call.operation, json.loads(json.dumps(call.parameters)))
        response = {"body": json.dumps(document).encode(), "headers": {}, "status_code": status}
        answer: dict[str, Any] = create_parser("json").parse(response, model.output_shape or _NOTHING)
        if status >= 300:
            error = ClientError(answer, call.operation)  # type: ignore[arg-type]
            raise translate_error(error, self.target) from error
        return answer

    def check_sdk_support(self, call: Call) -> None:
        """Unknown parameters are rejected by botocore."""

    def call_related_service(self, service: str, call: Call) -> dict[str, Any] | None:
        """Return the response of KMS or Application Auto Scaling; CloudWatch has no data."""
        if service == "kms":
            return {"KeyMetadata": {"Arn": key_arn(call.parameters["KeyId"])}}
        return self.call(call) if service == "application-autoscaling" else None

    def check_account(self, arns: Iterable[str]) -> None:
        """Compare the `account_id` of the environment with that of the plane."""
        wanted = self.target.account_id
        if wanted is not None and any(arn.split(":")[4] != wanted for arn in (*arns, f"::::{ACCOUNT}")):
            raise self._account_mismatch("the tables", ACCOUNT)

    def check_reachable(self) -> None:
        """Always ready."""

    def close(self) -> None:
        """Nothing to close."""
