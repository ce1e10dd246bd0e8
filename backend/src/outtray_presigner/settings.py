"""What the environment says, read once and checked at the start.

In: environment variables. Out: `Settings`, or a `ValueError` that names the variable.
Not here: AWS credentials and the region, which boto3 finds by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from .uploads import Limits

GIB = 1024**3
SHA256_HEX = re.compile(r"[0-9a-f]{64}")


class Mode(Enum):
    """Who may upload."""

    OPEN = "open"
    API_KEY = "api-key"
    DEVICE_TOKEN = "device-token"


@dataclass(frozen=True)
class Settings:
    bucket: str
    mode: Mode = Mode.OPEN
    key_hashes: tuple[str, ...] = ()
    """SHA-256 of each valid API key, lower-case hex; two of them while a key is changed."""
    device_table: str | None = None
    heartbeat: bool = False
    max_bytes: int = 1 * GIB
    endpoint: str | None = None
    """Another S3 than Amazon's."""
    region: str | None = None

    @property
    def limits(self) -> Limits:
        if self.endpoint is None:
            return Limits(self.max_bytes)
        # Servers that keep objects as files (MinIO, SeaweedFS) take 255 bytes between two slashes; 58 are ours.
        return Limits(self.max_bytes, name_bytes=255 - 58)


def read(env: Mapping[str, str]) -> Settings:
    def text(name: str) -> str:
        return env.get(name, "").strip()

    bucket = text("OUTTRAY_BUCKET")
    if not bucket:
        raise ValueError("OUTTRAY_BUCKET is not set")
    try:
        mode = Mode(text("OUTTRAY_ACCESS") or "open")
    except ValueError:
        raise ValueError("OUTTRAY_ACCESS must be open, api-key or device-token") from None
    hashes = tuple(part for part in re.split(r"[,\s]+", text("OUTTRAY_API_KEY_SHA256").lower()) if part)
    if not all(SHA256_HEX.fullmatch(part) for part in hashes):
        raise ValueError("OUTTRAY_API_KEY_SHA256 must hold SHA-256 hashes in hex, not the keys themselves")
    if mode is Mode.API_KEY and not hashes:
        raise ValueError("OUTTRAY_ACCESS is api-key, so OUTTRAY_API_KEY_SHA256 must be set")
    size = text("OUTTRAY_MAX_BYTES")
    if size and not (size.isascii() and size.isdigit() and 0 < int(size) <= 5 * GIB):
        raise ValueError("OUTTRAY_MAX_BYTES must be a number from 1 to 5368709120")
    heartbeat = text("OUTTRAY_HEARTBEAT").lower() or "off"
    if heartbeat not in ("on", "off"):
        raise ValueError("OUTTRAY_HEARTBEAT must be on or off")
    return Settings(
        bucket=bucket,
        mode=mode,
        key_hashes=hashes,
        device_table=text("OUTTRAY_DEVICE_TABLE") or None,
        heartbeat=heartbeat == "on",
        max_bytes=int(size) if size else GIB,
        endpoint=text("OUTTRAY_S3_ENDPOINT") or None,
        region=text("OUTTRAY_BUCKET_REGION") or None,
    )
