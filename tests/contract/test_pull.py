"""After `db.pull`, the config and the live tables are in sync, on every engine."""

from __future__ import annotations

import pytest

from tests.support.running import Project

from .places import Configure
from .properties import INDEX_FIELDS, PROPERTIES, table

EXAMPLES = {**PROPERTIES, **INDEX_FIELDS}


@pytest.mark.parametrize("name", EXAMPLES)
def test_plan_is_empty_after_pull(name: str, there: Project, configure: Configure, prefix: str) -> None:
    rich, plain = table(f"{prefix}a", **EXAMPLES[name]), table(f"{prefix}b")
    configure(rich, plain)
    there.call("migrate").ok()
    # each now declares what the other one is
    configure({**plain, "name": rich["name"]}, {**rich, "name": plain["name"]})
    there.call("pull").ok()
    assert there.call("plan", "--exit-code", "--prune").ok().out == "= 2 unchanged\nnothing to do\n"
    before = (there.root / "config" / "tables.yaml").read_bytes()
    assert there.call("pull").ok().out == "nothing to change\n"
    assert (there.root / "config" / "tables.yaml").read_bytes() == before
