"""Migrations on the simulator end as declared, despite faults, kills and concurrent runs."""

from __future__ import annotations

import json
import random
import threading
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dynamotasks.aws.client import Database
from dynamotasks.aws.sessions import REMOTE_LIMITS
from dynamotasks.aws.target import Target
from dynamotasks.formats.config_table import table_to_config
from dynamotasks.migrate.events import ApplyEvent, Outcome
from dynamotasks.migrate.executor import apply
from dynamotasks.migrate.plan import Plan, TargetTable
from dynamotasks.migrate.plan_document import plan_document, plan_of
from dynamotasks.migrate.planner import plan
from dynamotasks.migrate.staleness import changed_since
from dynamotasks.migrate.table_reader import read_table
from dynamotasks.schema.serialization import Call
from dynamotasks.schema.table_spec import TableSpec
from tests.simulator import DirectDatabase, Faults, control_plane
from tests.simulator.calls import Simulation
from tests.support.clock import RunClock
from tests.support.events import ends, incomplete
from tests.support.soak import size
from tests.support.strategies import evolutions, tables

pytestmark = pytest.mark.newest_boto3

HOURS = 3 * 3600.0
Tables = dict[str, TableSpec]


def simulated(**knobs: Any) -> Simulation:
    simulation = Simulation()
    for name, value in knobs.items():
        setattr(simulation.plane, name, value)
    return simulation


def planned(database: Database, *specs: TableSpec) -> Plan:
    live = {spec.name: read_table(database, spec.name, spec) for spec in specs}
    return plan([TargetTable(spec) for spec in specs], live, prune=True)


def apply_all(made: Plan, simulation: Simulation, database: Database | None = None) -> list[ApplyEvent]:
    clock = RunClock(simulation.clock)
    return list(apply(made, database or simulation.database, allow_destructive=True, clock=clock, timeout=1e6))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(evolutions(), st.integers(0, 20))
def test_any_table_becomes_any_other_in_one_valid_plan(pair: tuple[TableSpec, TableSpec], stale: int) -> None:
    """The simulator rejects what DynamoDB rejects, and botocore checks the parameters."""
    simulation = simulated(stale=stale)
    for spec in pair:
        simulation.clock.now += HOURS
        assert not incomplete(apply_all(planned(simulation.database, spec), simulation))
        simulation.clock.now += HOURS
        left = planned(simulation.database, spec)
        assert left.in_sync, [change.path for change in left.tables[0].changes]
        assert not left.operations


@given(tables())
def test_described_table_is_in_sync(spec: TableSpec) -> None:
    simulation = simulated()
    assert not incomplete(apply_all(planned(simulation.database, spec), simulation))
    simulation.clock.now += HOURS
    live = read_table(simulation.database, spec.name)
    assert live
    assert table_to_config(live.spec)["name"] == spec.name
    declared = replace(live.spec, warm_throughput=None)
    assert planned(simulation.database, declared).in_sync


@given(evolutions())
def test_plan_file_round_trip(pair: tuple[TableSpec, TableSpec]) -> None:
    simulation = simulated()
    assert not incomplete(apply_all(planned(simulation.database, pair[0]), simulation))
    simulation.clock.now += HOURS
    made = planned(simulation.database, pair[1])
    document = plan_document(made, simulation.database)
    again = plan_of(json.loads(json.dumps(document)))
    assert [table.operations for table in again.tables] == [
        table.operations for table in made.tables if table.operations
    ]
    assert [table.wanted for table in again.tables] == [t.wanted for t in made.tables if t.operations]
    now = planned(simulation.database, pair[1])
    assert [changed_since(t.wanted, t.live, n.live) for t, n in zip(again.tables, now.tables, strict=False)] == [
        None for _ in again.tables
    ]


class Killed(BaseException):
    """The process was killed before a call was sent, or before its response was read."""


