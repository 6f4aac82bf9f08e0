"""How a plan and the state of tables read: to a person, and to a program."""

from __future__ import annotations

import json

from tests.simulator import ControlPlane
from tests.support.running import Project, until
from tests.support.tables import ON_DEMAND, PROVISIONED, SIX, configure, indexes, table


def states(project: Project, *flags: str) -> dict[str, str]:
    return {each["name"]: each["state"] for each in project.call("status", "--json", *flags).json["tables"]}


def test_each_state_has_its_word(aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, table("same"), table("other"), table("stray"))
    aws_project.call("migrate").ok()
    configure(aws_project, table("same"), table("other", **PROVISIONED, tags={"team": "a"}), table("none"))
    status = aws_project.call("status", "--exit-code").fails("engine: DynamoDB", code=2)
    rows = {line.split()[0]: line for line in status.out.splitlines()}
    assert rows["same"].split() == ["same", "in", "sync", "-"]
    assert rows["none"].split() == ["none", "missing", "-"]
    assert rows["stray"].split() == ["stray", "unmanaged", "not", "in", "the", "config"]
    assert "differs" in rows["other"]
    assert "billing_mode is PAY_PER_REQUEST, declared PROVISIONED" in rows["other"]
    assert "provisioned_throughput is missing; tags[team] is missing" in rows["other"]
    document = aws_project.call("status", "--json", "--exit-code").fails(code=2).json
    assert (document["in_sync"], document["unmanaged"]) == (False, ["stray"])
    assert [each["state"] for each in document["tables"]] == ["in sync", "differs", "missing"]
    assert document["tables"][1]["differences"][0] == {
        "path": "billing_mode",
        "live": "PAY_PER_REQUEST",
        "declared": "PROVISIONED",
    }
    aws_project.call("status").ok()


def test_a_table_that_builds_an_index_is_busy(aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, table("users"))
    aws_project.call("migrate").ok()
    configure(aws_project, table("users", **indexes("x")))
    plane.updating, plane.indexing = 0.2, 600
    aws_project.call("migrate", "--no-wait").ok()
    until(
        lambda: "busy: index by_x CREATING, backfilling" in aws_project.call("status", "--exit-code").fails(code=2).out
    )
    assert states(aws_project) == {"users": "busy"}
    shown = aws_project.call("plan").ok()
    assert "= users: wait (index by_x CREATING, backfilling)" in shown.out


def test_a_table_that_is_being_deleted_is_missing(aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, table("users"))
    aws_project.call("migrate").ok()
    plane.deleting = 600
    plane.answer("DeleteTable", {"TableName": "users"})
    assert "is being deleted; it is recreated afterwards" in aws_project.call("status").ok().out
    assert states(aws_project) == {"users": "missing"}


def test_status_shows_the_backfill_progress_from_cloudwatch(project: Project, plane: ControlPlane) -> None:
    project.variables.update(
        AWS_ENDPOINT_URL_CLOUDWATCH=plane.endpoint,
        AWS_ACCESS_KEY_ID="AKID",
        AWS_SECRET_ACCESS_KEY="secret",
        DYNAMOTASKS_ENV="prod",
    )
    environments = {"prod": {"endpoint": plane.endpoint, "credentials": "chain"}}
    for made in (table("users"), table("users", **indexes("x"))):
        project.write("tables_config.json", json.dumps({"tables": [made], "environments": environments}))
        project.call("migrate", "--no-wait").ok()
        plane.indexing = 600
    assert "% backfilled" not in project.call("status").ok().out
    plane.filled["users", "by_x"] = 41.7
    assert "index by_x is 42% backfilled" in project.call("status").ok().out


CHANGED = {
    "deletion_protection_enabled": False,
    "time_to_live_specification": {"attribute_name": "expires"},
    "tags": {"team": "a"},
}


