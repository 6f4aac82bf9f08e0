"""Benchmark the transfer of items: `db.seed` and `db.dump` compared with boto3's way and with bare HTTP.

All sides take turns in one process against one engine. boto3's way is `batch_writer` and the paginator of `scan`; bare
HTTP sends the same bodies, made before, from as many threads, and receives pages without looking at them. Printed are
medians and ratios. `python -m benchmarks.items [--runs N] [--items N] [ENGINE ...]`.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import orjson

import dynamotasks
from dynamotasks.aws.client import Database
from dynamotasks.aws.items import PAGE_ITEMS
from dynamotasks.aws.target import Target
from dynamotasks.data.writing import CONCURRENCY
from dynamotasks.engines import lifecycle
from dynamotasks.engines.options import EngineOptions
from dynamotasks.engines.project import Project

ENGINES = ("dynoxide", "java")
BOTO3_GOAL, RAW_GOAL = 3.0, 1.2
KEYS = {"region_name": "us-east-1", "aws_access_key_id": "bench", "aws_secret_access_key": "bench"}
TABLE = "users"
CONFIG = {
    "tables": [
        {
            "name": TABLE,
            "attributes": [{"name": "id", "type": "S"}],
            "key_schema": [{"attribute_name": "id", "key_type": "HASH"}],
        }
    ]
}
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host;x-amz-date;x-amz-target, Signature=0"
)


class RawHttp:
    """Sends bodies without signatures, with one connection per thread; local engines do not check signatures."""

    def __init__(self, endpoint: str) -> None:
        self._netloc, self._local = urlsplit(endpoint).netloc, threading.local()

    def call(self, operation: str, body: bytes) -> bytes:
        if not hasattr(self._local, "connection"):
            self._local.connection = http.client.HTTPConnection(self._netloc)
        headers = {
            "X-Amz-Target": f"DynamoDB_20120810.{operation}",
            "Content-Type": "application/x-amz-json-1.0",
            "Authorization": AUTHORIZATION,
            "X-Amz-Date": "20260101T000000Z",
        }
        self._local.connection.request("POST", "/", body, headers)
        response = self._local.connection.getresponse()
        content: bytes = response.read()
        if response.status != 200:
            raise SystemExit(f"{operation}: {content.decode()}")
        return content

    def write(self, bodies: Iterable[bytes]) -> None:
        with ThreadPoolExecutor(CONCURRENCY) as pool:
            list(pool.map(lambda body: self.call("BatchWriteItem", body), bodies))

    def scan(self, segments: int) -> None:
        with ThreadPoolExecutor(segments) as pool:
            list(pool.map(lambda segment: self._scan_segment(segment, segments), range(segments)))

    def _scan_segment(self, segment: int, segments: int) -> None:
        request: dict[str, Any] = {"TableName": TABLE, "ConsistentRead": True, "Limit": PAGE_ITEMS}
        if segments > 1:
            request |= {"Segment": segment, "TotalSegments": segments}
        while True:
            page = self.call("Scan", orjson.dumps(request))
            _, _, tail = page.rpartition(b'"LastEvaluatedKey":')
            if len(tail) == len(page):
                return
            request["ExclusiveStartKey"] = orjson.loads(page)["LastEvaluatedKey"]


class Sides:
    """The ways to write and to read the items of one engine."""

    def __init__(self, endpoint: str, folder: Path, items: int) -> None:
        self._folder, self._items = folder, items
        self._plain, self._typed, config = folder / "plain.jsonl", folder / "typed.jsonl", folder / "tables.json"
        config.write_text(json.dumps(CONFIG))
        self._config = dynamotasks.load(config, root=folder)
        target = Target(env="local", endpoint=endpoint, credentials="dummy", region="us-east-1", access_key="bench")
        self._database = Database(target)
        self._boto3 = boto3.resource("dynamodb", endpoint_url=endpoint, **KEYS)  # type: ignore[call-overload]
        self._raw = RawHttp(endpoint)
        plain = [{"id": f"user-{n:08}", "name": "x" * 200, "score": n, "active": True} for n in range(items)]
        self._plain.write_text("".join(f"{json.dumps(item)}\n" for item in plain))
        typed = [
            orjson.dumps(
                {
                    "id": {"S": i["id"]},
                    "name": {"S": i["name"]},
                    "score": {"N": str(i["score"])},
                    "active": {"BOOL": True},
                }
            )
            for i in plain
        ]
        self._typed.write_bytes(b"".join(b'{"Item":%b}\n' % item for item in typed))
        batches = (typed[start : start + 25] for start in range(0, items, 25))
        puts = (b",".join(b'{"PutRequest":{"Item":%b}}' % item for item in batch) for batch in batches)
        self._bodies = [b'{"RequestItems":{"users":[%b]}}' % put for put in puts]

    def empty(self) -> None:
        plan = dynamotasks.plan_reset(self._config, self._database)
        for _ in dynamotasks.apply(plan, self._database, allow_destructive=True):
            pass

    def seed_typed(self) -> None:
        self._seed(self._typed)

    def seed_plain(self) -> None:
        self._seed(self._plain)

    def _seed(self, file: Path) -> None:
        with dynamotasks.read_seeds(self._config, self._database, [file], tables=[TABLE], root=self._folder) as seeds:
            dynamotasks.seed(seeds, self._database)

    def seed_boto3(self) -> None:
        with self._boto3.Table(TABLE).batch_writer() as batch, self._plain.open() as lines:
            for line in lines:
                batch.put_item(Item=json.loads(line, parse_float=Decimal))

    def seed_raw(self) -> None:
        self._raw.write(self._bodies)

    def dump(self) -> None:
        folder = self._folder / "dump"
        shutil.rmtree(folder, ignore_errors=True)
        (table,) = dynamotasks.dump(self._database, folder, config=self._config).tables
        assert table.items.count == self._items

    def dump_boto3(self) -> None:
        pages = self._boto3.meta.client.get_paginator("scan").paginate(TableName=TABLE, ConsistentRead=True)
        with gzip.open(self._folder / "boto3.jsonl.gz", "wt") as file:
            for page in pages:
                file.writelines(f"{json.dumps(item, default=str)}\n" for item in page["Items"])

    def dump_raw(self) -> None:
        self._raw.scan(CONCURRENCY if self._database.engine.reads_segments else 1)


def seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def compare(engine: str, items: int, runs: int) -> None:
    options = EngineOptions(backend=engine, port=0, in_memory=True)
    with tempfile.TemporaryDirectory() as name, lifecycle.up(Project(Path(name)), options) as started:
        sides = Sides(started.endpoint, Path(name), items)
        writes = {"seed": sides.seed_typed, "plain": sides.seed_plain, "boto3": sides.seed_boto3, "raw": sides.seed_raw}
        reads = {"dump": sides.dump, "boto3": sides.dump_boto3, "raw": sides.dump_raw}
        took: dict[str, list[float]] = {}
        sides.empty()
        sides.seed_raw()  # a first run warms the engine
        sides.dump_raw()
        for _ in range(runs):
            for way, write in writes.items():
                sides.empty()
                took.setdefault(f"write {way}", []).append(seconds(write))
            for way, read in reads.items():
                took.setdefault(f"read {way}", []).append(seconds(read))
    median = {way: statistics.median(times) for way, times in took.items()}
    show(engine, items, "seed, S3 export lines", median["write seed"], median["write boto3"], median["write raw"])
    show(engine, items, "seed, plain JSON lines", median["write plain"], median["write boto3"], median["write raw"])
    show(engine, items, "dump, gzip", median["read dump"], median["read boto3"], median["read raw"])


def show(engine: str, items: int, name: str, ours: float, boto3: float, raw: float) -> None:
    print(
        f"{engine:9} {name:23} {ours:6.2f} s  {items / ours:9,.0f} items/s",
        f"boto3 {boto3:6.2f} s, {boto3 / ours:4.1f} times ours (goal {BOTO3_GOAL})",
        f"bare HTTP {raw:6.2f} s, ours {ours / raw:4.2f} times (goal {RAW_GOAL})",
        sep="   ",
    )


def main(arguments: Any = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engines", nargs="*", default=ENGINES, metavar="ENGINE")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--items", type=int, default=20_000)
    given = parser.parse_args(arguments)
    for engine in given.engines:
        compare(engine, given.items, given.runs)


if __name__ == "__main__":
    main()
