"""Report failures of tests and runs without a traceback.

pytest imports this module in every run.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest

_START = "dynamodb: "


def text_of(error: Any) -> str:
    """Return the message of an error of this package, with tasks written as Invoke commands."""
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
    """Plugin that shortens a message that an earlier test of the run, in any xdist worker, shows in full.

    A session fixture that fails, such as the engine's, fails each test that requires it.
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
