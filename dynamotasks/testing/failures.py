"""Failures of tests and runs as messages without a traceback.

pytest imports this module in every run.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest

_START = "dynamodb: "


def text_of(error: Any) -> str:
    """Return the message of an error of this package, with the tasks as Invoke calls them."""
    text: str = error.render(lambda task: f"`{' '.join(filter(None, ('inv', f'db.{task.name}', task.arguments)))}`")
    return text


@contextmanager
def short_failure(note: str = "") -> Generator[None, None, None]:
    """Fail the test with the message of an error, without a traceback.

    Args:
        note: the last line of the message.
    """
    from ..errors import DynamotasksError

    try:
        yield
    except DynamotasksError as error:
        lines = filter(None, (f"{_START}{text_of(error)}", note and f"  {note}"))
        raise pytest.fail.Exception("\n".join(lines), pytrace=False) from None


class RepeatedFailures:
    """A plugin that shortens messages that an earlier test of the run, in any xdist worker, shows in full.

    A session's fixture that fails, such as that of the engine, fails each test that needs it.
    """

    def __init__(self) -> None:
        self._seen: set[str] = set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Replace a message by its first line if it was shown before."""
        text = str(report.longrepr) if report.failed else ""
        if not text.startswith(_START):
            return
        if text in self._seen and "\n" in text:
            report.longrepr = f"{text.splitlines()[0]} (see the first error)"
        self._seen.add(text)
