"""Test settings and the target that they select."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynamotasks.aws.client import Database
from dynamotasks.aws.sessions import DUMMY_KEY
from dynamotasks.aws.target import Target
from dynamotasks.config.discovery import discover
from dynamotasks.config.environments import Environment
from dynamotasks.config.settings import Flags, Settings, project_root
from dynamotasks.config.target import target_of
from dynamotasks.errors import TargetError, UsageError
from tests.support.config_mistakes import HEAD
from tests.support.running import Project


def target(
    env: str | None = None,
    *,
    entry: Environment | None = None,
    variables: dict[str, str] | None = None,
    configured: dict[str, str] | None = None,
    started: str | None = None,
    **flags: str,
) -> Target:
    settings = Settings(Path("/project"), Flags(env=env, **flags), configured or {}, variables or {})
    return target_of(settings, {env or "local": entry} if entry else {}, lambda: started)


def test_settings_have_an_order_of_precedence() -> None:
    levels = {
        "entry": Environment(endpoint="http://file:1"),
        "configured": {"endpoint": "http://invoke:1"},
        "variables": {"DYNAMOTASKS_ENDPOINT": "http://variable:1"},
        "endpoint": "http://flag:1",
    }
    expected = ["http://flag:1", "http://variable:1", "http://invoke:1", "http://file:1"]
    for name, endpoint in zip(reversed(list(levels)), expected, strict=True):
        assert target(started="http://started:1", **levels).endpoint == endpoint  # type: ignore[arg-type]
        levels.pop(name)
    assert target(started="http://started:1").endpoint == "http://started:1"
    assert target().endpoint == "http://localhost:8000"


def test_region_falls_back_to_us_east_1_with_dummy_credentials() -> None:
    assert target(region="eu-west-1", variables={"AWS_REGION": "eu-west-2"}).region == "eu-west-1"
    assert target(entry=Environment(region="eu-west-3"), variables={"AWS_REGION": "eu-west-2"}).region == "eu-west-3"
    assert target(variables={"AWS_REGION": "eu-west-2", "AWS_DEFAULT_REGION": "x"}).region == "eu-west-2"
    assert target().region == "us-east-1"
    # elsewhere boto3 may know one from the profile
    assert target("aws").region is None


def test_only_local_is_dummy_and_disposable_by_default() -> None:
    assert (target().credentials, target().disposable) == ("dummy", True)
    assert (target("aws").credentials, target("aws").disposable) == ("chain", False)
    compose = Environment(endpoint="http://dynamodb:8000", credentials="dummy", disposable=True)
    assert (target("ci", entry=compose).credentials, target("ci", entry=compose).disposable) == ("dummy", True)


@pytest.mark.parametrize(
    "endpoint", ["http://localhost:8000", "http://127.0.0.1:1", "http://[::1]:8000", "http://127.9.9.9"]
)
def test_loopback_endpoint_gets_dummy_credentials_by_default(endpoint: str) -> None:
    assert target("aws", endpoint=endpoint).credentials == "dummy"
    assert target("aws", entry=Environment(endpoint=endpoint)).credentials == "dummy"
    assert target("aws", entry=Environment(endpoint=endpoint, credentials="chain")).credentials == "chain"


def test_local_with_real_credentials_is_not_disposable() -> None:
    account = Environment(endpoint="https://dynamodb.eu-west-1.amazonaws.com", credentials="chain")
    assert not target(entry=account).disposable


def test_dummy_access_key_is_alphanumeric(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "REAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "REAL")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "REAL")
    database = Database(Target(env="local", endpoint="http://127.0.0.1:9", credentials="dummy"))
    credentials = database._session.get_credentials()
    assert credentials
    assert (credentials.access_key, credentials.token) == (DUMMY_KEY, None)
    assert DUMMY_KEY.isalnum()


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"])
def test_inherited_loopback_endpoint_is_rejected(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After `eval "$(inv db.env)"`, `--env aws` must not use the local engine."""
    monkeypatch.setenv(name, "http://127.0.0.1:8000")
    with pytest.raises(TargetError, match="an engine on this machine") as refused:
        Database(Target(env="aws"))
    assert "unset AWS_ENDPOINT_URL_DYNAMODB" in str(refused.value.hint)
    assert Database(Target(env="aws", endpoint="http://127.0.0.1:8000")).endpoint == "http://127.0.0.1:8000"


@pytest.mark.parametrize("endpoint", ["localhost:8000", "http://", "http://localhost:99999", "ftp://x", "http://a b"])
def test_invalid_endpoint_is_rejected(endpoint: str) -> None:
    with pytest.raises(UsageError, match="invalid endpoint"):
        target(endpoint=endpoint)


def test_dummy_credentials_have_a_default_region() -> None:
    compose = Environment(endpoint="http://dynamodb:8000", credentials="dummy")
    assert target("ci", entry=compose).region == "us-east-1"


def test_invalid_region_of_a_target_is_rejected() -> None:
    with pytest.raises(TargetError, match="invalid AWS Region 'not a region!'"):
        Database(Target(env="local", endpoint="http://127.0.0.1:9", region="not a region!", credentials="dummy"))


