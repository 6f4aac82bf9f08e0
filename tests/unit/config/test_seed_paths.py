"""The `seed` of a table: paths and patterns, relative to the config file."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynamotasks import ConfigError, load
from tests.support.config_mistakes import HEAD


def write(folder: Path, seed: str, *files: str, tail: str = "") -> Path:
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("[]")
    config = folder / "tables.yaml"
    config.write_text(f"{HEAD}    seed: {seed}\n{tail}")
    return config


def test_paths_and_patterns_are_relative_to_the_config_file(tmp_path: Path) -> None:
    config = write(tmp_path, "[seeds/b.yaml, 'seeds/*', a.json]", "seeds/c.json", "seeds/b.yaml", "a.json")
    (table,) = load(config, {}).tables
    assert table.seed
    assert [Path(file).relative_to(tmp_path.resolve()).as_posix() for file in table.seed] == [
        "seeds/b.yaml",
        "seeds/c.json",
        "a.json",
    ]


def test_folder_of_an_export_to_s3_is_a_seed(tmp_path: Path) -> None:
    config = write(tmp_path, "[export]", "export/manifest-files.json")
    (table,) = load(config, {}).tables
    assert table.seed == (str((tmp_path / "export").resolve()),)


@pytest.mark.parametrize("name", ["seeds/*.json", "none.yaml", "seeds", "x" * 300])
def test_path_without_a_file_is_a_problem_at_its_line(name: str, tmp_path: Path) -> None:
    config = write(tmp_path, f"[b.yaml, '{name}']", "seeds/a.yaml", "b.yaml")
    with pytest.raises(ConfigError) as raised:
        load(config, {})
    (problem,) = raised.value.problems
    assert (problem.line, problem.column) == (5, 20)
    assert f"no seed file matches {name[:150]!r}"[:-1] in problem.message


def test_environment_inherits_the_seed_or_has_its_own(tmp_path: Path) -> None:
    declared = write(tmp_path, "[a.yaml]", "a.yaml", "envs/b.yaml")
    (tmp_path / "envs" / "envs.yaml").write_text(
        "environments: {one: {tables: {users: {seed: [b.yaml]}}},"
        " two: {tables: {users: {description: x}}}, three: {tables: {users: {seed: null}}}}"
    )
    config = load([declared, tmp_path / "envs" / "envs.yaml"], {})
    seeds = {name: config.tables_of(name)[0].seed for name in ("one", "two", "three")}
    inside = tmp_path.resolve()
    assert seeds == {"one": (str(inside / "envs" / "b.yaml"),), "two": (str(inside / "a.yaml"),), "three": None}
