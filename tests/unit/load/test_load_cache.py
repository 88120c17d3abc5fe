"""The cache: what was put comes back, and nothing else ever does."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from stdrules.load import cache as module
from stdrules.load.cache import Cache, cache_key

BODY = bytes(range(256)) * 10


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "deep" / "cache")


def entry(cache):
    (path,) = cache.folder.glob("*.bin")
    return path


def test_what_was_put_comes_back(cache):
    assert cache.get("k") is None
    assert cache.put("k", BODY)
    assert cache.get("k") == BODY
    assert cache.put("k", b"") and cache.get("k") == b""
    assert cache.get("other") is None
    assert [p.suffix for p in cache.folder.iterdir()] == [".bin"]


def test_every_truncation_and_every_flipped_byte_counts_as_absent(cache):
    cache.put("k", b"some body")
    path = entry(cache)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert cache.get("k") is None
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert cache.get("k") is None
    path.write_bytes(whole + b"x")
    assert cache.get("k") is None
    path.write_bytes(whole)
    assert cache.get("k") == b"some body"


def test_an_entry_of_another_key_is_not_taken(cache):
    cache.put("a", BODY)
    entry(cache).rename(cache._path("b"))
    assert cache.get("b") is None


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="no users on this system")
@pytest.mark.parametrize("mode", [0o666, 0o620])
def test_an_entry_that_others_can_write_is_not_taken(cache, mode):
    cache.put("k", BODY)
    entry(cache).chmod(mode)
    assert cache.get("k") is None


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="no users on this system")
def test_a_folder_that_others_can_write_is_not_read(cache):
    cache.put("k", BODY)
    cache.folder.chmod(0o777)
    assert cache.get("k") is None


def test_a_link_is_not_followed(cache, tmp_path):
    cache.put("k", BODY)
    path = entry(cache)
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert cache.get("k") is None


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    cache = Cache(tmp_path / "file" / "cache")
    assert not cache.put("k", BODY)
    assert cache.get("k") is None


def test_a_failed_write_leaves_nothing_behind(cache, monkeypatch):
    cache.put("k", b"old")

    def refuse(*_):
        raise OSError(28, "no space left")

    monkeypatch.setattr(module.os, "replace", refuse)
    assert not cache.put("k", b"new")
    assert cache.get("k") == b"old"
    assert len(list(cache.folder.iterdir())) == 1


def test_an_entry_that_is_too_large_is_not_written(cache, monkeypatch):
    monkeypatch.setattr(module, "MAX_ENTRY", 100)
    assert not cache.put("k", b"x" * 100)
    assert cache.get("k") is None


def test_the_key_depends_on_the_code_and_on_where_parts_end(monkeypatch):
    before = cache_key("a", "bc")
    assert before == cache_key("a", "bc") != cache_key("ab", "c")
    monkeypatch.setattr(module, "code_stamp", lambda: "other code")
    assert cache_key("a", "bc") != before


def test_the_key_is_the_same_in_another_process():
    program = "from stdrules.load.cache import cache_key; print(cache_key('a'))"
    seeds = ("0", "1")
    keys = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in seeds
    }
    assert keys == {cache_key("a")}
