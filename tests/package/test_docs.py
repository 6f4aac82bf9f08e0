"""The documentation: its links, its first lines, its commands and its generated parts."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from dynamotasks import db

from ..support.running import REPOSITORY

DOCS = REPOSITORY / "docs"
PAGES = sorted([*REPOSITORY.glob("*.md"), *DOCS.rglob("*.md")])
REFERENCE = sorted(DOCS.glob("*.md"))
IDS = [str(page.relative_to(REPOSITORY)) for page in PAGES]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def prose(page: Path) -> str:
    """Return a page without its code blocks."""
    return FENCED.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(page: Path) -> Iterator[list[str]]:
    """Yield the words of each line of a shell block."""
    for language, block in FENCED.findall(page.read_text(encoding="utf-8")):
        if language == "sh":
            for line in block.splitlines():
                yield shlex.split(line.replace("$(", " ").replace(")", " "), comments=True)


@cache
def flags_of(task: str) -> set[str]:
    """Return the flags of a task as a command line writes them."""
    names = (argument.name for argument in db.tasks[task].get_arguments())
    return {"--" + name.strip("_").replace("_", "-") for name in names}


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_links_between_pages_resolve(page: Path) -> None:
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_readme_links_to_every_page_of_the_documentation() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    missing = [page.name for page in REFERENCE if f"](docs/{page.name}" not in readme]
    assert missing == []


def test_readme_has_at_most_200_lines() -> None:
    assert len((REPOSITORY / "README.md").read_text(encoding="utf-8").splitlines()) <= 200


@pytest.mark.parametrize("page", REFERENCE, ids=[page.name for page in REFERENCE])
def test_first_line_below_the_title_states_the_purpose(page: Path) -> None:
    title, _, first, *_ = page.read_text(encoding="utf-8").splitlines()
    assert title.startswith("# ")
    assert first.startswith("This page ")


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_shell_blocks_use_existing_tasks_and_flags(page: Path) -> None:
    unknown = []
    for words in commands(page):
        task = None
        for word in words:
            if word == "--" or word.startswith("&"):
                task = None
            elif word.startswith("db.") and word[3:] not in db.tasks:
                unknown.append(word)
            elif word.startswith("db."):
                task = word[3:]
            elif task and word.startswith("--") and word.partition("=")[0] not in flags_of(task):
                unknown.append(f"{task} {word}")
    assert unknown == []


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_pages_name_only_existing_tasks(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"\bdb\.([a-z]+)\b(?!\()", text)) | set(re.findall(r"`dynamotasks ([a-z]+)", text))
    assert named <= db.tasks.keys()


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_pages_name_only_existing_files(page: Path) -> None:
    named = re.findall(r"`((?:dynamotasks|tests|config|docs)/[\w./]*)`", page.read_text(encoding="utf-8"))
    made_by_users = {"config/tables.yaml", "config/tables"}
    missing = [path for path in named if path.rstrip("/") not in made_by_users and not (REPOSITORY / path).exists()]
    assert missing == []


def test_generated_parts_are_current() -> None:
    """Regenerate them with `python docs/generate.py`."""
    script = "import generate; print([page for page in generate.PARTS if generate.is_stale(page)])"
    result = subprocess.run([sys.executable, "-c", script], cwd=DOCS, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
