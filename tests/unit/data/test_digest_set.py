"""The set of digests that moves to disk."""

from __future__ import annotations

import pytest

from dynamotasks.data import digest_set
from dynamotasks.data.digest_set import DigestSet
from dynamotasks.errors import UsageError


@pytest.mark.parametrize("in_memory", [0, 3, 100])
def test_behaves_as_a_set_in_memory_and_on_disk(in_memory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest_set, "_IN_MEMORY", in_memory)
    found, expected = DigestSet(), set[bytes]()
    for number in [1, 2, 1, 3, 4, 5, 5, 2, 6, 4]:
        content = b"%d" % number
        assert found.add(content) is (content not in expected)
        expected.add(content)
    assert [number for number in range(10) if b"%d" % number in found] == [1, 2, 3, 4, 5, 6]


def test_full_disk_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest_set, "_IN_MEMORY", 0)
    digests = DigestSet()
    digests._others.execute("PRAGMA max_page_count = 4")
    with pytest.raises(UsageError, match="cannot write a temporary file: database or disk is full"):
        list(map(digests.add, (b"%d" % number for number in range(10_000))))
