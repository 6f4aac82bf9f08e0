"""Outcomes of steps, from the events of a run."""

from __future__ import annotations

from collections.abc import Iterable

from dynamotasks.migrate.events import ApplyEvent, OperationEnded, Outcome

COMPLETED = (Outcome.DONE, Outcome.SKIPPED)


def ends(events: Iterable[ApplyEvent], *outcomes: Outcome) -> list[OperationEnded]:
    """Return the ended steps, or those with one of the outcomes."""
    ended = [event for event in events if isinstance(event, OperationEnded)]
    return [event for event in ended if not outcomes or event.outcome in outcomes]


def incomplete(events: Iterable[ApplyEvent]) -> list[OperationEnded]:
    """Return the ended steps that were not completed."""
    return [event for event in ends(events) if event.outcome not in COMPLETED]
