"""The real program, the real handler, the real signatures, and an S3 server that verifies them."""

from __future__ import annotations

import json
import queue
import uuid
from pathlib import Path
from typing import Any

import pytest

from backend.devices_file import FileDevices
from backend.tests.support.program import Computer, Relay, ask, send, serving, sync
from backend.tests.support.weed import S3
from backend.tests.support.world import API_KEY, BODY, Url, World, new, settings
from outtray_presigner.access import digest
from outtray_presigner.handler import Presigner
from outtray_presigner.settings import Mode
from outtray_presigner.storage import Storage

PATIENCE_SECS = 60

FILES = {
    "conversation_1.json": b'{"n": 1}',
    "a b+(c)&d=e %41 #1.json": b'{"n": 2}',
    "\u00e9 \u65e5\u672c\u8a9e \U0001f680.json": b'{"n": 3}',
    "right\u200f\u202eto left.json": b'{"n": 4}',
    "dots..in the..middle.json": b'{"n": 5}',
    "x" * 240 + ".json": b'{"n": 6}',
    "large.json": b'{"text": "' + b"x" * (3 << 20) + b'"}',
}


def presigner(s3: S3, mode: Mode, **more: Any) -> Presigner:
    """With a bucket of its own."""
    bucket = f"b{uuid.uuid4().hex[:12]}"
    s3.make_bucket(bucket)
    chosen = settings(mode, bucket=bucket, endpoint=s3.endpoint, **more)
    return Presigner(chosen, Storage(chosen), FileDevices(), log=lambda _line: None)


def contents(s3: S3, one: Presigner) -> list[bytes]:
    return sorted(s3.objects(one.settings.bucket).values())


@pytest.mark.parametrize("generation", ["old", "new"])
def test_every_file_arrives_once_and_is_marked(s3: S3, outtray: str, tmp_path: Path, generation: str) -> None:
    one = presigner(s3, Mode.OPEN)
    only = ("deviceId", "filename") if generation == "old" else ()
    with serving(one) as origin:
        relay = Relay(origin, only=only)
        with relay.running() as api:
            result = sync(outtray, tmp_path, api, FILES)
    assert result["code"] == 0, result["said"]
    assert result["names"] == sorted(f"{name}.synced" for name in FILES)
    assert contents(s3, one) == sorted(FILES.values())
    assert {receipt["key"] for receipt in result["receipts"]} == set(s3.objects(one.settings.bucket))
    assert {receipt["bucket"] for receipt in result["receipts"]} == {one.settings.bucket}
    for status, answer in relay.replies:
        assert status == 200
        assert ("v" in answer) == (generation == "new")


def test_the_same_file_again_is_not_a_second_object(s3: S3, outtray: str, tmp_path: Path) -> None:
    """As after a crash that lost the ledger: the key is the same, and S3 says that it has it."""
    one = presigner(s3, Mode.OPEN)
    with serving(one) as origin:
        assert sync(outtray, tmp_path / "a", origin, {"a.json": BODY})["code"] == 0
        marked = tmp_path / "a" / "memory" / "a.json.synced"
        again = tmp_path / "b" / "memory" / "a.json"
        again.parent.mkdir(parents=True)
        marked.rename(again)
        result = sync(outtray, tmp_path / "b", origin, {})
    assert (result["code"], result["names"]) == (0, ["a.json.synced"]), result["said"]
    assert contents(s3, one) == [BODY]


@pytest.mark.parametrize("header", ["x-api-key", "authorization"])
def test_a_client_with_the_key_is_served_and_others_are_not(s3: S3, outtray: str, tmp_path: Path, header: str) -> None:
    one = presigner(s3, Mode.API_KEY)
    with serving(one) as origin:
        without = sync(outtray, tmp_path / "without", origin, {"a.json": BODY})
        wrong = sync(outtray, tmp_path / "wrong", origin, {"a.json": BODY}, key=f"{API_KEY}x", header=header)
        with_it = sync(outtray, tmp_path / "with", origin, {"a.json": BODY}, key=API_KEY, header=header)
        # A key is everybody's.
        other = sync(outtray, tmp_path / "other", origin, {"b.json": BODY}, device="dev002", key=API_KEY)
    assert [(one["code"], one["names"]) for one in (without, wrong)] == [(6, ["a.json"])] * 2, without["said"]
    assert (with_it["code"], with_it["names"]) == (0, ["a.json.synced"]), with_it["said"]
    assert other["names"] == ["b.json.synced"]
    assert len(contents(s3, one)) == 2


def test_a_device_enrols_itself_and_writes_under_its_own_prefix_until_it_is_revoked(
    s3: S3, outtray: str, tmp_path: Path
) -> None:
    one = presigner(s3, Mode.DEVICE_TOKEN)
    code = "otc_0123456789abcdef"
    one.devices.invite(digest(code), None, one.now().replace(year=2100))
    with serving(one) as origin:
        mine = Computer(outtray, tmp_path / "mine").set_up(origin)
        assert mine.sync({"a.json": BODY})["code"] == 6
        enrolled = mine.run("auth", "enrol", code, "--file")
        assert enrolled.returncode == 0, enrolled.stderr
        told = json.loads(enrolled.stdout)
        assert (told["place"], told["header"]) == ("file", "x-api-key")
        assert mine.run("auth", "enrol", code, "--file").returncode == 6, "a code works once"
        [token] = json.loads((mine.home / "state" / "credential").read_text()).values()
        assert token.startswith("otd_")
        assert token not in enrolled.stdout + enrolled.stderr
        arrived = mine.sync({})
        # A token is one device's.
        other = sync(outtray, tmp_path / "other", origin, {"b.json": BODY}, device="dev002", key=token)
        one.devices.revoke("dev001")
        revoked = mine.sync({"c.json": BODY})
    assert (arrived["code"], arrived["names"]) == (0, ["a.json.synced"]), arrived["said"]
    assert (other["code"], other["names"]) == (6, ["b.json"])
    assert (revoked["code"], revoked["names"]) == (6, ["a.json.synced", "c.json"])
    assert "outtray auth set" in revoked["said"]
    [key] = s3.objects(one.settings.bucket)
    assert key.startswith("uploads/dev001/")


