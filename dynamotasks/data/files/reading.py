"""Open files of items, gzip or not, and find the reader of each by its content."""

from __future__ import annotations

import gzip
import io
import json
import re
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from ...formats.javascript.modules import is_module
from .csv_items import read_csv
from .document_items import SEED_FILE, is_document, read_json, read_module, read_yaml
from .json_items import read_array, read_object
from .json_lines import is_exported, read_exported_lines, read_lines
from .reader_types import BOM, MAX_LINE, Entry, FileContext
from .s3_export import export_folder, incremental, ion, is_incremental, read_export

SUFFIXES = (".json", ".jsonl", ".ndjson", ".yaml", ".yml", ".csv")
"""Of the files in a folder that are read; each may be followed by `.gz`."""

_GZIP = b"\x1f\x8b"
_HEAD = 64 * 1024  # bytes that show the format
# JSON, and not a flow list or map of YAML: a string, a value or the end follows
_JSON = re.compile(rb'\s*(?:\{\s*(?:"|\}|$)|\[\s*(?:[\[{]\s*(?:["\[\]}]|$)|["\]]|$))')
_FIRST_KEY = re.compile(rb'\s*\{\s*"((?:[^"\\]|\\.)*)"\s*:\s*(.)', re.DOTALL)
_OTHER_TOOLS = re.compile(rb'"(?:KeySchema|DataModel)"\s*:')
_CSV = re.compile(rb"(?!- )[^:#,;\t]*[,;\t][^:]*$")  # a header rather than YAML
_ION = (b"\xe0\x01\x00\xea", b"$ion_1_0")

Read: TypeAlias = Callable[[FileContext, BinaryIO], Iterator[Entry]]


def read_file(context: FileContext) -> Iterator[Entry]:
    """Yield the items of a file, or of the folder of an export to S3.

    Raises:
        InvalidFileError: the file cannot be read to its end.
        UsageError: a module cannot be read here.
    """
    path = context.path
    if folder := export_folder(path):
        yield from read_export(context, folder, opened)
    elif is_module(path):
        yield from read_module(context)
    else:
        with opened(context) as file:
            read = _reader(context, _head(file))
        with opened(context) as file:
            yield from read(context, file)


def plain_name(path: Path) -> str:
    """Return the name of a file without `.gz`."""
    return path.name.removesuffix(".gz")


def is_folder_of_files(path: Path) -> bool:
    """Return whether a path is a folder, and not that of an export to S3."""
    return path.is_dir() and export_folder(path) is None


@contextmanager
def opened(context: FileContext) -> Iterator[BinaryIO]:
    """Open a file and decompress it; what prevents its reading becomes an `InvalidFileError`."""
    line = 1
    try:
        _require_regular(context)
        with io.BufferedReader(context.path.open("rb", buffering=0), _HEAD) as file:
            if not file.peek(2).startswith(_GZIP):
                yield file
                return
            content = _Decompressed(file)
            try:
                yield io.BufferedReader(content, _HEAD)
            finally:
                line = content.line
    except FileNotFoundError:
        hint = "check the path; paths are relative to the current directory"
        raise context.invalid("no such seed file", hint) from None
    except IsADirectoryError:
        hint = "specify its files, or the folder of an export to S3 with its manifest-files.json"
        raise context.invalid("this is a folder", hint) from None
    except EOFError:
        raise context.invalid("the gzip data is truncated", "copy the file again", line) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise context.invalid(f"damaged gzip data: {error}", "copy the file again", line) from None
    except OSError as error:
        raise context.invalid(f"cannot read the file: {error.strerror or error}") from None


def _require_regular(context: FileContext) -> None:
    """Refuse a pipe or device: it may have no end, and cannot be read twice."""
    mode = context.path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise context.invalid("not a regular file", "write its content to a file first")


class _Decompressed(io.RawIOBase):
    """The content of a gzip file.

    Attributes:
        line: up to which it has been read.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._gzip = gzip.GzipFile(fileobj=file)
        self.line = 1

    def readable(self) -> bool:
        """Return `True`."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read the next bytes into a buffer, and return their number."""
        part = self._gzip.read1(len(buffer))
        buffer[: len(part)] = part
        self.line += part.count(b"\n")
        return len(part)


def _head(file: BinaryIO) -> bytes:
    """Return the first line that is not blank, and as much of the file after it as shows the format."""
    begin = file.read(_HEAD)
    while begin and not begin.removeprefix(BOM).strip():
        begin = begin[-3:] + file.read(_HEAD) if len(begin) == _HEAD else b""
    if begin and b"\n" not in begin.lstrip():
        begin += file.readline(MAX_LINE)
    return begin + file.read(_HEAD) if begin else begin


def _reader(context: FileContext, head: bytes) -> Read:
    """Return the function that reads the format of a file."""
    name, head = plain_name(context.path), head.removeprefix(BOM).lstrip()
    if not head:
        raise context.invalid("the file is empty", SEED_FILE.if_empty)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise context.invalid("not valid UTF-8: the file seems to be UTF-16", "save the file as UTF-8")
    if head.startswith(_ION):
        raise ion(context)
    is_lines = name.endswith((".jsonl", ".ndjson"))
    if name.endswith((".yaml", ".yml")):  # YAML has a form that looks like JSON
        return _json_reader(context, head, is_lines) if _object(head.partition(b"\n")[0]) else read_yaml
    if _JSON.match(head) or is_lines or name.endswith(".json"):
        return _json_reader(context, head, is_lines)
    first = head.partition(b"\n")[0]
    is_csv = name.endswith((".csv", ".tsv")) or _CSV.match(first)
    return read_csv if is_csv else read_yaml


def _json_reader(context: FileContext, head: bytes, is_lines: bool) -> Read:
    first, _, rest = head.partition(b"\n")
    value = _object(first)
    if value is not None and is_incremental(value):
        raise incremental(context)
    if is_exported(value):
        return read_exported_lines
    follows = rest.lstrip()[:1] == b"{"
    if is_lines and len(first) > MAX_LINE:  # which the reader of lines reports
        return read_lines
    if value is not None and (is_lines or follows or not is_document(context, value)):
        return read_lines
    if _OTHER_TOOLS.search(head):
        return read_json
    if head.startswith(b"["):
        return read_array
    key = _FIRST_KEY.match(head)
    return read_object if key and (key[2] == b"[" or key[1] == b"RequestItems") else read_json


def _object(line: bytes) -> dict[str, Any] | None:
    import orjson

    try:
        value = orjson.loads(line)
    except ValueError:
        try:
            value = json.loads(line)  # which also accepts half of a surrogate pair, and other mistakes of one item
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) else None
