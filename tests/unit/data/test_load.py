"""What is checked before a dump is loaded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dynamotasks.aws.client import Database
from dynamotasks.aws.target import Target
from dynamotasks.data.dumps.load import LoadPlan, TableLoad, load_dump
from dynamotasks.data.dumps.reader import open_dump
from dynamotasks.errors import UsageError
from dynamotasks.migrate.plan import TargetTable
from tests.support.dumps import write_dump
from tests.support.specs import spec


def test_table_of_another_tool_is_not_created(tmp_path: Path) -> None:
    write_dump(tmp_path / "dump", spec(), [b'{"id":{"S":"a"}}'])
    dump = open_dump(tmp_path / "dump")
    load = TableLoad(
        dumped=dump.manifest.tables[0],
        wanted=TargetTable(replace(spec(), managed_by="terraform")),
        live=None,
        was_empty=True,
        expired=0,
        differences=(),
    )
    with (
        Database(Target(env="prod", region="eu-west-1")) as database,
        pytest.raises(UsageError, match="Terraform manages this table"),
    ):
        load_dump(LoadPlan(dump, (load,)), database)