def test_a_heart_that_beats_becomes_metrics(s3: S3, outtray: str, tmp_path: Path) -> None:
    lines: queue.Queue[str] = queue.Queue()
    one = presigner(s3, Mode.API_KEY, heartbeat=True)
    one.log = lines.put
    with serving(one) as origin:
        computer = Computer(outtray, tmp_path, {"OUTTRAY_API_KEY": API_KEY}).set_up(
            origin, "dev001", "[network]", 'api_key_header = "x-api-key"', "[fleet]", "heartbeat_mins = 1"
        )
        (computer.watched / "Anna Meyer.json").write_bytes(b'{"half": ')
        with computer.running():
            while "_aws" not in (line := lines.get(timeout=PATIENCE_SECS)):
                pass
    told = json.loads(line)
    assert (told["DeviceId"], told["Heartbeats"], told["Waiting"]) == ("dev001", 1, 1)
    assert told["Version"]
    assert "Anna" not in line


def grant(one: Presigner, members: dict[str, Any]) -> dict[str, Any]:
    with serving(one) as origin:
        status, _, answer = ask(origin, members)
    assert status == 200
    return answer


def put(answer: dict[str, Any], body: bytes = BODY, url: str | None = None, **more: str) -> int:
    headers = answer.get("headers") or {"content-type": "application/json"}
    sent = {name: value for name, value in headers.items() if name != "content-length"} | more
    return send(url or answer["url"], "PUT", body, sent)[0]


def test_a_url_stores_what_was_announced_once(s3: S3) -> None:
    one = presigner(s3, Mode.OPEN)
    answer = grant(one, new())
    assert put(answer) == 200
    assert put(answer) == 412, "replayed"
    assert put(grant(one, new())) == 412, "asked for again, and replayed"
    assert s3.objects(one.settings.bucket) == {answer["key"]: BODY}


@pytest.mark.parametrize(
    "body",
    [BODY[:-1] + b"]", BODY + b" ", BODY[:-1], b"", b"x" * 5000],
    ids=["changed", "longer", "shorter", "empty", "other"],
)
def test_a_url_stores_no_other_bytes(s3: S3, body: bytes) -> None:
    one = presigner(s3, Mode.OPEN)
    assert put(grant(one, new()), body) in (400, 403)
    assert contents(s3, one) == []


@pytest.mark.parametrize("header", ["content-type", "if-none-match", "x-amz-checksum-sha256"])
def test_a_signed_header_can_be_neither_changed_nor_left_out(s3: S3, header: str) -> None:
    one = presigner(s3, Mode.OPEN)
    answer = grant(one, new())
    changed = {"content-type": "text/html", "if-none-match": '"x"', "x-amz-checksum-sha256": "A" * 43 + "="}
    assert put(answer, **{header: changed[header]}) in (400, 403)
    left = {name: value for name, value in answer["headers"].items() if name != header}
    assert put({**answer, "headers": left}) in (400, 403)
    assert contents(s3, one) == []


@pytest.mark.parametrize("generation", ["old", "new"])
def test_a_url_that_was_tampered_with_stores_nothing(s3: S3, generation: str) -> None:
    one = presigner(s3, Mode.OPEN)
    answer = grant(one, new() if generation == "new" else {"deviceId": "dev001", "filename": "a.json"})
    url, signature = answer["url"], Url(answer["url"]).query("X-Amz-Signature")
    flipped = ("0" if signature[0] != "0" else "1") + signature[1:]
    for tampered in [
        url.replace(signature, flipped),
        url.replace("uploads/dev001/", "uploads/dev002/"),
        url.replace("uploads/dev001/", "uploads/dev001/../dev002/"),
        url.replace("_a.json", "_b.json"),
        url.replace("X-Amz-Expires=300", "X-Amz-Expires=3000"),
        url.replace("X-Amz-SignedHeaders=content", "X-Amz-SignedHeaders=accept%3Bcontent"),
        url.split("&X-Amz-Signature")[0],
        url.split("?")[0],
    ]:
        assert tampered != url
        assert put(answer, url=tampered) in (400, 403), tampered
    assert send(url, "GET", b"", {})[0] == 403
    assert send(url, "DELETE", b"", {})[0] == 403
    assert put(answer, **{"x-amz-meta-note": "unsigned"}) == 403
    assert contents(s3, one) == []


def test_a_url_grows_old(s3: S3) -> None:
    one = presigner(s3, Mode.OPEN)
    world = World(one)
    status, answer = world.send(new())  # signed on a day in January
    assert status == 200
    assert put(answer) == 403
    assert contents(s3, one) == []


def test_a_url_that_was_used_grows_old_too(s3: S3) -> None:
    one = presigner(s3, Mode.OPEN)
    assert put(grant(one, new())) == 200
    assert put(World(one).send(new())[1]) == 403
    assert contents(s3, one) == [BODY]
