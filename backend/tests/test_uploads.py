"""The rules: keys, names, members."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.tests.support.world import BODY, FRESH, IDENTITY, NOW, checksum, new, old
from outtray_presigner import uploads
from outtray_presigner.refusal import Refusal
from outtray_presigner.settings import Settings

MOST = 1000
LIMITS = uploads.Limits(MOST)


def plan(members: dict[str, Any]) -> uploads.Upload:
    return uploads.plan(members, NOW, FRESH, LIMITS)


def refused(members: dict[str, Any]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        plan(members)
    return caught.value


def test_an_old_request_gets_a_key_with_time_and_chance_in_it() -> None:
    upload = plan(old())
    assert upload.key == f"uploads/dev001/2026-01-27T10-30-00Z_{FRESH}_a.json"
    assert upload.headers == {"content-type": "application/json"}


def test_a_new_request_gets_the_key_that_follows_from_it() -> None:
    upload = plan(new())
    assert upload.key == f"uploads/dev001/2026-01-26T23-59-59Z_{IDENTITY}_a.json"
    assert upload == uploads.plan(new(), NOW.replace(year=2027), FRESH, LIMITS)
    assert upload.headers == {
        "content-type": "application/json",
        "content-length": str(len(BODY)),
        "if-none-match": "*",
        "x-amz-checksum-sha256": checksum(BODY),
    }


def test_what_is_not_known_is_not_minded() -> None:
    assert plan(old(shoe=[1], contentEncoding=None, v=None)).bound is None
    assert plan(new(contentEncoding=None, shoe={})).bound is not None
    # Without version 1 the newer members mean nothing, and a later version is answered as far as it is known here.
    assert plan(old(size="many", sha256=5)).bound is None
    assert plan(new(v=2)).bound is None


@pytest.mark.parametrize("device", ["a", "dev001", "A.b_c-9", "x" * 64])
def test_devices(device: str) -> None:
    assert plan(old(deviceId=device)).key.startswith(f"uploads/{device}/")


@pytest.mark.parametrize(
    "device",
    [
        "",
        ".",
        "..",
        "....",
        "a/b",
        "../x",
        "%2e%2e",
        "a b",
        "ä",
        "a\n",
        "dev001\n",
        "a\\b",
        "\u202ea",
        "x" * 65,
        None,
        5,
        ["a"],
        True,
    ],
)
def test_devices_that_are_none(device: object) -> None:
    refusal = refused(old(deviceId=device))
    assert (refusal.status, refusal.kind) == (400, "request.invalid")
    assert "deviceId" in refusal.message


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("filename", ""),
        ("filename", None),
        ("filename", 7),
        ("filename", ["a.json"]),
        ("filename", "x" * 1025),
        ("v", "1"),
        ("v", True),
        ("v", 1.0),
        ("v", [1]),
        ("size", None),
        ("size", "18"),
        ("size", 18.0),
        ("size", True),
        ("size", -1),
        ("sha256", None),
        ("sha256", "AB" * 32),
        ("sha256", "ab" * 31),
        ("sha256", "ab" * 32 + "\n"),
        ("idempotencyKey", None),
        ("idempotencyKey", "1"),
        ("idempotencyKey", IDENTITY.upper()),
        ("idempotencyKey", "{" + IDENTITY + "}"),
        ("idempotencyKey", IDENTITY.replace("-", "")),
        ("idempotencyKey", "../../../../../../../../../../../../"),
        ("createdAt", None),
        ("createdAt", 20260127103000),
        ("createdAt", "2026-01-27T10:30:00Z"),
        ("createdAt", "20260230T000000Z"),
        ("createdAt", "00000101T000000Z"),
        ("createdAt", "19691231T235959Z"),
        ("createdAt", "20260127T10300٠Z"),
    ],
)
def test_a_member_of_the_wrong_form_is_named(member: str, value: object) -> None:
    refusal = refused(new(**{member: value}))
    assert (refusal.status, refusal.kind) == (400, "request.invalid")
    assert refusal.message.startswith(member)


def test_sizes() -> None:
    assert plan(new(size=MOST)).headers["content-length"] == str(MOST)
    assert plan(new(size=0)).headers["content-length"] == "0"
    refusal = refused(new(size=MOST + 1))
    assert (refusal.status, refusal.kind) == (413, "upload.too_large")
    assert refused(new(size=10**4000)).status == 413


@pytest.mark.parametrize(
    "name",
    [
        "conversation_123.json",
        "a b+c&d=e;f@g,h$i!j'(k)*.json",
        "100%.json",
        "é è 日本語 עברית.json",
        "👩‍👩‍👧 🚀.json",
        ".hidden.json",
        "no extension",
        "x" * 250 + ".json",
    ],
)
def test_plain_names_stay_as_they_are(name: str) -> None:
    assert uploads.safe_name(name, 255) == name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../a.json", "___a.json"),
        ("..", "__"),
        ("a...json", "a__.json"),
        ("/etc/passwd", "_etc_passwd"),
        ("..\\..\\a.json", "______a.json"),
        ("%2e%2e%2fa.json", "_2e_2e_2fa.json"),
        ("a%00.json", "a_00.json"),
        ("a\r\nb\x00c\x7f\x85.json", "a__b_c__.json"),
        ("photo\u202enosj.exe", "photo_nosj.exe"),
        ("\u200f\u200eabc\u2066.json", "__abc_.json"),
        ("\ufeffa\u2028b.json", "_a_b.json"),
        ("\ud800.json", "_.json"),
        ("\uffff\ufdd0\U0001fffe.json", "___.json"),
        ("x" * 300 + ".json", "x" * 250 + ".json"),
        ("é" * 200 + ".json", "é" * 125 + ".json"),
        ("x" * 300, "x" * 255),
        ("x" * 249 + "." + "y" * 20 + ".json", "x" * 249 + ".json"),
    ],
)
def test_odd_names_are_made_safe(name: str, safe: str) -> None:
    assert uploads.safe_name(name, 255) == safe


@given(st.text(st.characters(categories=None), min_size=1, max_size=1024), st.booleans())
@example("." * 1024, True)
@example("%" * 300 + "2e" * 300, False)
@example("\U0010ffff" * 300, True)
def test_any_name_becomes_one_visible_segment(name: str, is_new: bool) -> None:
    key = plan((new if is_new else old)(filename=name)).key
    prefix, _, last = key.rpartition("/")
    assert prefix == "uploads/dev001"
    assert ".." not in key
    assert "\\" not in key
    assert not uploads.ESCAPE.search(key)
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in key)
    assert len(key.encode()) <= 1024
    assert uploads.safe_name(last[58:], 255) == last[58:], "what is safe stays"


@given(st.dictionaries(st.sampled_from(list(new())), st.none() | st.integers() | st.text() | st.lists(st.none())))
def test_any_value_is_answered(members: dict[str, Any]) -> None:
    try:
        upload = plan(new() | members)
    except Refusal as refusal:
        assert refusal.status in (400, 413)
    else:
        assert upload.key.startswith("uploads/")


def test_a_server_that_keeps_files_takes_shorter_names() -> None:
    limits = Settings("b", endpoint="http://127.0.0.1:9000").limits
    key = uploads.plan(old(filename="é" * 300 + ".json"), NOW, FRESH, limits).key
    assert len(key.rpartition("/")[2].encode()) == 255
    assert key.endswith("é.json")
