"""Hooks for tests that use the engine without the fixtures, such as through the variables alone."""

from __future__ import annotations

import pytest

from ..errors import UsageError
from .failures import short_failure
from .isolation import Isolation


class OtherTests:
    """Removes what such tests wrote, so that later tests do not find it.

    Args:
        isolation: of this worker's tables.
        report: such a test fails, with its name.
    """

    def __init__(self, isolation: Isolation, *, report: bool) -> None:
        self._isolation = isolation
        self._report = report
        self._tests_before = isolation.tests

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """Remove what was written between two tests, which is not of the second one."""
        self._tests_before = self._isolation.tests
        with short_failure():
            self._isolation.remove_other_writes()

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Remove what a test wrote that did not use the fixtures."""
        if self._isolation.tests != self._tests_before:
            return
        with short_failure():
            operations = self._isolation.remove_other_writes()
            if operations and self._report:
                raise UsageError(
                    f"{item.nodeid} wrote to the engine ({', '.join(operations)}) without the marker `dynamodb`",
                    hint="add @pytest.mark.dynamodb, or use the fixture dynamodb_tables",
                )
