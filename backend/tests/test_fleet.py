"""Heartbeats: on by choice, never in an open presigner, numbers and closed words only."""

from __future__ import annotations

import json
from typing import Any

import pytest

from backend.tests.support.world import API_KEY, NOW, World
from outtray_presigner.settings import Mode

HEADERS = {"x-api-key": API_KEY}


def beat(**more: Any) -> dict[str, Any]:
    known = {"version": "0.1.0", "state": "attention", "waiting": 3, "oldestWaitingSecs": 7200}
    return {"deviceId": "dev001", "lastErrorKind": "presign.forbidden"} | known | more


def test_a_heartbeat_becomes_metrics() -> None:
    world = World.make(Mode.API_KEY, heartbeat=True)
    assert world.send(beat(), path="/ingest/heartbeat", headers=HEADERS) == (204, {})
    metrics = json.loads(world.lines[0])
    [directive] = metrics["_aws"]["CloudWatchMetrics"]
    assert metrics["_aws"]["Timestamp"] == NOW.timestamp() * 1000
    assert (directive["Namespace"], directive["Dimensions"]) == ("OutTray", [[], ["DeviceId"]])
    assert {metric["Name"]: metrics[metric["Name"]] for metric in directive["Metrics"]} == {
        "Heartbeats": 1,
        "Waiting": 3,
        "OldestWaiting": 7200,
    }
    assert (metrics["DeviceId"], metrics["State"]) == ("dev001", "attention")
    assert metrics["LastErrorKind"] == "presign.forbidden"


@pytest.mark.parametrize(
    ("mode", "heartbeat", "headers", "status"),
    [
        (Mode.OPEN, True, HEADERS, 404),
        (Mode.API_KEY, False, HEADERS, 404),
        (Mode.API_KEY, True, {}, 401),
        (Mode.DEVICE_TOKEN, True, HEADERS, 403),
    ],
)
def test_who_may_send_one(mode: Mode, heartbeat: bool, headers: dict[str, str], status: int) -> None:
    world = World.make(mode, heartbeat=heartbeat)
    assert world.send(beat(), path="/ingest/heartbeat", headers=headers)[0] == status
    assert "_aws" not in "".join(world.lines)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("version", None),
        ("version", "1 2"),
        ("state", "happy"),
        ("state", ["idle"]),
        ("waiting", -1),
        ("waiting", True),
        ("waiting", 10**10),
        ("oldestWaitingSecs", "5"),
        ("lastErrorKind", "Anna Meyer.json"),
        ("lastErrorKind", 5),
    ],
)
def test_nothing_but_numbers_and_known_words(member: str, value: object) -> None:
    world = World.make(Mode.API_KEY, heartbeat=True)
    status, answer = world.send(beat(**{member: value}), path="/ingest/heartbeat", headers=HEADERS)
    assert (status, answer["error"]["kind"]) == (400, "request.invalid")
    assert "_aws" not in "".join(world.lines)


def test_what_else_it_says_is_left_out() -> None:
    world = World.make(Mode.API_KEY, heartbeat=True)
    world.send(beat(files=["Anna Meyer.json"]), path="/ingest/heartbeat", headers=HEADERS)
    assert "Anna" not in "".join(world.lines)
