"""The public names: importable, listed, typed and loaded only when they are used."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import pytest

import dynamotasks
from dynamotasks import errors

if TYPE_CHECKING:
    from collections.abc import Generator

    from typing_extensions import assert_type

    from dynamotasks import (
        ApplyEvent,
        Call,
        Change,
        Config,
        Database,
        DynamotasksError,
        EngineOptions,
        EngineStop,
        LiveTable,
        Operation,
        OperationEnded,
        Outcome,
        Plan,
        Replacement,
        RunningEngine,
        Seeds,
        Status,
        TablePlan,
        TableSpec,
        TableState,
        TableStatus,
        Throughput,
    )

    def check_functions(path: Path, stop: Event) -> None:
        """Use each function as a caller does; mypy checks the types."""
        config = assert_type(dynamotasks.load(), Config)
        assert_type(dynamotasks.load([path, "more.yaml"], {"NAME": "value"}, root=path), Config)
        with dynamotasks.up(EngineOptions(backend="moto", port=0), timeout=5, root=path) as engine:
            assert_type(engine, RunningEngine)
            assert_type(engine.endpoint, str)
        assert_type(dynamotasks.down(volumes=True), EngineStop)
        with dynamotasks.connect(config, "prod", endpoint=None, region="eu-west-1", profile="p") as database:
            assert_type(database, Database)
        plan = assert_type(dynamotasks.plan(config, database, tables=["users"], prune=True), Plan)
        assert_type(dynamotasks.plan_reset(config, database, tables=["users"]), Plan)
        assert_type(dynamotasks.plan_drop(database, ["users"], config=config), Plan)
        events = dynamotasks.apply(plan, database, allow_destructive=True, wait=False, timeout=1.5, stop=stop)
        assert_type(events, Generator[ApplyEvent, None, None])
        replacement = assert_type(dynamotasks.plan_replacement(config, database, "users", path), Replacement)
        assert_type(dynamotasks.replace_table(replacement, database, lambda event: None), int)
        with dynamotasks.read_seeds(config, database, [path], tables=["users"], column_types={"age": "N"}) as seeds:
            assert_type(seeds, Seeds)
            assert_type(dynamotasks.seed(seeds, database, Throughput(concurrency=2)), dict[str, int])
        assert_type(dynamotasks.status(config, database, tables=["users"]), Status)

    def check_models(config: Config, plan: Plan, status: Status, event: ApplyEvent) -> None:
        """Read the models as a caller does; mypy checks the types."""
        assert_type(config.tables, tuple[TableSpec, ...])
        assert_type(plan.tables, tuple[TablePlan, ...])
        assert_type(plan.operations, tuple[Operation, ...])
        assert_type(plan.operations[0].call, Call | None)
        assert_type(plan.tables[0].live, LiveTable | None)
        assert_type(status.tables, tuple[TableStatus, ...])
        assert_type(status.tables[0].state, TableState)
        assert_type(status.tables[0].changes, tuple[Change, ...])
        if isinstance(event, OperationEnded):
            assert_type(event.outcome, Outcome)
            assert_type(event.error, DynamotasksError | None)


def test_every_public_name_is_importable_and_listed() -> None:
    assert all(getattr(dynamotasks, name) is not None for name in dynamotasks.__all__)
    assert set(dynamotasks.__all__) <= set(dir(dynamotasks))


def test_every_error_type_is_public() -> None:
    types = {name for name, item in vars(errors).items() if isinstance(item, type) and issubclass(item, Exception)}
    assert types <= set(dynamotasks.__all__)


def test_type_checkers_see_the_names_that_exist_at_run_time() -> None:
    tree = ast.parse(Path(dynamotasks.__file__).read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    imported = {alias.asname for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert imported == set(dynamotasks.__all__) - {"__version__"}


def test_unknown_name_raises_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = dynamotasks.no_such_name


def test_importing_the_package_loads_no_dependency() -> None:
    code = (
        "import sys, dynamotasks; dir(dynamotasks); print({'boto3', 'botocore', 'invoke', 'yaml'} & set(sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"
