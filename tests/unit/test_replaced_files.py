"""A file is replaced as a whole, and nothing but a file is replaced."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path

import pytest

from dynamotasks.replaced_files import replace_file

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")


def test_link_and_mode_are_kept(tmp_path: Path) -> None:
    file, link = tmp_path / "tables.yaml", tmp_path / "link.yaml"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    replace_file(link, "new")
    assert link.is_symlink()
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == ("new", 0o640)


def test_pipes_and_devices_are_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="is not a regular file") as caught:
        replace_file(pipe, "text")
    assert caught.value.filename == str(pipe)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert list(tmp_path.iterdir()) == [pipe]


def test_error_names_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(IsADirectoryError) as caught:
        replace_file(folder, "text")
    assert caught.value.filename == str(folder)


def test_file_stays_whole_if_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "tables.yaml"
    file.write_text("old")

    def full(descriptor: int, *args: object, **options: object) -> None:
        os.close(descriptor)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(OSError, match="No space left") as caught:
        replace_file(file, "new")
    assert caught.value.filename == str(file)
    assert [path.name for path in tmp_path.iterdir()] == ["tables.yaml"]
    assert file.read_text() == "old"


def test_loop_of_links_is_not_replaced(tmp_path: Path) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to(link)
    with pytest.raises(OSError, match="Too many levels"):
        replace_file(link, "text")
    assert link.is_symlink()