def test_unknown_environment_lists_known_ones() -> None:
    with pytest.raises(UsageError, match="unknown environment 'prodd'") as raised:
        target_of(Settings(Path("/"), Flags(env="prodd"), {}, {}), {"prod": Environment()}, lambda: None)
    assert "did you mean 'prod'? known: aws, local, prod" in str(raised.value.hint)


def test_environment_name_has_the_same_precedence() -> None:
    assert Settings(Path("/"), Flags(), {}, {"DYNAMOTASKS_ENV": "aws"}).env == "aws"
    assert Settings(Path("/"), Flags(), {"env": "aws"}, {}).env == "aws"
    assert Settings(Path("/"), Flags(env="x"), {"env": "aws"}, {"DYNAMOTASKS_ENV": "y"}).env == "x"


def test_discovery_returns_the_first_match(tmp_path: Path) -> None:
    (tmp_path / "config" / "tables").mkdir(parents=True)
    assert discover(tmp_path) == ()
    (tmp_path / "tables_config.json").write_text("{}")
    assert discover(tmp_path) == (tmp_path / "tables_config.json",)
    several = [tmp_path / "config" / "tables" / name for name in ("a.yaml", "b.json", "c.yml")]
    for file in [*several, tmp_path / "config" / "tables" / "notes.txt"]:
        file.write_text("{}")
    assert discover(tmp_path) == tuple(several)
    (tmp_path / "config" / "tables.json").write_text("{}")
    assert discover(tmp_path) == (tmp_path / "config" / "tables.json",)


def test_project_root_is_the_nearest_folder_upwards(tmp_path: Path) -> None:
    inner = tmp_path / "src" / "deep"
    inner.mkdir(parents=True)
    assert project_root(inner) == inner
    (tmp_path / "tasks.py").write_text("")
    assert project_root(inner) == tmp_path


def test_missing_config_file(project: Project) -> None:
    project.call("migrate").fails("no config file found", "config/tables.yaml", "--config")
    project.call("migrate", "--config", "tabels.yaml").fails(
        "tabels.yaml:1:1: no such config file", "current directory"
    )
    (project.root / "empty").mkdir()
    project.call("validate", "--config", "empty").fails("no *.yaml, *.yml or *.json file in this folder")


def test_missing_config_file_is_reported_with_other_problems(project: Project) -> None:
    project.write("a.yaml", "tables: 5\n")
    result = project.call("validate", "--config", "a.yaml", "--config", "b.yaml", "--json")
    assert [problem["file"] for problem in result.json["problems"]] == ["a.yaml", "b.yaml"]
    assert result.json["error"]["message"] == "2 problems in the config; nothing was sent"
    result = project.call("validate", "--config", "b.yaml", "--format", "github")
    assert result.out.startswith("::error file=b.yaml,line=1,col=1::no such config file")
    project.call("validate", "--json", "--format", "github").fails("cannot be combined", "omit one of them")
    # a missing config is reported in the same form
    assert project.call("validate", "--json").json["problems"] == []


def test_file_in_a_specified_folder_is_read_once(project: Project) -> None:
    project.write("a/users.yaml", HEAD)
    assert project.call("validate", "--config", "a", "--config", "a/users.yaml", "--json").json["tables"] == ["users"]


@pytest.mark.parametrize("flag", ["env", "endpoint", "region", "profile", "config", "table"])
def test_empty_flag_is_rejected(flag: str, project: Project) -> None:
    project.call("list", f"--{flag}", "").fails(f"--{flag} is empty", "specify a value or omit the flag")


def test_profile_with_dummy_credentials_is_rejected(project: Project) -> None:
    with pytest.raises(UsageError, match="--profile shop has no effect"):
        target(profile="shop")
    assert target(variables={"DYNAMOTASKS_PROFILE": "shop"}).profile is None
    assert target("aws", profile="shop").profile == "shop"


def test_misspelled_region_is_rejected() -> None:
    with pytest.raises(UsageError, match="invalid AWS Region 'eu-west1'"):
        target("aws", region="eu-west1")
    assert target(region="anything").region == "anything"


def test_env_task_rejects_local_with_real_credentials(project: Project) -> None:
    project.write("config/tables.yaml", HEAD + "environments: {local: {credentials: chain}}\n")
    project.call("env").fails("uses real credentials", "set `credentials: dummy`")


def test_several_config_files_and_folders(project: Project) -> None:
    one = (
        "tables: [{name: %s, attributes: [{name: id, type: S}], key_schema: [{attribute_name: id, key_type: HASH}]}]\n"
    )
    project.write("a/users.yaml", one % "users")
    project.write("b.yaml", one % "orders")
    assert project.call("validate", "--config", "a", "--config", "b.yaml", "--json").json["tables"] == [
        "users",
        "orders",
    ]
    assert project.call("validate", "--json", DYNAMOTASKS_CONFIG="b.yaml").json["tables"] == ["orders"]
    project.write("invoke.yaml", "dynamotasks: {config: b.yaml}\n")
    assert project.call("validate", "--json").json["tables"] == ["orders"]
    folder = project.root / "a"
    assert project.run("inv", "db.validate", "--json", folder=folder).json["tables"] == ["orders"]
