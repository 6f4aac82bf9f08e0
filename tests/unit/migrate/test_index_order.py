"""The order in which indexes are created, rebuilt and removed."""

from __future__ import annotations

from dynamotasks.migrate.operations.indexes import AddIndex
from dynamotasks.schema.limits import GLOBAL_SECONDARY_INDEXES
from dynamotasks.schema.property_path import PropertyPath
from dynamotasks.schema.table_spec import ContributorInsights, Projection
from tests.support.specs import codes, index, live, planned, spec, titles, vector_index

KEYS_ONLY = Projection(projection_type="KEYS_ONLY")


def test_new_index_is_created_before_another_is_removed() -> None:
    table = planned(spec(index("new")), live(spec(index("old"))), prune=True)
    assert titles(table.operations) == ["create index new", "delete index old"]


def test_removal_comes_first_where_the_quota_is_full() -> None:
    old = [index(f"i{number}") for number in range(GLOBAL_SECONDARY_INDEXES)]
    table = planned(spec(*old[1:], index("new")), live(spec(*old)), prune=True)
    assert titles(table.operations) == ["delete index i0", "create index new"]


def test_changed_projection_rebuilds_the_index() -> None:
    table = planned(spec(index("email", projection=KEYS_ONLY)), live(spec(index("email"))))
    assert titles(table.operations) == ["delete index email", "create index email"]
    assert codes(table) == ["DD102"]


def test_new_key_type_frees_all_indexes_of_the_attribute_first() -> None:
    before = spec(index("a", "email"), index("b", "email"))
    after = spec(index("a", "email"), index("b", "email"), types={"email": "N"})
    table = planned(after, live(before))
    assert titles(table.operations) == ["delete index a", "delete index b", "create index a", "create index b"]
    created = [operation for operation in table.operations if isinstance(operation, AddIndex)]
    assert {a.type for operation in created for a in operation.attributes if a.name == "email"} == {"N"}
    assert PropertyPath("global_secondary_indexes", "b") in created[0].needs


def test_vector_index_with_other_dimensions_waits_for_the_old_one() -> None:
    before, after = spec(vector_indexes=(vector_index("v3", 3),)), spec(vector_indexes=(vector_index("v4", 4),))
    table = planned(after, live(before), prune=True)
    assert titles(table.operations) == ["delete vector index v3", "create vector index v4"]


def test_index_of_the_other_kind_with_the_same_name_is_rebuilt() -> None:
    table = planned(spec(vector_indexes=(vector_index("near", 3),)), live(spec(index("near"))))
    assert titles(table.operations) == ["delete index near", "create vector index near"]


def test_attribute_definitions_list_all_keys_and_no_other() -> None:
    wanted = spec(index("a"), index("b"), types={"note": "S"})
    (operation,) = planned(wanted, live(spec(index("a")))).operations
    assert isinstance(operation, AddIndex)
    assert [attribute.name for attribute in operation.attributes] == ["a", "b", "id"]


def test_insights_of_a_new_index_follow_it() -> None:
    wanted = spec(index("email", contributor_insights_specification=ContributorInsights()))
    table = planned(wanted, live(spec()))
    assert titles(table.operations) == ["create index email", "enable contributor insights of index email"]
    assert table.operations[1].needs == (table.operations[0].path,)


def test_index_that_the_engine_cannot_delete_is_impossible() -> None:
    before = live(spec(index("email")), undeletable=frozenset({"email"}))
    table = planned(spec(global_secondary_indexes=()), before, prune=True)
    assert codes(table) == ["DD209"]
