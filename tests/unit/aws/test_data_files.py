"""The loader of botocore's data files that sessions share."""

from __future__ import annotations

import shutil
from pathlib import Path

import botocore
import pytest
from botocore.exceptions import UnknownServiceError
from botocore.session import Session

from dynamotasks.aws.data_files import share_data_files


def session() -> Session:
    created = Session()
    created.set_credentials("key", "secret")
    share_data_files(created)
    return created


def test_sessions_share_a_loader() -> None:
    assert session().get_component("data_loader") is session().get_component("data_loader")


# a profile can get its credentials from any of these
@pytest.mark.parametrize("service", ["dynamodb", "sso", "sso-oidc", "sts"])
def test_client_of_a_service_that_botocore_calls_itself(service: str) -> None:
    assert session().create_client(service, region_name="us-east-1").meta.service_model.service_name == service


def test_unknown_service_is_that_of_botocore() -> None:
    with pytest.raises(UnknownServiceError):
        session().create_client("nosuch", region_name="us-east-1")


def test_services_in_the_data_path_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(Path(botocore.__file__).parent / "data" / "sts", tmp_path / "other")
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    assert session().create_client("other", region_name="us-east-1").meta.service_model.service_name == "other"
