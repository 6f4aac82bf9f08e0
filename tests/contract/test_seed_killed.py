"""A seeding process that is killed at any point is completed by running it again."""

from __future__ import annotations

import json
import random
from pathlib import Path

from tests.support.running import Project

from .dumped_tables import content, create, declared, drop
from .places import Place
from .replaced_table import Killer

ITEMS = 300
BATCHES = ITEMS // 25
KILLS = {"dynoxide": 52}  # elsewhere fewer, because they take longer


def test_a_killed_seeding_is_completed_by_the_next_one(
    place: Place, killer: Killer, tmp_path: Path, prefix: str
) -> None:
    name, client = f"{prefix}killed", place.database.client
    project = Project(tmp_path / "project", {"DYNAMOTASKS_ENV": "here"})
    rows = [{"pk": f"p{number % 7}", "sk": number, "text": "é" * (number % 50)} for number in range(ITEMS)]
    project.write(f"config/seeds/{name}.jsonl", "".join(f"{json.dumps(row)}\n" for row in rows))
    chance = random.Random(name)
    here = {"endpoint": killer.endpoint, "credentials": "dummy", "region": "us-east-1", "disposable": True}
    config = {"tables": [declared(name)], "environments": {"here": here}}
    project.write("config/tables.json", json.dumps(config))
    try:
        create(client, name)
        project.call("seed").ok()
        expected = content(client, name)
        assert len(expected) == ITEMS
        for _ in range(KILLS.get(place.name, 4)):
            drop(client, name)
            create(client, name)
            killer.arm(chance.randint(1, BATCHES), "BatchWriteItem", forward_first=chance.random() < 0.5)
            assert killer.run(project, "seed") < 0
            project.call("seed").ok()
            assert content(client, name) == expected
    finally:
        drop(client, name)
