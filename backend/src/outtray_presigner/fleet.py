"""Heartbeats: a few numbers that a device tells about itself become CloudWatch metrics.

In: the members of `POST /ingest/heartbeat`. Out: one JSON object in CloudWatch's embedded metric format, for the log.
No file names and no content: every text is a word of a closed form. Not here: who may send one (`access`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .refusal import bad

NAMESPACE = "OutTray"
STATES = ("setup_needed", "idle", "syncing", "offline", "paused", "attention")
VERSION = re.compile(r"[0-9A-Za-z.+-]{1,32}")
KIND = re.compile(r"[a-z_]{1,32}(\.[a-z0-9_]{1,48}){0,3}")
MOST = 10**9


def metrics(members: Mapping[str, Any], device: str, now: datetime) -> dict[str, Any]:
    """What is logged. `Waiting` and `OldestWaiting` exist for the whole fleet and for each device."""
    version = members.get("version")
    if not (isinstance(version, str) and VERSION.fullmatch(version)):
        raise bad("version", "must be a version number")
    state = members.get("state")
    if state not in STATES:
        raise bad("state", f"must be one of {', '.join(STATES)}")
    error = members.get("lastErrorKind")
    if error is not None and not (isinstance(error, str) and KIND.fullmatch(error)):
        raise bad("lastErrorKind", "must be a kind like presign.forbidden, or null")
    units = {"Heartbeats": "Count", "Waiting": "Count", "OldestWaiting": "Seconds"}
    return {
        "_aws": {
            "Timestamp": int(now.timestamp() * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": NAMESPACE,
                    "Dimensions": [[], ["DeviceId"]],
                    "Metrics": [{"Name": name, "Unit": unit} for name, unit in units.items()],
                }
            ],
        },
        "DeviceId": device,
        "Version": version,
        "State": state,
        "LastErrorKind": error,
        "Heartbeats": 1,
        "Waiting": _number(members, "waiting"),
        "OldestWaiting": _number(members, "oldestWaitingSecs"),
    }


def _number(members: Mapping[str, Any], name: str) -> int:
    value = members.get(name)
    if type(value) is not int or not 0 <= value <= MOST:
        raise bad(name, f"must be a number from 0 to {MOST}")
    return value