def test_plan_shows_risks_costs_and_hints(aws_project: Project, plane: ControlPlane) -> None:
    plane.items = 12_000
    key = [{"attribute_name": "id", "key_type": "HASH"}]
    configure(aws_project, table("users", deletion_protection_enabled=True, **indexes("old")), table("fixed"))
    aws_project.call("migrate").ok()
    fixed = {"attributes": [{"name": "id", "type": "N"}], "key_schema": key}
    configure(aws_project, table("users", **CHANGED, **indexes("x")), {**table("fixed"), **fixed}, table("new"))
    shown = aws_project.call("plan", "--prune").ok().out
    assert "+ users: create index by_x (x HASH)  [slow: backfills 12000 items, 1.2 MB]" in shown
    assert "~ users: set tags (team)" in shown
    assert "- users: delete index by_old  [destructive DD101: queries of this index fail]" in shown
    protection = "- users: disable deletion protection  [destructive DD104: the table can be deleted afterwards]"
    assert protection in shown
    lost = "destructive DD107: items whose expires is in the past are deleted; AWS allows one change per hour"
    assert f"+ users: enable TTL on expires  [{lost}]" in shown
    impossible = "impossible in place DD202: the type of a key attribute cannot be changed"
    assert f"! fixed: change attributes[id]  [{impossible}" in shown
    assert "    declare a new table under another name" in shown
    assert "+ new: create table (id HASH)" in shown
    assert shown.rstrip().endswith("3 destructive (requires --allow-destructive); 1 impossible in place")


def test_plan_shows_the_quotas_that_it_uses(aws_project: Project, plane: ControlPlane) -> None:
    configure(
        aws_project, table("more", **PROVISIONED), table("less", **{**PROVISIONED, "provisioned_throughput": SIX})
    )
    aws_project.call("migrate").ok()
    infrequent = {"table_class": "STANDARD_INFREQUENT_ACCESS"}
    encrypted = {"sse_specification": {"enabled": True, "sse_type": "KMS"}}
    configure(aws_project, table("more", **ON_DEMAND, **infrequent, **encrypted), table("less", **PROVISIONED))
    shown = aws_project.call("plan").ok().out
    for line, limit in (
        (
            "~ more: change billing_mode (PROVISIONED -> PAY_PER_REQUEST)",
            "AWS allows 4 switches to on-demand in 24 hours",
        ),
        ("~ more: change table_class (STANDARD -> STANDARD_INFREQUENT_ACCESS)", "AWS allows 2 changes in 30 days"),
        ("~ more: change sse_specification", "AWS allows 4 changes in 24 hours"),
        ("~ less: change provisioned_throughput", "AWS allows few decreases per day"),
    ):
        assert [each for each in shown.splitlines() if each.startswith(line) and limit in each], shown


def test_json_plan_contains_the_exact_calls(aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, table("users"))
    aws_project.call("migrate").ok()
    configure(aws_project, table("users", table_class="STANDARD_INFREQUENT_ACCESS", **indexes("x")))
    document = aws_project.call("plan", "--json").ok().json
    class_, index = document["tables"][0]["operations"]
    assert class_ == {
        "operation": "ChangeTableClass",
        "sign": "~",
        "title": "change table_class (STANDARD -> STANDARD_INFREQUENT_ACCESS)",
        "path": "table_class",
        "risk": None,
        "reason": "",
        "hint": "",
        "caution": "AWS allows 2 changes in 30 days",
        "slow": False,
        "replicas": "",
        "call": {
            "operation": "UpdateTable",
            "parameters": {"TableName": "users", "TableClass": "STANDARD_INFREQUENT_ACCESS"},
        },
    }
    assert (index["sign"], index["slow"], index["operation"]) == ("+", True, "AddIndex")
    plane.calls.clear()
    aws_project.call("migrate").ok()
    sent = [parameters for operation, parameters in plane.calls if operation == "UpdateTable"]
    assert sent == [class_["call"]["parameters"], index["call"]["parameters"]]
