"""Who may upload. The sentence that matters: device A's token cannot get a URL under B's prefix."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from backend.devices_file import FileDevices
from backend.tests.support.weed import REGION
from backend.tests.support.world import API_KEY, NOW, World, new, old
from outtray_presigner.access import Devices, digest
from outtray_presigner.settings import Mode, read
from outtray_presigner.storage import DynamoDevices

ROOT = Path(__file__).parents[2]
CODE = "otc_0123456789abcdef"
LATER = NOW + timedelta(days=1)


def test_open_is_open(world: World) -> None:
    assert world.send(old())[0] == 200


@pytest.mark.parametrize(
    ("headers", "status", "kind"),
    [
        ({}, 401, "access.missing"),
        ({"x-api-key": ""}, 401, "access.missing"),
        ({"x-api-key": "x" * 513}, 401, "access.missing"),
        ({"authorization": "Basic dTpw"}, 401, "access.missing"),
        ({"x-api-key": API_KEY + "x"}, 403, "access.refused"),
        ({"x-api-key": API_KEY.upper()}, 403, "access.refused"),
        ({"x-api-key": digest(API_KEY)}, 403, "access.refused"),
        ({"x-api-key": API_KEY}, 200, None),
        ({"X-API-Key": f" {API_KEY} "}, 200, None),
        ({"Authorization": f"Bearer {API_KEY}"}, 200, None),
        ({"x-api-key": "otk_older"}, 200, None),
    ],
)
def test_api_keys(headers: dict[str, str], status: int, kind: str | None) -> None:
    world = World.make(Mode.API_KEY)
    got, answer = world.send(old(), headers=headers)
    assert (got, answer.get("error", {}).get("kind")) == (status, kind)
    assert world.send(old(), headers=headers, path="/devices")[0] == 404


def test_a_devices_token_works_for_this_device_alone() -> None:
    world = World.make(Mode.DEVICE_TOKEN)
    tokens = {device: world.token(device) for device in ("a", "b")}
    for members in (old, new):
        for device in tokens:
            for other, token in tokens.items():
                status, answer = world.send(members(deviceId=device), headers={"x-api-key": token})
                assert status == (200 if device == other else 403)
                if status == 200:
                    assert answer["key"].startswith(f"uploads/{device}/")
                    assert f"/uploads/{device}/" in answer["url"]
    assert world.send(old(deviceId="a"))[0] == 401
    assert world.send(old(deviceId="c"), headers={"x-api-key": tokens["a"]})[0] == 403


@pytest.mark.parametrize(
    "name", ["../b/x.json", "..%2fb%2fx.json", "..\\b\\x.json", "/uploads/b/x.json", "\x00/../b/x"]
)
@pytest.mark.parametrize("device", ["a", "a/../b", "a/", "A", "а", "a\x00", "b", "%61"])
def test_no_spelling_leads_under_another_prefix(device: str, name: str) -> None:
    world = World.make(Mode.DEVICE_TOKEN)
    token, _ = world.token("a"), world.token("b")
    for members in (old(deviceId=device, filename=name), new(deviceId=device, filename=name)):
        status, answer = world.send(members, headers={"x-api-key": token})
        if device == "a":
            assert status == 200
            assert answer["key"].startswith("uploads/a/")
            assert answer["key"].count("/") == 2
        else:
            assert status in (400, 403)


def test_an_unknown_device_and_a_wrong_token_look_alike() -> None:
    world = World.make(Mode.DEVICE_TOKEN)
    world.token("a")
    answers = [world.send(old(deviceId=device), headers={"x-api-key": "otd_x"}) for device in ("a", "nobody")]
    assert answers[0] == answers[1]


@pytest.fixture(params=["memory", "file", "dynamodb"])
def devices(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param != "dynamodb":
        yield FileDevices(tmp_path / "devices.json" if request.param == "file" else None)
        return
    with mock_aws():
        client = boto3.client("dynamodb", region_name=REGION)
        client.create_table(
            TableName="devices",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        yield DynamoDevices("devices", client)


def test_a_code_is_good_once(devices: Devices) -> None:
    devices.invite(digest(CODE), None, LATER)
    assert devices.token_hash("a") is None
    assert devices.enrol("a", digest(CODE), "hash", NOW)
    assert devices.token_hash("a") == "hash"
    assert not devices.enrol("b", digest(CODE), "hash", NOW)
    assert devices.token_hash("b") is None


def test_a_code_for_nobody_in_particular_takes_no_device_over(devices: Devices) -> None:
    for code in ("one", "two"):
        devices.invite(digest(code), None, LATER)
    assert devices.enrol("a", digest("one"), "first", NOW)
    assert not devices.enrol("a", digest("two"), "second", NOW)
    assert devices.token_hash("a") == "first"
    assert devices.enrol("b", digest("two"), "second", NOW), "the code was not used up by the refusal"


def test_a_code_for_a_device_is_for_this_device_and_renews_it(devices: Devices) -> None:
    for code in ("one", "two"):
        devices.invite(digest(code), "a", LATER)
    assert not devices.enrol("b", digest("one"), "hash", NOW)
    assert devices.enrol("a", digest("one"), "first", NOW)
    assert devices.enrol("a", digest("two"), "second", NOW)
    assert devices.token_hash("a") == "second"


def test_a_code_grows_old(devices: Devices) -> None:
    devices.invite(digest(CODE), None, LATER)
    assert not devices.enrol("a", digest(CODE), "hash", LATER)
    assert not devices.enrol("a", digest("another"), "hash", NOW)


def test_a_revoked_device_is_out(devices: Devices) -> None:
    devices.invite(digest(CODE), None, LATER)
    assert devices.enrol("a", digest(CODE), "hash", NOW)
    assert devices.revoke("a")
    assert devices.token_hash("a") is None
    assert not devices.revoke("a")


def test_only_one_of_many_gets_a_code(tmp_path: Path) -> None:
    path = tmp_path / "devices.json"
    FileDevices(path).invite(digest(CODE), None, LATER)
    with ThreadPoolExecutor(16) as pool:
        stores = [FileDevices(path) for _ in range(16)]
        won = list(pool.map(lambda n: stores[n].enrol(f"d{n}", digest(CODE), "hash", NOW), range(16)))
    assert sum(won) == 1
    assert path.stat().st_mode & 0o777 == 0o600


def test_enrolment_over_http() -> None:
    world = World.make(Mode.DEVICE_TOKEN)
    token = world.token("a")
    assert token.startswith("otd_")
    assert len(token) > 40
    for members, status in [
        ({"deviceId": "a"}, 400),
        ({"deviceId": "a", "code": 5}, 400),
        ({"deviceId": "../a", "code": CODE}, 400),
        ({"deviceId": "a", "code": ""}, 403),
        ({"deviceId": "a", "code": "\ud800" * 20}, 403),
        ({"deviceId": "a", "code": CODE}, 403),
    ]:
        assert world.send(members, path="/devices")[0] == status, members
    assert token not in "".join(world.lines)


def test_tokens_and_codes_are_kept_as_hashes_only(tmp_path: Path) -> None:
    world = World.make(Mode.DEVICE_TOKEN)
    world.presigner.devices = FileDevices(tmp_path / "devices.json")
    token = world.token("a")
    kept = (tmp_path / "devices.json").read_text()
    assert digest(token) in kept
    assert token not in kept


def test_the_commands_of_whoever_runs_it(tmp_path: Path) -> None:
    file = tmp_path / "devices.json"

    def admin(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "backend.admin", *words], cwd=ROOT, capture_output=True, text=True)

    key, sha256 = (line.split()[1] for line in admin("key").stdout.splitlines())
    assert digest(key) == sha256
    code = admin("invite", "--file", str(file), "--device", "a").stdout.strip()
    world = World.make(Mode.DEVICE_TOKEN)
    world.presigner.devices = FileDevices(file)
    world.presigner.now = lambda: datetime.now(UTC)
    assert world.send({"deviceId": "b", "code": code}, path="/devices")[0] == 403
    status, answer = world.send({"deviceId": "a", "code": code}, path="/devices")
    assert status == 201
    headers = {"x-api-key": answer["token"]}
    assert world.send(old(deviceId="a"), headers=headers)[0] == 200
    assert admin("revoke", "--file", str(file), "--device", "a").returncode == 0
    assert world.send(old(deviceId="a"), headers=headers)[0] == 403
    assert admin("revoke", "--file", str(file), "--device", "a").returncode == 1
    assert admin("invite", "--file", str(file), "--device", "../a").returncode == 2


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({}, "OUTTRAY_BUCKET"),
        ({"OUTTRAY_ACCESS": "none"}, "OUTTRAY_ACCESS"),
        ({"OUTTRAY_ACCESS": "api-key"}, "OUTTRAY_API_KEY_SHA256"),
        ({"OUTTRAY_API_KEY_SHA256": "the key itself"}, "OUTTRAY_API_KEY_SHA256"),
        ({"OUTTRAY_MAX_BYTES": "0"}, "OUTTRAY_MAX_BYTES"),
        ({"OUTTRAY_MAX_BYTES": "1e3"}, "OUTTRAY_MAX_BYTES"),
        ({"OUTTRAY_HEARTBEAT": "yes"}, "OUTTRAY_HEARTBEAT"),
    ],
)
def test_a_bad_environment_is_told_by_name(env: dict[str, str], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        read({"OUTTRAY_BUCKET": "b", **env} if env else {})
