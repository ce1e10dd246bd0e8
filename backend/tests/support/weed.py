"""SeaweedFS, an S3 server that verifies signatures, for as long as the tests run.

In: the path of a `weed` binary (`OUTTRAY_TEST_WEED`; `cargo xtask backend` installs it). Out: its address and keys.
Everything listens on loopback, and nothing is reported to anybody.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

PARTS = ("master", "volume", "filer", "s3")
START_SECS = 120
ACCESS, SECRET, REGION = "AKIABACKENDTEST00001", "backend+test/secret", "us-west-2"


@dataclass
class S3:
    """A server, and a bucket for the test that asked."""

    endpoint: str
    client: Any

    def make_bucket(self, name: str) -> None:
        self.client.create_bucket(Bucket=name)

    def objects(self, bucket: str) -> dict[str, bytes]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
        return {key: self.client.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


def connect(endpoint: str) -> S3:
    style = Config(signature_version="s3v4", s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
    keys = {"aws_access_key_id": ACCESS, "aws_secret_access_key": SECRET, "region_name": REGION}
    return S3(endpoint, boto3.client("s3", endpoint_url=endpoint, config=style, **keys))


@contextmanager
def running(weed: str, folder: Path) -> Iterator[S3]:
    ports = _free_ports(2 * len(PARTS))
    config = folder / "s3.json"
    credentials = [{"accessKey": ACCESS, "secretKey": SECRET}]
    actions = ["Admin", "Read", "Write", "List", "Tagging"]
    config.write_text(json.dumps({"identities": [{"name": "t", "credentials": credentials, "actions": actions}]}))
    arguments = [f"-{name}.port={ports[2 * n]}" for n, name in enumerate(PARTS)]
    arguments += [f"-{name}.port.grpc={ports[2 * n + 1]}" for n, name in enumerate(PARTS)]
    arguments += [f"-dir={folder}", f"-s3.config={config}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3"]
    arguments += [f"-filer.localSocket={folder / 'filer.sock'}", f"-s3.localSocket={folder / 's3.sock'}"]
    # Telemetry is on by default, the election of an only master slow, and unwanted services end it on a busy port.
    arguments += ["-master.telemetry=false", "-master.electionTimeout=1s", "-master.volumeSizeLimitMB=64"]
    arguments += ["-volume.max=100", "-s3.port.lance=0", "-s3.port.iceberg=0", "-s3.iam=false"]
    arguments += ["-s3.autoCreateBucket=false"]
    env = os.environ | {"TMPDIR": str(folder), "HOME": str(folder)}
    log = folder / "weed.log"
    with log.open("w") as out:
        child = subprocess.Popen([weed, "server", *arguments], cwd=folder, env=env, stdout=out, stderr=out)
    try:
        server = connect(f"http://127.0.0.1:{ports[6]}")
        _wait(server, child, log)
        yield server
    finally:
        child.kill()  # it ignores a polite request for longer than tests may last
        child.wait()
        for n, name in enumerate(PARTS):
            Path(f"/tmp/seaweedfs-{name}-grpc-{ports[2 * n + 1]}.sock").unlink(missing_ok=True)  # noqa: S108


def _wait(server: S3, child: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECS
    while time.monotonic() < end and child.poll() is None:
        with contextlib.suppress(ClientError, BotoCoreError):
            server.client.head_bucket(Bucket="ready")
            # The volumes come up later than the port.
            server.client.put_object(Bucket="ready", Key="probe", Body=b"")
            return
        with contextlib.suppress(ClientError, BotoCoreError):
            server.make_bucket("ready")
        time.sleep(0.1)
    raise RuntimeError(f"SeaweedFS did not start:\n{log.read_text()[-4000:]}")


def _free_ports(count: int) -> list[int]:
    """All held at once, so that they differ, and let go just before they are used."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
