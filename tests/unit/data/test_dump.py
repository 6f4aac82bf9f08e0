"""The names of the files of a dump."""

from __future__ import annotations

from dynamotasks.data.dumps.dumper import file_stems


def test_files_are_named_after_their_tables() -> None:
    assert list(file_stems(["users", "a.b-c_d"])) == ["users", "a.b-c_d"]


def test_similar_and_long_names_have_different_files_of_limited_length() -> None:
    names = ["users", "Users", "USERS", "x" * 255, "x" * 254 + "y"]
    stems = list(file_stems(names))
    assert stems[0] == "users"
    assert len(set(map(str.casefold, stems))) == len(names)
    assert max(map(len, stems)) <= 255 - len(".jsonl.gz.partial")
