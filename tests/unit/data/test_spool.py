"""Items that wait until all are checked."""

from __future__ import annotations

import pytest

from dynamotasks.data import spool
from dynamotasks.data.spool import Spool


@pytest.mark.parametrize("in_memory", [1, 1000])
def test_items_are_read_again_and_again_in_their_order(in_memory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "_IN_MEMORY", in_memory)
    with Spool() as items:
        for number in range(5):
            items.add(b"%d" % number)
        assert items.count == 5
        assert [list(items), list(items)] == [[b"0", b"1", b"2", b"3", b"4"]] * 2
