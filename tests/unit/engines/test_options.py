"""Which settings an engine starts with, and which engine is reused."""

from __future__ import annotations

from typing import Any

import pytest

from dynamotasks.engines.docker import IMAGE
from dynamotasks.engines.engine_record import EngineRecord, Instance
from dynamotasks.engines.options import EngineOptions
from dynamotasks.errors import EngineError, UsageError

LAST = EngineRecord(backend="java", port=8123, image="a:1", in_memory=True, shared=False, listen="::", network="n")
RUNNING = Instance(8123, {})


def test_defaults_of_a_new_project() -> None:
    assert EngineOptions().record(None) == EngineRecord(backend="auto", port=8000, image=IMAGE)


def test_backend_port_and_image_are_remembered() -> None:
    assert EngineOptions().record(LAST) == EngineRecord(backend="java", port=8123, image="a:1")


def test_options_override_what_is_remembered() -> None:
    options = EngineOptions(backend="moto", port=0, in_memory=True, image="b:1", shared=False, listen="::", network="m")
    expected = EngineRecord(backend="moto", port=0, in_memory=True, image="b:1", shared=False, listen="::", network="m")
    assert options.record(LAST) == expected


@pytest.mark.parametrize(
    "wrong",
    [{"port": 65536}, {"listen": "example.com"}, {"listen": "fe80::1%eth0"}, {"network": "-x"}, {"image": "-x"}],
)
def test_invalid_option_is_a_usage_error(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=f"^invalid {next(iter(wrong))} "):
        EngineOptions(**wrong).record(None)


@pytest.mark.parametrize(
    "same", [{}, {"backend": "auto", "port": 0}, {"backend": "java", "port": 8123, "shared": False, "image": "a:1"}]
)
def test_engine_with_the_same_settings_is_reused(same: dict[str, Any]) -> None:
    EngineOptions(**same).require_same(LAST, RUNNING)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"backend": "moto"}, "with backend java, not moto"),
        ({"port": 1}, "with port 8123, not 1"),
        ({"in_memory": False}, "with in-memory True, not False"),
        ({"network": "m"}, "with network n, not m"),
    ],
)
def test_engine_with_other_settings_is_not_reused(other: dict[str, Any], message: str) -> None:
    with pytest.raises(EngineError, match="already running at ") as refused:
        EngineOptions(**other).require_same(LAST, RUNNING)
    assert refused.value.what == f"already running at http://127.0.0.1:8123 {message}"
    assert str(refused.value.hint) == "stop it first: `dynamotasks down`"
