"""Test files that services of the Serverless Framework include."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynamotasks.errors import ConfigError
from dynamotasks.formats.reading import load

from .serverless_files import TABLE, names, service, write

RESOURCES = "Resources:\n  Orders:\n" + TABLE.format(name="${self:custom.prefix}-orders")
INCLUDING = "service: shop\nprovider: {name: aws}\ncustom: {prefix: shop}\nresources:\n  - ${file(%s)}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    return tmp_path


def fragment(project: Path, text: str = RESOURCES) -> Path:
    return write(project / "resources" / "orders.yml", text)


@pytest.mark.parametrize("path", ["resources/orders.yml", "./resources/${sls:stage, 'x'}.yml", "all.yml"])
def test_the_service_that_includes_a_file_sets_its_variables(project: Path, path: str) -> None:
    file = fragment(project)
    write(project / "all.yml", "Resources: ${file(resources/orders.yml):Resources}")
    (project / "resources" / "dev.yml").symlink_to(file)
    service(project, INCLUDING % path)
    assert names(file) == ["shop-orders"]


def test_a_service_that_does_not_include_the_file_is_not_used(project: Path) -> None:
    service(project, INCLUDING % "resources/others.yml")
    with pytest.raises(ConfigError) as error:
        load(fragment(project), {})
    (problem,) = error.value.problems
    assert problem.message.endswith("self:custom.prefix: no service includes this file")
    assert problem.hint == "add --param self:custom.prefix=VALUE"


def test_a_service_above_the_project_is_not_read(project: Path) -> None:
    (project / "inner" / ".git").mkdir(parents=True)
    file = write(project / "inner" / "orders.yml", RESOURCES)
    service(project, INCLUDING % "inner/orders.yml")
    with pytest.raises(ConfigError):
        load(file, {})


def test_parameters_set_variables_of_other_files(project: Path) -> None:
    assert names(fragment(project), parameters={"self:custom.prefix": "p"}) == ["p-orders"]


def test_service_with_an_invalid_reference_to_a_file_does_not_stop_the_file(project: Path) -> None:
    service(project, "service: shop\nprovider: {name: aws}\ncustom: ['${file:x}${file(a.yml)}']\n")
    text = "Resources:\n  Orders:\n" + TABLE.format(name="${sls:stage}-orders")
    assert names(fragment(project, text)) == ["dev-orders"]


def test_an_assumed_stage_is_noted(project: Path) -> None:
    config = load(fragment(project, RESOURCES.replace("self:custom.prefix", "sls:stage")), {})
    assert config.tables[0].name == "dev-orders"
    assert "assuming the stage dev; add --param opt:stage=VALUE" in config.notes[0]


TEXT = TABLE.format(name="orders")


@pytest.mark.parametrize(
    "text",
    [
        "resources:\n  Resources:\n    Orders:\n" + TEXT,
        "- Resources:\n    Orders:\n" + TEXT,
        "dynamodb:\n  statements: [{Effect: Allow}]\n  table:\n" + TEXT,
        "custom:\n  dynamodb:\n    Orders:\n" + TEXT,
        "Resources:\n  - Orders:\n" + TEXT,
    ],
)
def test_tables_of_any_part_of_a_service_are_found(project: Path, text: str) -> None:
    assert names(fragment(project, text)) == ["orders"]


SEEDS = """\
service: shop
provider: {name: aws}
custom:
  dynamodb:
    start: {seed: domain}
    seed:
      domain:
        sources:
          - {table: 'orders-${sls:stage}', sources: [./seeds/orders.json], rawsources: [seeds/raw.json]}
          - {table: gone, sources: [seeds/gone.json]}
      other: {sources: [{table: 'orders-${sls:stage}', sources: [other.json]}]}
    ttl: [{table: 'orders-${sls:stage}', field: expires}]
    migration: {dir: offline}
resources:
  - ${file(resources/orders.yml)}
"""


def test_custom_dynamodb_sets_seeds_and_ttl(project: Path) -> None:
    fragment(project, RESOURCES.replace("${self:custom.prefix}-orders", "orders-${sls:stage}"))
    files = [write(project / "seeds" / name, "[]") for name in ("orders.json", "raw.json")]
    config = load(service(project, SEEDS), {})
    (table,) = config.tables
    assert table.seed == tuple(str(file) for file in files)
    assert table.time_to_live_specification is not None
    assert table.time_to_live_specification.attribute_name == "expires"
    assert [note.split(": ", 1)[1] for note in config.notes] == [
        "the seed of 'gone' is not managed: the service does not declare this table",
        f"custom.dynamodb: the tables in 'offline' are not read; add --config {project / 'offline'}",
    ]


def test_service_with_only_migrations_is_a_problem(project: Path) -> None:
    text = SEEDS.partition("resources:")[0].replace("migration: {dir: offline}", "migration: {dir: './${sls:stage}'}")
    with pytest.raises(ConfigError, match=r"the tables in './dev' are not read; specify --config .* instead") as error:
        load(service(project, text + "functions: {}\n"), {})
    assert len(error.value.problems) == 1


def test_seeds_of_a_service_apply_to_an_included_file(project: Path) -> None:
    file = fragment(project, RESOURCES.replace("${self:custom.prefix}-orders", "orders-${sls:stage}"))
    files = [write(project / "seeds" / name, "[]") for name in ("orders.json", "raw.json")]
    service(project, SEEDS)
    assert load(file, {}).tables[0].seed == tuple(str(file) for file in files)


def test_a_seed_outside_the_project_is_refused(project: Path) -> None:
    fragment(project, RESOURCES.replace("${self:custom.prefix}-orders", "orders-${sls:stage}"))
    write(project / "seeds" / "raw.json", "[]")
    file = service(project, SEEDS.replace("./seeds/orders.json", "../../orders.json"))
    with pytest.raises(ConfigError, match="outside the project folder"):
        load(file, {})


@pytest.mark.parametrize("path", ["a\\0b", "x" * 300, "../../outside.json"])
def test_a_seed_file_that_cannot_exist_is_one_problem(project: Path, path: str) -> None:
    fragment(project, RESOURCES.replace("${self:custom.prefix}-orders", "orders-${sls:stage}"))
    text = SEEDS.replace("./seeds/orders.json", f'"{path}"').replace(", rawsources: [seeds/raw.json]", "")
    with pytest.raises(ConfigError, match="seed file") as error:
        load(service(project, text), {})
    assert len(error.value.problems) == 1
