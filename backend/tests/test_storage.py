"""Signatures: what the URL binds, and where it leads."""

from __future__ import annotations

from uuid import UUID

import pytest

from backend.tests.support.world import BUCKET, FRESH, NOW, Url, World, new, old
from outtray_presigner.settings import Settings
from outtray_presigner.storage import Storage
from outtray_presigner.uploads import Limits, Upload, plan


@pytest.mark.parametrize("region", ["us-west-2", "us-east-1", "eu-west-1", "ap-southeast-5"])
def test_the_host_is_the_buckets_own_in_its_region(region: str) -> None:
    url = Url(Storage(Settings(BUCKET, region=region)).presign(plan(old(), NOW, FRESH, Limits(100))))
    assert url.text.startswith("https://")
    assert url.host == f"{BUCKET}.s3.{region}.amazonaws.com"
    assert url.query("X-Amz-Algorithm") == "AWS4-HMAC-SHA256"
    assert url.query("X-Amz-Expires") == "300"
    assert f"/{region}/s3/aws4_request" in url.query("X-Amz-Credential")


def test_an_old_url_binds_the_type_alone(world: World) -> None:
    url = Url(world.send(old())[1]["url"])
    assert url.signed == ["content-type", "host"]


def test_a_new_url_binds_all_that_it_tells_the_client(world: World) -> None:
    answer = world.send(new())[1]
    url = Url(answer["url"])
    assert sorted(url.signed) == sorted([*answer["headers"], "host"])
    assert "crc32" not in url.text.lower()
    assert url.path == f"/{answer['key']}"


@pytest.mark.parametrize("name", ["a b+c%&?#[]{}.json", "é 日本 🚀.json", "x'(1)*!~.json", "%2e%2e", "a=b;c@d:$,.json"])
def test_the_path_is_the_key_whatever_the_name(world: World, name: str) -> None:
    answer = world.send(new(filename=name))[1]
    assert Url(answer["url"]).path == f"/{answer['key']}"


def test_another_server_is_reached_as_it_was_named() -> None:
    storage = Storage(Settings(BUCKET, endpoint="http://127.0.0.1:9000"))
    url = Url(storage.presign(Upload("uploads/dev001/a.json")))
    assert (url.host, url.path) == ("127.0.0.1:9000", f"/{BUCKET}/uploads/dev001/a.json")


def test_a_library_that_forgets_a_condition_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = Storage(Settings(BUCKET))
    honest = storage._client.generate_presigned_url

    def forgetful(name: str, Params: dict[str, object], ExpiresIn: int) -> str:  # noqa: N803 - boto3's names
        return honest(name, Params={k: v for k, v in Params.items() if k != "IfNoneMatch"}, ExpiresIn=ExpiresIn)

    monkeypatch.setattr(storage._client, "generate_presigned_url", forgetful)
    assert storage.presign(plan(old(), NOW, FRESH, Limits(100)))
    with pytest.raises(RuntimeError, match="did not sign"):
        storage.presign(plan(new(), NOW, UUID(int=0), Limits(100)))
