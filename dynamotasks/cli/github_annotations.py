"""Config problems as annotations of a pull request on GitHub."""

from __future__ import annotations

from ..errors import Problem
from ..escaping import escape


def annotation(problem: Problem) -> str:
    """Return the workflow command that shows a problem beside its line.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
    """
    message = _encode(f"{problem.message}; {problem.hint}" if problem.hint else problem.message)
    file = _encode(problem.file).replace(":", "%3A").replace(",", "%2C")
    return f"::error file={file},line={problem.line},col={problem.column}::{message}"


def _encode(text: str) -> str:
    """Encode line breaks as workflow commands require, and escape other control characters."""
    for raw, encoded in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        text = text.replace(raw, encoded)
    return escape(text)
