"""`python -m backend.tests.fleet`: a fleet of computers uploads for a minute, all on loopback. No part of CI.

In: how many devices and files, how long, and a `weed` binary (`OUTTRAY_TEST_WEED`). The presigner is the real local one
in a process of its own, in device-token mode; the storage is SeaweedFS, which verifies each signature. Devices begin at
random moments, as the clients' jitter makes them; some lose an answer and do the whole upload again; with `--rate` the
presigner throttles, and they wait as long as it says and a random part of it more, as the client does.
Out: counts, latencies, requests a second; exit code 1 if one document is lost or stored twice.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from backend.devices_file import FileDevices
from backend.tests.support import weed
from outtray_presigner.access import digest

ROOT = Path(__file__).parents[2]
BUCKET = "fleet"
MOST_TRIES = 60


@dataclass
class Line:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


@dataclass
class Pool:
    """Connections to one server; so many at once and no more, whatever the fleet's size."""

    origin: str
    most: int
    idle: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._room = asyncio.Semaphore(self.most)
        self._host = urlsplit(self.origin).netloc

    async def send(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Any:
        """Out: status, headers, body, and the seconds from the first byte out to the last byte in."""
        async with self._room:
            if self.idle:
                line = self.idle.pop()
            else:
                host, port = self._host.split(":")
                line = Line(*await asyncio.open_connection(host, int(port)))
            begin = time.perf_counter()
            head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            start = f"{method} {target} HTTP/1.1\r\nhost: {self._host}\r\ncontent-length: {len(body)}\r\n"
            line.writer.write(f"{start}{head}\r\n".encode() + body)
            first, *rest = (await line.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            given = {name.lower(): value.strip() for name, _, value in (text.partition(":") for text in rest if text)}
            reply = await line.reader.readexactly(int(given.get("content-length", 0)))
            took = time.perf_counter() - begin
            self.idle.append(line)
            return int(first.split()[1]), given, reply, took


@dataclass
class Tally:
    presign: list[float] = field(default_factory=list)
    put: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    asked: Counter[int] = field(default_factory=Counter)
    """Presign calls in each second."""
    failed: list[str] = field(default_factory=list)


@dataclass
class Fleet:
    presigner: Pool
    storage: Pool
    begin: float
    again: float
    chance: random.Random
    tally: Tally = field(default_factory=Tally)

    async def device(self, name: str, token: str, moments: list[float]) -> None:
        for number, moment in enumerate(moments):
            await asyncio.sleep(max(0, self.begin + moment - time.monotonic()))
            body = content(name, number)
            await self.carry(name, token, f"conversation_{number}.json", body)
            if self.chance.random() < self.again:
                await self.carry(name, token, f"conversation_{number}.json", body)

    async def carry(self, device: str, token: str, filename: str, body: bytes) -> None:
        sha256 = hashlib.sha256(body).hexdigest()
        identity = uuid.uuid5(uuid.NAMESPACE_URL, f"{device}/{filename}/{sha256}")
        members = {"deviceId": device, "filename": filename, "v": 1, "size": len(body), "sha256": sha256}
        members |= {"idempotencyKey": str(identity), "createdAt": "20260127T103000Z"}
        headers = {"content-type": "application/json", "x-api-key": token}
        for _ in range(MOST_TRIES):
            self.tally.asked[int(time.monotonic() - self.begin)] += 1
            raw = json.dumps(members).encode()
            status, given, reply, took = await self.presigner.send("POST", "/ingest/new", headers, raw)
            self.tally.presign.append(took)
            self.tally.statuses[f"presign {status}"] += 1
            if status != 429:
                break
            wait = int(given["retry-after"])
            await asyncio.sleep(wait + self.chance.uniform(0, max(wait, 5)))
        if status != 200:
            self.tally.failed.append(f"{device}/{filename}: presign {status}")
            return
        grant = json.loads(reply)
        target = grant["url"].split(self.storage.origin, 1)[1]
        bound = {name: value for name, value in grant["headers"].items() if name != "content-length"}
        status, _, _, took = await self.storage.send("PUT", target, bound, body)
        self.tally.put.append(took)
        self.tally.statuses[f"PUT {status}"] += 1
        if status not in (200, 412):
            self.tally.failed.append(f"{device}/{filename}: PUT {status}")


def content(device: str, number: int) -> bytes:
    return json.dumps({"device": device, "number": number, "text": "x" * 3900}).encode()


def percentile(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(part * len(values)))] * 1000 if values else 0


def audit(s3: weed.S3, options: argparse.Namespace) -> list[str]:
    """What the storage holds against what was sent: each document once, with its own bytes."""
    wanted = {
        (f"dev{n:05}", f"conversation_{k}.json"): hashlib.md5(content(f"dev{n:05}", k)).hexdigest()  # noqa: S324
        for n in range(options.devices)
        for k in range(options.files)
    }
    found: Counter[tuple[str, str]] = Counter()
    wrong = []
    for page in s3.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
        for item in page.get("Contents", []):
            _, device, last = item["Key"].split("/")
            document = (device, last[58:])
            found[document] += 1
            if item["ETag"].strip('"') != wanted.get(document):
                wrong.append(f"other bytes: {item['Key']}")
    wrong += [f"lost: {document}" for document in wanted if not found[document]]
    return wrong + [f"stored {count} times: {document}" for document, count in found.items() if count > 1]


async def play(options: argparse.Namespace, api: str, endpoint: str, tokens: dict[str, str]) -> Tally:
    chance = random.Random(options.seed)
    fleet = Fleet(Pool(api, 32), Pool(endpoint, 32), time.monotonic(), options.again, chance)
    async with asyncio.TaskGroup() as group:
        for name, token in tokens.items():
            moments = sorted(chance.uniform(0, options.secs) for _ in range(options.files))
            group.create_task(fleet.device(name, token, moments))
    for pool in (fleet.presigner, fleet.storage):
        for line in pool.idle:
            line.writer.close()
    return fleet.tally


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m backend.tests.fleet", description="A fleet on loopback.")
    parser.add_argument("--devices", type=int, default=2000)
    parser.add_argument("--files", type=int, default=5)
    parser.add_argument("--secs", type=float, default=60)
    parser.add_argument("--again", type=float, default=0.02, help="part of the uploads done twice (default: 0.02)")
    parser.add_argument("--rate", type=float, help="the presigner throttles to so many requests a second")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    binary = os.environ.get("OUTTRAY_TEST_WEED")
    if not binary:
        parser.error("OUTTRAY_TEST_WEED names no weed binary")
    tokens = {f"dev{n:05}": f"otd_{n:05}_{uuid.uuid4().hex}" for n in range(options.devices)}
    with tempfile.TemporaryDirectory(prefix="fleet") as folder, weed.running(binary, Path(folder)) as s3:
        s3.make_bucket(BUCKET)
        devices = Path(folder) / "devices.json"
        kept = {"devices": {name: digest(token) for name, token in tokens.items()}, "codes": {}}
        devices.write_text(json.dumps(kept))
        assert FileDevices(devices).token_hash("dev00000")
        keys = {
            "AWS_ACCESS_KEY_ID": weed.ACCESS,
            "AWS_SECRET_ACCESS_KEY": weed.SECRET,
            "AWS_DEFAULT_REGION": weed.REGION,
        }
        own = {"OUTTRAY_BUCKET": BUCKET, "OUTTRAY_S3_ENDPOINT": s3.endpoint, "OUTTRAY_ACCESS": "device-token"}
        command = [sys.executable, "-m", "backend.local", "--port", "0", "--devices", str(devices)]
        command += ["--rate", str(options.rate)] if options.rate else []
        with (Path(folder) / "presigner.log").open("w+") as log:
            server = subprocess.Popen(command, cwd=ROOT, env=os.environ | keys | own, stdout=log)
            try:
                api = origin(Path(folder) / "presigner.log", server)
                begin = time.monotonic()
                tally = asyncio.run(asyncio.wait_for(play(options, api, s3.endpoint, tokens), 10 * options.secs))
                took = time.monotonic() - begin
            finally:
                server.kill()
                server.wait()
        wrong = tally.failed + audit(s3, options)
    report(options, tally, took, wrong)
    return 1 if wrong else 0


def origin(log: Path, server: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + 30
    while time.monotonic() < end and server.poll() is None:
        if " at http" in (line := log.read_text().partition("\n")[0]):
            return line.split(" at ")[1].removesuffix("/ingest/new")
        time.sleep(0.05)
    raise RuntimeError("the presigner did not start")


def report(options: argparse.Namespace, tally: Tally, took: float, wrong: list[str]) -> None:
    print(f"{options.devices} devices, {options.files} files each, {took:.1f} s, load {os.getloadavg()[0]:.1f}")
    print("  " + ", ".join(f"{name}: {count}" for name, count in sorted(tally.statuses.items())))
    for name, values in (("presign", tally.presign), ("PUT", tally.put)):
        p50, p99, most = (percentile(values, part) for part in (0.5, 0.99, 1))
        print(f"  {name}: p50 {p50:.1f} ms, p99 {p99:.1f} ms, most {most:.1f} ms")
    seconds = [tally.asked[second] for second in range(int(took) + 1)]
    print(f"  presign calls a second: {sum(seconds) / len(seconds):.0f} on average, {max(seconds)} at most")
    print(f"  lost, stored twice or failed: {len(wrong)}")
    for line in wrong[:20]:
        print(f"    {line}")


if __name__ == "__main__":
    sys.exit(main())
