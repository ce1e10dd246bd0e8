"""Every exchange in `tests/contract`, which the tests of the client read too."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.local import Bucket
from backend.tests.support.program import ask, serving
from backend.tests.support.world import NOW, World, clock, event
from outtray_presigner.access import digest
from outtray_presigner.settings import Mode

FOLDER = Path(__file__).parents[2] / "tests" / "contract"
EXCHANGES = sorted(FOLDER.glob("*.json"))


def presigner(about: dict[str, Any]) -> World:
    world = World.make(Mode(about["mode"]), heartbeat=about.get("heartbeat", False))
    devices = world.presigner.devices
    assert devices is not None
    for code in about.get("codes", []):
        devices.invite(digest(code), None, NOW + timedelta(days=1))
    for device, token in about.get("tokens", {}).items():
        devices.invite(digest(device), None, NOW + timedelta(days=1))
        assert devices.enrol(device, digest(device), digest(token), NOW)
    if about.get("broken"):
        world.presigner.storage = None  # type: ignore[assignment]
    return world


def answer(exchange: dict[str, Any]) -> dict[str, Any]:
    request, about = exchange["request"], exchange["presigner"]
    world = presigner(about)
    if about.get("throttled"):
        with serving(world.presigner, Bucket(rate=0.1, burst=0)) as origin:
            status, headers, body = ask(origin, request["body"], request["path"], request["method"])
        told = {name: headers[name] for name in ("content-type", "retry-after")}
        return {"status": status, "headers": told, "body": body}
    with clock(NOW):
        reply = world.presigner.handle(event(request["body"], request["path"], request["method"], request["headers"]))
    headers = {name: value for name, value in reply["headers"].items() if name == "content-type"}
    answer = {"status": reply["statusCode"], "headers": headers}
    return answer | ({"body": json.loads(reply["body"])} if reply["body"] else {})


@pytest.mark.parametrize("path", EXCHANGES, ids=[path.stem for path in EXCHANGES])
def test_the_presigner_answers_as_agreed(path: Path) -> None:
    exchange = json.loads(path.read_text())
    got, wanted = answer(exchange), exchange["response"]
    for name, value in wanted.get("body", {}).items():
        if value == "*":
            assert isinstance(got["body"][name], str)
            assert got["body"][name]
            got["body"][name] = "*"
    assert got == wanted


def test_there_are_exchanges_of_every_kind() -> None:
    statuses = {json.loads(path.read_text())["response"]["status"] for path in EXCHANGES}
    assert statuses == {200, 201, 204, 400, 401, 403, 413, 429, 500}
