"""What became of the steps of a run, from its events."""

from __future__ import annotations

from collections.abc import Iterable

from dynamotasks.migrate.events import ApplyEvent, OperationEnded, Outcome

COMPLETED = (Outcome.DONE, Outcome.SKIPPED)


def ends(events: Iterable[ApplyEvent], *outcomes: Outcome) -> list[OperationEnded]:
    """The ends of steps, of all or of those with one of the outcomes."""
    ended = [event for event in events if isinstance(event, OperationEnded)]
    return [event for event in ended if not outcomes or event.outcome in outcomes]


def incomplete(events: Iterable[ApplyEvent]) -> list[OperationEnded]:
    """The ends of the steps that were not completed."""
    return [event for event in ends(events) if event.outcome not in COMPLETED]
