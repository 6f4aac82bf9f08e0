"""`renamed_from`: the earlier name of a table in a config file, and the plan until the table is renamed."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynamotasks import ConfigError, load
from dynamotasks.migrate.plan import TableState
from tests.support.config_mistakes import HEAD
from tests.support.specs import codes, live, planned, spec, titles

OTHER = """
  - name: purchases
    attributes: [{name: id, type: S}]
    key_schema: [{attribute_name: id, key_type: HASH}]
"""


def test_earlier_name_is_read(tmp_path: Path) -> None:
    config = tmp_path / "tables.yaml"
    config.write_text(f"{HEAD}    renamed_from: purchases\n")
    (table,) = load(config, {}).tables
    assert table.renamed_from == "purchases"


@pytest.mark.parametrize(
    ("tail", "message"),
    [
        ("    renamed_from: a b\n", "invalid table name 'a b'"),
        ("    renamed_from: users\n", "the table has this name, 'users'"),
        (f"    renamed_from: purchases{OTHER}", "'purchases' is declared as well"),
    ],
)
def test_impossible_earlier_name_is_a_problem_at_its_line(tail: str, message: str, tmp_path: Path) -> None:
    config = tmp_path / "tables.yaml"
    config.write_text(HEAD + tail)
    with pytest.raises(ConfigError) as raised:
        load(config, {})
    (problem,) = raised.value.problems
    assert (problem.line, message in problem.message) == (HEAD.count("\n") + 1, True), problem


def test_pending_rename_is_impossible_in_place() -> None:
    wanted = spec(renamed_from="purchases")
    missing, existing = planned(wanted, None), planned(wanted, live(spec()))
    assert [titles(table.operations) for table in (missing, existing)] == [["rename table purchases"]] * 2
    assert [codes(table) for table in (missing, existing)] == [["DD211"]] * 2
    assert [table.state for table in (missing, existing)] == [TableState.MISSING, TableState.DIFFERS]
