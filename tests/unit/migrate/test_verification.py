from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dynamotasks.migrate.plan import TablePlan, TargetTable
from dynamotasks.migrate.planner import plan_reset, plan_table
from dynamotasks.migrate.verification import (
    OperationGoal,
    is_reached,
    is_reached_by_description,
    settings_changed,
    table_changed,
    unmet,
    unread,
)
from dynamotasks.schema.live_table import LiveTable
from dynamotasks.schema.table_spec import (
    Attribute,
    GlobalSecondaryIndex,
    Key,
    Projection,
    StreamSpecification,
    TableSpec,
    TimeToLive,
)

HASH = Key(attribute_name="id", key_type="HASH")
EXPIRES = TimeToLive(attribute_name="expires")
NO_TTL = TimeToLive(enabled=False)


def spec(**properties: Any) -> TableSpec:
    attributes = tuple(Attribute(name=name, type="S") for name in ("id", "x"))
    return TableSpec(name="users", attributes=attributes, key_schema=(HASH,), **properties)


def index(projected: Any = "ALL") -> GlobalSecondaryIndex:
    key = replace(HASH, attribute_name="x")
    projection = Projection(projection_type=projected)
    return GlobalSecondaryIndex(index_name="by_x", key_schema=(key,), projection=projection)


def live(**properties: Any) -> LiveTable:
    made = spec(**{"time_to_live_specification": NO_TTL, "deletion_protection_enabled": False, **properties})
    indexes = {each.index_name: "ACTIVE" for each in made.global_secondary_indexes or ()}
    return LiveTable(spec=made, status="ACTIVE", arn="arn", indexes=indexes, id="1", created=1.0)


def planned(declared: TableSpec, table: LiveTable | None) -> TablePlan:
    return plan_table(TargetTable(declared), table, prune=True)


def goal(declared: TableSpec, table: LiveTable | None, number: int = 0) -> OperationGoal:
    return OperationGoal.of(planned(declared, table), number)


PROTECT = goal(spec(deletion_protection_enabled=True), live())
DELETE_INDEX, CREATE_INDEX = (
    goal(spec(global_secondary_indexes=(index("KEYS_ONLY"),)), live(global_secondary_indexes=(index(),)), number)
    for number in (0, 1)
)


def test_table_that_someone_else_created_counts_as_created() -> None:
    create = goal(spec(), None)
    assert is_reached_by_description(create, None) is False
    assert is_reached_by_description(create, replace(live(), status="DELETING")) is False
    assert is_reached_by_description(create, live()) is True


def test_deleted_or_replaced_table_counts_as_deleted() -> None:
    delete = OperationGoal.of(plan_reset([TargetTable(spec())], {"users": live()}).tables[0], 0)
    assert is_reached_by_description(delete, live()) is False
    assert is_reached_by_description(delete, None) is True
    assert is_reached_by_description(delete, replace(live(), id="2", created=2.0)) is True
    assert is_reached_by_description(delete, replace(live(), id="0", created=0.0)) is False, "a read that is behind"


def test_change_of_a_missing_table_is_not_reached() -> None:
    assert is_reached_by_description(PROTECT, None) is False


def test_settings_are_compared_once_they_are_read() -> None:
    assert is_reached_by_description(PROTECT, live()) is None
    assert not is_reached(PROTECT, live())
    assert is_reached(PROTECT, live(deletion_protection_enabled=True))


def test_index_is_deleted_when_it_is_not_listed() -> None:
    assert is_reached_by_description(DELETE_INDEX, live(global_secondary_indexes=(index(),))) is None
    assert is_reached_by_description(DELETE_INDEX, live()) is True


def test_rebuilt_index_counts_for_both_steps() -> None:
    rebuilt = live(global_secondary_indexes=(index("KEYS_ONLY"),))
    assert is_reached(DELETE_INDEX, rebuilt)
    assert is_reached(CREATE_INDEX, rebuilt)
    assert not is_reached(CREATE_INDEX, live(global_secondary_indexes=(index(),)))


def test_only_what_the_step_makes_is_read_and_compared() -> None:
    declared = spec(deletion_protection_enabled=True, time_to_live_specification=EXPIRES)
    protect = goal(declared, live())
    assert protect.focus.time_to_live_specification is None
    assert [str(change.path) for change in unmet(protect, live())] == ["deletion_protection_enabled"]
    assert not unmet(protect, live(deletion_protection_enabled=True))


def test_denied_setting_is_neither_reached_nor_unmet() -> None:
    enable = goal(spec(time_to_live_specification=EXPIRES), live())
    denied = replace(live(), denied={"time_to_live_specification": "access denied"})
    assert not is_reached(enable, denied)
    assert not unmet(enable, denied)
    assert unread(enable, denied) == ("access denied",)
    assert unread(PROTECT, denied) == ()


def test_setting_that_is_turned_off_to_be_set_again_counts_as_off() -> None:
    before = live(time_to_live_specification=TimeToLive(attribute_name="old"))
    off = goal(spec(time_to_live_specification=EXPIRES), before)
    assert not is_reached(off, before)
    assert is_reached(off, live())
    assert is_reached(off, live(time_to_live_specification=EXPIRES)), "the aim of both steps"


def test_missing_or_replaced_table_has_changed() -> None:
    assert table_changed(PROTECT, live()) is None
    assert table_changed(PROTECT, None) == "the table no longer exists"
    assert table_changed(PROTECT, replace(live(), id="2")) == "the table was recreated"


def test_own_new_table_has_not_changed() -> None:
    whole = plan_reset([TargetTable(spec(time_to_live_specification=EXPIRES))], {"users": live()}).tables[0]
    assert table_changed(OperationGoal.of(whole, 2), replace(live(), id="2")) is None


def view(kind: Any) -> dict[str, StreamSpecification]:
    return {"stream_specification": StreamSpecification(stream_view_type=kind)}


@pytest.mark.parametrize(("now", "changed"), [("NEW_IMAGE", False), ("OLD_IMAGE", True)])
def test_setting_with_a_third_value_has_changed(now: str, changed: bool) -> None:
    off = goal(spec(stream_specification=StreamSpecification(stream_enabled=False)), live(**view("NEW_IMAGE")))
    assert (settings_changed(off, live(**view(now))) is not None) == changed


def test_setting_that_cannot_be_read_may_have_changed() -> None:
    before = live(time_to_live_specification=EXPIRES)
    off = goal(spec(time_to_live_specification=NO_TTL), before)
    denied = replace(before, denied={"time_to_live_specification": "access denied"})
    assert settings_changed(off, denied) == "time_to_live_specification cannot be read: access denied"


def test_index_that_this_run_deleted_has_not_changed() -> None:
    assert settings_changed(CREATE_INDEX, live()) is None
