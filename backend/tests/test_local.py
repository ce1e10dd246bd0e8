"""The server on loopback: HTTP's own matters, the throttle, and starting it as a person would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from backend.local import Bucket
from backend.tests.support.program import ask, send, serving
from backend.tests.support.world import BUCKET, World, old

ROOT = Path(__file__).parents[2]


def test_it_answers_as_the_deployed_one_does(world: World) -> None:
    with serving(world.presigner) as origin:
        status, headers, answer = ask(origin, old(filename="ä.json"))
        assert (status, headers["content-type"]) == (200, "application/json")
        assert answer["key"].endswith("_ä.json")
        for method, path, wanted in [
            ("GET", "/ingest/new", 405),
            ("POST", "/x", 404),
            ("POST", "/ingest/new?a=b", 200),
        ]:
            assert ask(origin, old(), path, method)[0] == wanted
        for body, wanted in [(b"\xff", 400), (b"", 400), (b"x" * 20000, 413), (b"[" * 16000, 400)]:
            status, headers, answer = ask(origin, body)
            assert (status, headers["content-type"]) == (wanted, "application/json")
            assert set(answer["error"]) == {"kind", "message"}
        assert send(f"{origin}/ingest/new", "POST", b"{}", {"content-length": "x"})[0] == 413


def test_it_listens_on_loopback_only(world: World) -> None:
    with serving(world.presigner) as origin:
        assert origin.startswith("http://127.0.0.1:")


def test_a_bucket_fills_with_time() -> None:
    now = 0.0
    bucket = Bucket(rate=2, burst=3, clock=lambda: now)
    assert [bucket.wait() for _ in range(4)] == [0, 0, 0, 0.5]
    now = 0.5
    assert bucket.wait() == 0
    now = 100
    assert [bucket.wait() for _ in range(4)] == [0, 0, 0, 0.5]


def test_a_crowd_is_told_to_come_one_after_the_other() -> None:
    now = 0.0
    bucket = Bucket(rate=2, burst=1, clock=lambda: now)
    assert [bucket.wait() for _ in range(5)] == [0, 0.5, 1, 1.5, 2]
    for turn in (0.5, 1, 1.5, 2):
        now = turn
        assert bucket.wait() == 0, "who comes when he was told is served"
    assert max(bucket.wait() for _ in range(1000)) == 60
    now = 200
    assert [bucket.wait(), bucket.wait()] == [0, 0.5], "and a crowd that went away is forgotten"


def test_the_throttle_says_when_to_come_again(world: World) -> None:
    with serving(world.presigner, Bucket(rate=0.1, burst=2)) as origin:
        replies = [ask(origin, old()) for _ in range(3)]
    assert [status for status, _, _ in replies] == [200, 200, 429]
    _, headers, answer = replies[-1]
    assert 1 <= int(headers["retry-after"]) <= 10
    assert answer["error"]["kind"] == "request.throttled"


def test_it_starts_from_the_top_of_the_repository() -> None:
    env = os.environ | {"OUTTRAY_BUCKET": BUCKET, "OUTTRAY_S3_ENDPOINT": "http://127.0.0.1:9"}
    command = [sys.executable, "-m", "backend.local", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as server:
        try:
            line = server.stdout.readline() if server.stdout else ""
            origin = re.fullmatch(r"presigner \(open\) at (http://127\.0\.0\.1:\d+)/ingest/new\n", line)
            assert origin, line
            status, _, answer = ask(origin[1], old())
            assert status == 200
            assert answer["url"].startswith(f"http://127.0.0.1:9/{BUCKET}/uploads/dev001/")
        finally:
            server.kill()


@pytest.mark.parametrize(
    ("env", "said"), [({"OUTTRAY_BUCKET": ""}, "OUTTRAY_BUCKET"), ({"OUTTRAY_ACCESS": "x"}, "OUTTRAY_ACCESS")]
)
def test_a_bad_environment_is_told_and_no_stack_trace(env: dict[str, str], said: str) -> None:
    env = os.environ | {"OUTTRAY_BUCKET": BUCKET} | env
    done = subprocess.run([sys.executable, "-m", "backend.local"], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
