"""Test the tables of services of the Serverless Framework."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynamotasks.errors import ConfigError
from dynamotasks.formats.reading import load

from .serverless_files import SERVICE, TABLE, names, service, write


def test_stage_and_service_name_the_table(tmp_path: Path) -> None:
    (table,) = load(service(tmp_path), {}).tables
    assert (table.name, table.managed_by) == ("shop-orders-dev", "serverless")


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        ("${sls:stage}-x", "dev-x"),
        ("${opt:stage, 'test'}-x", "test-x"),
        ('${opt:stage, "test"}-x', "test-x"),
        ("${opt:stage, self:provider.stage}-x", "dev-x"),
        ("${opt:stage, ${self:provider.stage}}-x", "dev-x"),
        ("${self:custom.names.${self:provider.stage}}", "orders-of-dev"),
        ("${self:custom.none, self:custom.names.dev}", "orders-of-dev"),
        ("${self:custom.list.1}-x", "second-x"),
        ("${self:service.name}-${aws:region}", "shop-eu-west-1"),
        ("${param:table}", "stage-param"),
        ("${param:other}", "default-param"),
        ("${env:NAME, 'none'}", "from-environment"),
        ("${env:NONE, 'none'}", "none"),
        ("orders-${strToBool(1)}", "orders-true"),
    ],
)
def test_variables_of_a_name(tmp_path: Path, variable: str, expected: str) -> None:
    file = service(tmp_path, SERVICE.replace("${self:service}-orders-${sls:stage}", variable))
    assert names(file, {"NAME": "from-environment"}) == [expected]


def test_pseudo_parameters_stay_for_cloudformation(tmp_path: Path) -> None:
    name = '!Sub "${AWS::StackName}-${AWS::Region}-${self:custom.names.dev}"'
    file = service(tmp_path, SERVICE.replace("${self:service}-orders-${sls:stage}", name))
    assert names(file) == ["shop-dev-eu-west-1-orders-of-dev"]


@pytest.mark.parametrize(
    ("variable", "hint"),
    [
        ("${opt:stage}-x", "add --param opt:stage=VALUE"),
        ("${self:custom.none}", "add --param self:custom.none=VALUE"),
        ("${ssm:/shop/name}", "add --param ssm:/shop/name=VALUE"),
        ("${cf:other.Name}", "add --param cf:other.Name=VALUE"),
        ("${aws:accountId}-x", "add --param aws:accountId=VALUE"),
        ("${env:NONE}", "export it, or add --param env:NONE=VALUE"),
        ("${file(names.js):orders}", "add --param 'file(names.js):orders=VALUE'"),
    ],
)
def test_an_open_variable_is_a_question_that_a_parameter_settles(tmp_path: Path, variable: str, hint: str) -> None:
    write(tmp_path / "names.js", "module.exports = {}")
    file = service(tmp_path, SERVICE.replace("${self:service}-orders-${sls:stage}", variable))
    with pytest.raises(ConfigError) as error:
        load(file, {})
    (problem,) = error.value.problems
    assert (problem.hint, problem.line) == (hint, 18)
    asked = hint.split()[-1].strip("'").removesuffix("=VALUE")
    assert load(file, {}, {asked: "given"}).tables


def test_all_open_variables_of_a_name_are_questions(tmp_path: Path) -> None:
    file = service(tmp_path, SERVICE.replace("${self:service}-orders-${sls:stage}", "${opt:a}-${opt:b}-${opt:a}"))
    with pytest.raises(ConfigError) as error:
        load(file, {})
    assert [problem.hint for problem in error.value.problems] == [f"add --param opt:{name}=VALUE" for name in "ab"]


def test_an_option_sets_the_stage(tmp_path: Path) -> None:
    assert names(service(tmp_path), parameters={"opt:stage": "prod"}) == ["shop-orders-prod"]


def test_resources_of_included_files_are_merged(tmp_path: Path) -> None:
    write(tmp_path / "resources" / "users.yml", f"Resources:\n  Users:\n{TABLE.format(name='users-${sls:stage}')}")
    write(tmp_path / "items.json", '{"Items": {"Type": "AWS::DynamoDB::Table", "Properties": "${self:custom.table}"}}')
    text = (
        "service: shop\nprovider: {name: aws}\n"
        "custom: {table: {TableName: items, AttributeDefinitions: [{AttributeName: id, AttributeType: S}],"
        " KeySchema: [{AttributeName: id, KeyType: HASH}], BillingMode: PAY_PER_REQUEST}}\n"
        "resources:\n  - ${file(resources/users.yml)}\n  - Resources: ${file(items.json)}\n  - Outputs: {}\n"
    )
    assert names(service(tmp_path, text)) == ["items", "users-dev"]


def test_a_problem_in_an_included_file_is_located_there(tmp_path: Path) -> None:
    write(tmp_path / "users.yml", f"Resources:\n  Users:\n{TABLE.format(name='x')}")
    text = "service: shop\nprovider: {name: aws}\nresources: ${file(users.yml)}\n"
    with pytest.raises(ConfigError) as error:
        load(service(tmp_path, text), {})
    assert error.value.problems[0].file.endswith("users.yml")


def test_a_file_outside_the_project_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "secret.yml", "name: secret-name")
    (tmp_path / "project" / ".git").mkdir(parents=True)
    text = SERVICE.replace("${self:service}-orders-${sls:stage}", "${file(../secret.yml):name}")
    with pytest.raises(ConfigError, match=r"'\.\./secret\.yml' is outside the project folder"):
        load(service(tmp_path / "project", text), {})


def test_resources_that_cannot_be_read_are_reported(tmp_path: Path) -> None:
    text = "service: shop\nprovider: {name: aws}\nresources:\n  - ${file(none.yml)}\n"
    with pytest.raises(ConfigError) as error:
        load(service(tmp_path, text), {})
    (problem,) = error.value.problems
    assert "the file 'none.yml' does not exist" in problem.message


@pytest.mark.parametrize(
    "custom",
    [
        "{a: '${self:custom.b}', b: '${self:custom.a}'}",
        "{a: 'x${self:custom.a}'}",
        "{a: '${self:custom}'}",
        "{a: '${self:custom.${self:custom.a}}'}",
        "'${self:custom}'",
        "{a: '${file(serverless.yml):custom.a}'}",
        "{a: '${self:custom.b'}",
        "{a: '${opt:stage, dev}'}",
    ],
)
def test_circular_and_invalid_variables_are_one_problem(tmp_path: Path, custom: str) -> None:
    text = f"service: shop\ncustom: {custom}\nresources:\n  Resources:\n    Orders:\n"
    with pytest.raises(ConfigError) as error:
        load(service(tmp_path, text + TABLE.format(name="${self:custom.a}")), {})
    assert len(error.value.problems) == 1


def test_a_fallback_of_a_value_in_aws_is_noted(tmp_path: Path) -> None:
    text = SERVICE.replace("${self:service}-orders-${sls:stage}", "${ssm:/name, 'local-orders'}")
    config = load(service(tmp_path, text), {})
    assert config.tables[0].name == "local-orders"
    assert "the fallback of ssm:/name, 'local-orders' is used" in config.notes[0]


def test_code_and_compositions_are_one_message(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="serverless print --format json"):
        load(write(tmp_path / "serverless.ts", "export default {}"), {})
    with pytest.raises(ConfigError, match=r"orders/serverless\.yml"):
        load(write(tmp_path / "serverless-compose.yml", "services: {orders: {path: orders}}"), {})


@pytest.mark.parametrize(
    "variable", ["${self:custom.%d}${self:custom.%d}", "${merge(${self:custom.%d}, ${self:custom.%d})}"]
)
def test_variables_that_grow_without_end_are_one_problem(tmp_path: Path, variable: str) -> None:
    custom = {str(number): variable % (number + 1, number + 1) for number in range(60)} | {"60": "x"}
    text = SERVICE.replace("${self:service}-orders-${sls:stage}", "${self:custom.0}").replace(
        "custom:\n", "custom:\n" + "".join(f"  '{key}': '{value}'\n" for key, value in custom.items())
    )
    with pytest.raises(ConfigError) as error:
        load(service(tmp_path, text), {})
    assert len(error.value.problems) == 1


def test_dotenv_files_set_variables_if_the_service_uses_them(tmp_path: Path) -> None:
    write(tmp_path / ".env", "# names\nNAME=of-all # comment\nexport OTHER='quoted # text'\n")
    write(tmp_path / ".env.dev", 'NAME="of-dev"\n')
    text = SERVICE.replace("${self:service}-orders-${sls:stage}", "${env:NAME}")
    assert names(service(tmp_path, "useDotenv: true\n" + text)) == ["of-dev"]
    assert names(service(tmp_path, "useDotenv: true\n" + text), parameters={"opt:stage": "prod"}) == ["of-all"]
    assert names(service(tmp_path, "useDotenv: true\n" + text), {"NAME": "of-process"}) == ["of-process"]
    with pytest.raises(ConfigError):
        load(service(tmp_path, text), {})


def test_a_parameter_in_json_replaces_a_list(tmp_path: Path) -> None:
    text = SERVICE.replace("[{AttributeName: id, KeyType: HASH}]", "${file(keys.json):KeySchema}")
    keys = '[{"AttributeName": "id", "KeyType": "HASH"}]'
    assert names(service(tmp_path, text), parameters={"file(keys.json):KeySchema": keys}) == ["shop-orders-dev"]


def test_settings_of_the_service_that_change_tables_are_noted(tmp_path: Path) -> None:
    text = SERVICE.replace("custom:\n", "custom:\n  capacities: []\n").replace("aws\n", "aws\n  stackTags: {a: b}\n")
    notes = load(service(tmp_path, text), {}).notes
    assert [note.split(": ", 1)[1] for note in notes] == [
        "provider.stackTags is not managed",
        "custom.capacities is not managed",
    ]


def test_sections_without_a_name_are_a_service(tmp_path: Path) -> None:
    text = SERVICE.replace("service: shop\n", "").replace("${self:service}-", "${self:custom.names.dev}-")
    assert names(service(tmp_path, text)) == ["orders-of-dev-orders-dev"]


def test_extensions_replace_properties_of_a_table(tmp_path: Path) -> None:
    extensions = """\
  extensions:
    Orders:
      DeletionPolicy: Retain
      Properties:
        BillingMode: PROVISIONED
        ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 2}
        TimeToLiveSpecification: {AttributeName: expires, Enabled: true}
    CreateLambdaFunction: {Properties: {Timeout: 3}}
"""
    (table,) = load(service(tmp_path, SERVICE.rstrip() + "\n" + extensions), {}).tables
    assert (table.name, table.billing_mode) == ("shop-orders-dev", "PROVISIONED")
    assert table.time_to_live_specification is not None


def test_an_included_file_with_invalid_yaml_is_a_problem_at_its_place(tmp_path: Path) -> None:
    write(tmp_path / "rooms.yml", "Resources:\n  Rooms: {Type: [}\n")
    resources = (
        SERVICE[SERVICE.index("  Resources:") :].replace("\n", "\n  ").replace("  Resources", "  - Resources", 1)
    )
    text = SERVICE[: SERVICE.index("  Resources:")] + resources.rstrip() + "\n  - ${file(rooms.yml)}\n"
    with pytest.raises(ConfigError) as error:
        load(service(tmp_path, text), {})
    (problem,) = error.value.problems
    assert (Path(problem.file).name, problem.line) == ("rooms.yml", 2)
    assert problem.message.startswith("invalid YAML")
