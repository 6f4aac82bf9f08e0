"""Consent to what cannot be undone: flags, a question, or the name of the environment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..aws.client import Database
from ..aws.target import Target
from .output import Output
from .prompts import confirm, confirm_environment, consent_flags, not_disposable


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The flags that permit destructive operations; `confirm` is the name of the environment."""

    allow_destructive: bool = False
    confirm: str | None = None
    yes: bool = False


def has_exact_counts(database: Database) -> bool:
    """Return whether the number of items is current, on an engine that belongs to this user alone."""
    target = database.target
    return database.engine.exact_item_count and not target.endpoint_assumed and not target.overridden_by


def require_consent(
    out: Output, target: Target, consent: Consent, action: str, *, is_harmless: bool, show: Callable[[], None]
) -> None:
    """Continue only with consent to delete items.

    Args:
        out: where the question goes.
        target: the environment.
        consent: the flags.
        action: a verb phrase, such as `drop 1 table (20 items)`.
        is_harmless: nothing is lost, so that a disposable environment needs no question.
        show: shows what will be deleted, before a question.

    Raises:
        UsageError: a flag or the answer is missing.
    """
    if not target.disposable:
        if not consent.allow_destructive:
            raise not_disposable(target, f"confirm with {consent_flags(target)}")
        if consent.confirm is None:
            show()
        confirm_environment(out, target, consent.confirm)
    elif not (consent.yes or is_harmless):
        show()
        confirm(out, action)
