"""HTTP: routes, bodies, errors, the log."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.tests.support.world import API_KEY, BUCKET, FRESH, IDENTITY, World, event, new, old
from outtray_presigner import handler
from outtray_presigner.settings import Mode


def test_an_old_client_gets_two_members_and_no_more(world: World) -> None:
    reply = world.presigner.handle(event(old()))
    assert reply["statusCode"] == 200
    assert reply["headers"]["content-type"] == "application/json"
    answer = json.loads(reply["body"])
    assert list(answer) == ["url", "key"]
    assert answer["key"] == f"uploads/dev001/2026-01-27T10-30-00Z_{FRESH}_a.json"


def test_a_new_client_gets_what_binds_it(world: World) -> None:
    status, answer = world.send(new())
    assert status == 200
    assert list(answer) == ["url", "key", "v", "headers", "bucket", "expiresIn"]
    assert (answer["v"], answer["bucket"], answer["expiresIn"]) == (1, BUCKET, 300)
    assert IDENTITY in answer["key"]
    assert set(answer["headers"]) == {"content-type", "content-length", "if-none-match", "x-amz-checksum-sha256"}


def test_the_same_request_gives_the_same_key(world: World) -> None:
    assert world.send(new())[1]["key"] == world.send(new())[1]["key"]


def test_a_body_may_come_as_base64(world: World) -> None:
    body = base64.b64encode(json.dumps(old(filename="ä.json"), ensure_ascii=False).encode()).decode()
    status, answer = world.send(body, isBase64Encoded=True)
    assert status == 200
    assert answer["key"].endswith("_ä.json")


def test_a_stage_with_a_name_stands_in_front_of_the_path(world: World) -> None:
    named = event(old(), path="/prod/ingest/new")
    named["requestContext"]["stage"] = "prod"
    assert world.presigner.handle(named)["statusCode"] == 200
    assert world.send(old(), path="/prod/ingest/new")[0] == 404


@pytest.mark.parametrize("body", ["", "{", "[]", '"a"', "5", "null", "\ud800", "[" * 15000, "9" * 5000, '{"a":' * 3000])
def test_what_is_no_json_object(world: World, body: str) -> None:
    status, answer = world.send(body)
    assert (status, answer["error"]["kind"]) == (400, "request.json")


def test_base64_that_is_none(world: World) -> None:
    for body in ("é", "%%%", base64.b64encode(b"\xff\xfe").decode()):
        status, answer = world.send(body, isBase64Encoded=True)
        assert (status, answer["error"]["kind"]) == (400, "request.json")


def test_a_request_has_a_largest_size(world: World) -> None:
    fits = json.dumps(old(more="x" * (16 * 1024 - len(json.dumps(old(more=""))))))
    assert world.send(fits)[0] == 200
    for body in (fits + " ", " " * 10**6):
        status, answer = world.send(body)
        assert (status, answer["error"]["kind"]) == (413, "request.too_large")


@pytest.mark.parametrize("path", ["/", "/ingest/new/", "/ingest", "/devices", "/ingest/heartbeat", "", "/x?ingest/new"])
def test_other_addresses(world: World, path: str) -> None:
    status, answer = world.send(old(), path=path)
    assert (status, answer["error"]["kind"]) == (404, "request.not_found")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_other_methods(world: World, method: str) -> None:
    status, answer = world.send(old(), method=method)
    assert (status, answer["error"]["kind"]) == (405, "request.method")


def test_a_failure_of_ours_shows_nothing_but_a_number(world: World) -> None:
    def breaks(_upload: object) -> str:
        raise ValueError("secret/of/the/bucket")

    world.presigner.storage.presign = breaks  # type: ignore[method-assign]
    status, answer = world.send(old(filename="secret-name.json"))
    assert status == 500
    assert answer == {
        "error": {
            "kind": "server.internal",
            "message": "the presigner failed; nothing is lost, try again",
            "requestId": "r-1",
        }
    }
    [line] = world.lines
    assert json.loads(line)["failure"] == "ValueError"
    assert "secret" not in line


def test_a_bad_environment_is_answered_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("OUTTRAY_ACCESS", "nobody")
    monkeypatch.setenv("OUTTRAY_BUCKET", BUCKET)
    handler.deployed.cache_clear()
    reply = handler.lambda_handler(event(old()), None)
    assert reply["statusCode"] == 500
    assert json.loads(reply["body"])["error"]["requestId"] == "r-1"
    assert "OUTTRAY_ACCESS must be" in capsys.readouterr().out
    monkeypatch.setenv("OUTTRAY_ACCESS", "open")
    reply = handler.lambda_handler(event(old()), None)
    assert reply["statusCode"] == 200
    handler.deployed.cache_clear()


@pytest.mark.parametrize("broken", [{}, {"headers": [1]}, {"headers": None}, {"requestContext": 5}, {"body": {"a": 1}}])
def test_an_event_of_another_shape_is_answered(world: World, broken: dict[str, Any]) -> None:
    reply = world.presigner.handle({**event(old()), **broken} if broken else {})
    assert reply["statusCode"] in (200, 404, 405, 500)
    assert "Traceback" not in reply["body"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_any_json_is_answered(value: Any) -> None:
    world = World.make(Mode.API_KEY)
    members = {"deviceId": "dev001", "filename": value, "v": value} if isinstance(value, str) else value
    status, answer = world.send(members, headers={"X-Api-Key": API_KEY})
    assert status in (200, 400, 413)
    assert ("error" in answer) == (status != 200)


def test_the_log_says_who_and_what_but_no_name_and_no_url() -> None:
    world = World.make(Mode.API_KEY)
    world.send(new(filename="Meyer, Anna.json"), headers={"x-api-key": API_KEY})
    world.send(new(filename="Meyer, Anna.json"), headers={"x-api-key": "otk_wrong"})
    good, bad = map(json.loads, world.lines)
    assert good == {"requestId": "r-1", "route": "/ingest/new", "device": "dev001", "v": 1, "status": 200}
    del good["v"]
    assert bad == {**good, "kind": "access.refused", "status": 403}
    text = "".join(world.lines)
    for secret in ("Meyer", "Signature", API_KEY, "otk_wrong"):
        assert secret not in text
