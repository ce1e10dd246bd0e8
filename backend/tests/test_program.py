"""The real program, the real handler, the real signatures, and an S3 server that verifies them."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from backend.devices_file import FileDevices
from backend.tests.support.program import Relay, ask, send, serving, sync
from backend.tests.support.weed import S3
from backend.tests.support.world import API_KEY, BODY, Url, World, new, settings
from outtray_presigner.access import digest
from outtray_presigner.handler import Presigner
from outtray_presigner.settings import Mode
from outtray_presigner.storage import Storage

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


@pytest.mark.parametrize("mode", [Mode.API_KEY, Mode.DEVICE_TOKEN])
def test_a_client_with_the_secret_is_served_and_one_without_is_not(
    s3: S3, outtray: str, tmp_path: Path, mode: Mode
) -> None:
    one = presigner(s3, mode)
    with serving(one) as origin:
        secret = API_KEY
        if mode is Mode.DEVICE_TOKEN:
            world = World(one)
            one_time = "otc_0123456789abcdef"
            world.presigner.devices.invite(digest(one_time), None, one.now().replace(year=2100))
            status, _, enrolled = ask(origin, {"deviceId": "dev001", "code": one_time}, "/devices")
            assert status == 201
            secret = enrolled["token"]
        without = sync(outtray, tmp_path / "without", origin, {"a.json": BODY})
        with Relay(origin, add={"x-api-key": secret}).running() as api:
            with_it = sync(outtray, tmp_path / "with", api, {"a.json": BODY})
            other = sync(outtray, tmp_path / "other", api, {"b.json": BODY}, device="dev002")
    assert without["code"] == 6, without["said"]
    assert without["names"] == ["a.json"]
    assert (with_it["code"], with_it["names"]) == (0, ["a.json.synced"]), with_it["said"]
    # A key is everybody's; a token is one device's.
    if mode is Mode.API_KEY:
        assert other["names"] == ["b.json.synced"]
        assert len(contents(s3, one)) == 2
    else:
        assert (other["code"], other["names"]) == (6, ["b.json"])
        [key] = s3.objects(one.settings.bucket)
        assert key.startswith("uploads/dev001/")


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
