"""Escape text from servers, configs and paths so that neither a terminal nor a build log interprets it."""

from __future__ import annotations

import re

# C0 and C1 controls, Unicode's line separators and bidirectional controls
# (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing)
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
# GitHub's runner runs a command after `::` at the start of a line or `##[` (Azure: `##vso[`) anywhere
# (https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs)
_COMMAND = re.compile(r"^\s*:(?=:)|#(?=#\w*\[)")


def escape(text: str) -> str:
    r"""Return text with control characters and workflow commands escaped (`\n`, `\x1b`), as one line."""
    shown = _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
    return _COMMAND.sub(lambda found: f"{found[0][:-1]}\\x{ord(found[0][-1]):02x}", shown)


def comment(text: str) -> str:
    """Return the lines of a text as comments of YAML or HCL."""
    return "".join(f"# {escape(line)}\n" for line in text.splitlines())