class Dying(DirectDatabase):
    """A connection of a process that is killed at one of its calls.

    Args:
        simulation: what answers.
        calls: how many it lives for.
        unheard: whether the last one is carried out.
    """

    def __init__(self, simulation: Simulation, calls: int, unheard: bool) -> None:
        super().__init__(simulation.plane)
        self._left, self._unheard = calls, unheard

    def call(self, call: Call) -> dict[str, Any]:
        self._left -= 1
        if self._left < 0:
            if self._left == -1 and self._unheard:
                super().call(call)
            raise Killed
        return super().call(call)


def drawn_pair(seed: int) -> tuple[TableSpec, TableSpec]:
    return _PAIRS[seed % len(_PAIRS)]


def _example_pairs() -> list[tuple[TableSpec, TableSpec]]:
    found: list[tuple[TableSpec, TableSpec]] = []

    @settings(max_examples=60, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(evolutions())
    def collect(pair: tuple[TableSpec, TableSpec]) -> None:
        found.append(pair)

    collect()
    return [pair for pair in found if pair[0] != pair[1]]


_PAIRS = _example_pairs()


@pytest.mark.parametrize("seed", range(size(40, soak=400)))
def test_run_that_was_killed_anywhere_is_finished_by_the_next(seed: int) -> None:
    chance = random.Random(seed)
    simulation = simulated(stale=chance.choice([0, 5]))
    for spec in drawn_pair(seed):
        simulation.clock.now += HOURS
        for _ in range(chance.randint(1, 4)):
            dying = Dying(simulation, chance.randint(0, 25), chance.random() < 0.5)
            try:
                apply_all(planned(dying, spec), simulation, dying)
            except Killed:
                simulation.clock.now += chance.choice([0, 1, 10, 200])
        simulation.clock.now += HOURS
        assert not incomplete(apply_all(planned(simulation.database, spec), simulation))
        simulation.clock.now += HOURS
        assert planned(simulation.database, spec).in_sync


@pytest.mark.parametrize("seed", range(size(10, soak=100)))
def test_concurrent_runs_end_as_declared_or_report_the_conflict(seed: int) -> None:
    """A destructive step fails if the other run has partly done it; a later run finishes."""
    simulation = simulated()
    for spec in drawn_pair(seed):
        simulation.clock.now += HOURS
        plans = [planned(simulation.database, spec) for _ in range(2)]
        events: list[list[ApplyEvent]] = [[], []]

        def run(number: int, plans: list[Plan] = plans, events: list[list[ApplyEvent]] = events) -> None:
            events[number] = apply_all(plans[number], simulation, DirectDatabase(simulation.plane))

        both = [threading.Thread(target=run, args=(number,)) for number in range(2)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join(timeout=60)
            assert not thread.is_alive()
        stopped = [event for ended in events for event in ends(ended, Outcome.FAILED)]
        assert all("changed since it was planned" in str(event.error) for event in stopped), stopped
        simulation.clock.now += HOURS
        if stopped:
            assert not incomplete(apply_all(planned(simulation.database, spec), simulation))
            simulation.clock.now += HOURS
        else:
            assert not [event for ended in events for event in incomplete(ended)]
        assert planned(simulation.database, spec).in_sync


@pytest.mark.parametrize("seed", range(3))
def test_service_and_network_faults_are_survived(seed: int) -> None:
    """5 % throttled calls, 2 % service errors and 1 % broken connections, through botocore and HTTP."""
    pairs = {pair[0].name: pair for pair in _PAIRS[seed::3]}
    with control_plane() as plane:
        plane.ttl_interval = 0
        plane.creating, plane.updating, plane.indexing = 0.02, 0.02, 0.05
        target = Target(env="simulated", endpoint=plane.endpoint, region="us-east-1", credentials="dummy")
        database = Database(target, REMOTE_LIMITS)
        try:
            for form in range(2):
                specs = [replace(pair[form], sse_specification=None) for pair in pairs.values()]
                plane.faults = Faults(throttles=0.05, errors=0.02, resets=0.01, seed=seed)
                made = planned(database, *specs)
                assert not incomplete(apply(made, database, allow_destructive=True, timeout=60))
                plane.faults = Faults()
                assert planned(database, *specs).in_sync
        finally:
            database.close()
