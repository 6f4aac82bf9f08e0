"""Text from servers, configs and paths, safe to print: nothing in it is obeyed by a terminal or a build log. PURE."""

from __future__ import annotations

import re

# C0 and C1 controls, Unicode's line separators, and what turns the direction of text around
# (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing)
_OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
# GitHub's runner takes `::` for a command where only blanks stand before it, `##[` (Azure: `##vso[`) anywhere
# (https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs)
_COMMAND = re.compile(r"^\s*:(?=:)|#(?=#\w*\[)")


def escape(text: str) -> str:
    r"""Escape control characters and workflow commands, so that one line of text is one line: `\n`, `\x1b`."""
    shown = _OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
    return _COMMAND.sub(lambda found: f"{found[0][:-1]}\\x{ord(found[0][-1]):02x}", shown)
