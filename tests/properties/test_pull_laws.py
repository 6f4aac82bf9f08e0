"""Laws of pulling: a changed config declares exactly the live table, and what does not differ is not changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings

from dynamotasks.config.text_edits import edit
from dynamotasks.config.yaml12 import dump
from dynamotasks.formats.config_table import declared_to_config
from dynamotasks.formats.pulled_table import pulled_table
from dynamotasks.formats.reading import load
from dynamotasks.schema.diff import diff
from dynamotasks.schema.table_spec import TableSpec
from tests.support.soak import size
from tests.support.specs import live
from tests.support.strategies import evolutions, tables


def loaded(folder: Path, text: str) -> TableSpec:
    (folder / "tables.yaml").write_text(text, encoding="utf-8")
    (table,) = load(folder / "tables.yaml", {}).tables
    return table


@settings(max_examples=size(100, soak=1_000))
@given(evolutions())
def test_config_declares_the_live_table(tmp_path_factory, forms: tuple[TableSpec, TableSpec]) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("config")
    declared, actual = forms[0], live(forms[1]).spec
    old = {"tables": [declared_to_config(declared)]}
    text = dump(old, compact=True)
    (raw,) = old["tables"]
    new = {"tables": [pulled_table(raw, declared, actual, diff(declared, actual))]}
    written = edit(text, old, new, is_json=False, variables={})
    pulled = loaded(folder, written)
    assert diff(pulled, actual) == ()
    assert pulled.effective_billing_mode() == actual.billing_mode
    again = new["tables"][0]
    assert pulled_table(again, pulled, actual, ()) == again


@given(tables())
def test_table_in_sync_is_not_changed(table: TableSpec) -> None:
    table = replace(table, contributor_insights_specification=None)  # `live` has none
    raw = declared_to_config(table)
    actual = live(replace(table, billing_mode=table.effective_billing_mode())).spec
    assert pulled_table(raw, table, actual, diff(table, actual)) == raw
