"""Invalid endpoints, Regions, variables and configuration are refused before any connection."""

from __future__ import annotations

import json

import pytest

from tests.cli.target.test_environments import MOTO_S_ACCOUNT, configure
from tests.support.running import Project
from tests.support.tables import table

PASSWORD = "hunter2"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDREAL", "AWS_SECRET_ACCESS_KEY": "secret"}


BAD_ENDPOINTS = [
    "http://h:1/';{touch,pwned};'",
    'http://h:1/"',
    "http://h:1/$(pwned)",
    "http://h:1/\x1b[2J",
    "http://h 1",
]


@pytest.mark.parametrize("endpoint", BAD_ENDPOINTS)
def test_endpoint_with_shell_characters_is_refused(endpoint: str, project: Project) -> None:
    result = project.call("env", "--endpoint", endpoint)
    assert not result.fails("invalid endpoint").out
    assert not project.call("env", DYNAMOTASKS_ENDPOINT=endpoint).fails("invalid endpoint").out
    configure(project, {"local": {"endpoint": endpoint}}, table("users"))
    project.call("validate").fails("environment 'local': invalid endpoint")
    assert not project.call("env").fails("invalid endpoint").out


@pytest.mark.parametrize("region", ["x'; touch pwned; '", 'x"', "x y", "x\ny", "x\x1b[2J", "-x"])
def test_region_with_shell_characters_is_refused(region: str, project: Project) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "DYNAMOTASKS_REGION"):
        assert not project.call("env", **{name: region}).fails("invalid AWS Region").out
    assert not project.call("env", "--region", region).fails("invalid AWS Region").out
    project.call("list", "--env", "aws", AWS_REGION=region).fails("invalid AWS Region")
    configure(project, {"local": {"region": region}}, table("users"))
    assert not project.call("env").fails("invalid AWS Region").out


@pytest.mark.parametrize("url", [f"http://user:{PASSWORD}@localhost:8000", f"ftp://{PASSWORD}@h", f"u:{PASSWORD}@h"])
def test_password_in_endpoint_is_refused_and_not_shown(url: str, project: Project) -> None:
    config = project.write("aws-config", f"[default]\nendpoint_url = {url}\n")
    configure(project, {"ci": {"endpoint": "${CI_ENDPOINT:-}"}, "prod": {}}, table("users"))
    ways: list[tuple[tuple[str, ...], dict[str, str]]] = [
        (("status", "--endpoint", url), {}),
        (("status", "--json", "--endpoint", url), {}),
        (("plan", "--out", "plan.json", "--endpoint", url), {}),
        (("env",), {"DYNAMOTASKS_ENDPOINT": url}),
        (("doctor",), {"DYNAMOTASKS_ENDPOINT": url}),
        (("validate",), {"CI_ENDPOINT": url}),
        (("list", "--env", "prod", "--region", "eu-west-1"), {"AWS_ENDPOINT_URL_DYNAMODB": url}),
        (("list", "--env", "prod", "--region", "eu-west-1"), {"AWS_ENDPOINT_URL": url}),
        (("list", "--env", "prod", "--region", "eu-west-1"), {"AWS_CONFIG_FILE": str(config)}),
    ]
    for argv, variables in ways:
        result = project.call(*argv, **{"CI_ENDPOINT": "http://ci:1", **KEYS, **variables})
        assert PASSWORD not in result.out + result.err, argv
        assert "Traceback" not in result.err
        if argv[0] != "doctor":
            assert result.code == 1, (argv, result.err)
    assert not [file for file in project.root.rglob("*.json") if PASSWORD in file.read_text()]
    assert not (project.root / "plan.json").exists()


def test_environments_that_share_a_table_are_noted(project: Project) -> None:
    one = {"endpoint": "http://db:1", "credentials": "dummy"}
    environments = {
        "dev": one,
        "qa": {**one, "table_prefix": "qa-"},
        "demo": {**one, "endpoint": "http://db:1/"},
        "odd": {**one, "table_prefix": "qa"},
        "prod": {"region": "eu-west-1", "account_id": MOTO_S_ACCOUNT},
        "stage": {"region": "eu-west-1", "account_id": MOTO_S_ACCOUNT, "profile": "stage"},
        "other": {"region": "eu-west-1", "account_id": "999999999999"},
    }
    configure(project, environments, table("users"), table("-users"))
    shown = project.call("validate").ok().err
    assert "environment 'demo': table 'users' is the same as table 'users' of environment 'dev'" in shown
    assert "environment 'odd': table '-users' is the same as table 'users' of environment 'qa'" in shown
    assert "environment 'stage': table 'users' is the same as table 'users' of environment 'prod'" in shown
    assert shown.count("is the same as table") == 3


@pytest.mark.parametrize(
    ("variable", "words"),
    [
        ("DYNAMOTASKS_ENDPONT", "did you mean DYNAMOTASKS_ENDPOINT?"),
        ("DYNAMOTASKS_TABLE", "known: DYNAMOTASKS_ENV"),
    ],
)
def test_unknown_variable_is_an_error(variable: str, words: str, project: Project) -> None:
    project.call("list", **{variable: "x"}).fails(f"unknown environment variable {variable}", words)
    project.call("up", **{variable: "x"}).fails(f"unknown environment variable {variable}", words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{endpont: x}", "unknown key 'endpont'\n  did you mean endpoint?"),
        ("[x]", "write a map"),
        ("local", "write a map"),
        ("{config: {a: b}}", "invalid config"),
        ("{endpoint: [x]}", "invalid endpoint"),
        ("{config: 5.5}", "invalid config"),
    ],
)
def test_error_in_invoke_configuration(text: str, words: str, project: Project) -> None:
    project.write("invoke.yaml", f"dynamotasks: {text}\n")
    project.call("list").fails(words)
    project.run("inv", "db.list").fails(words)


def test_empty_section_in_invoke_configuration(project: Project) -> None:
    configure(project, {}, table("users"))
    project.write("invoke.yaml", "dynamotasks:\n")
    assert json.loads(project.call("validate", "--json", DYNAMOTASKS_TEST_ANYTHING="x").ok().out)["ok"]


@pytest.mark.parametrize(
    "text", ["[", "a: !!python/name:x", "dynamotasks: {config: 5}", "dynamotasks: {config: [null]}"]
)
def test_invalid_invoke_yaml_is_one_message(text: str, project: Project) -> None:
    project.write("invoke.yaml", f"{text}\n")
    project.call("list").fails("error: ", "Invoke's configuration")
