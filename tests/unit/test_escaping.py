"""Test that printed text cannot control a terminal or a build log."""

from __future__ import annotations

import pytest

from dynamotasks.escaping import escape


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb\x1b[1m", r"a\nb\x1b[1m"),
        ("\u202eabc\u2028", r"\u202eabc\u2028"),
        ("::error::x", r"\x3a:error::x"),
        ("a ##vso[task]", r"a \x23#vso[task]"),
        ("naïve ☂: a::b", "naïve ☂: a::b"),
    ],
)
def test_control_characters_and_workflow_commands_are_escaped(text: str, expected: str) -> None:
    assert escape(text) == expected
