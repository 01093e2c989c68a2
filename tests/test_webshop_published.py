"""Published files at full size: streamed, prepared on disk, and never trusted."""

from __future__ import annotations

import errno
import gzip
import json
import os
import pickle
import random
import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from webshop_files import write_files
from webshop_shops import ATTRIBUTES, HUMAN, ITEMS, item, published_files, traces, values

from rememberer_lite.envs.webshop import Catalogue, WebShopEnv
from rememberer_lite.envs.webshop.products import CatalogueError
from rememberer_lite.envs.webshop.published import container, prepare, stream

Files = tuple[Path, Path, Path]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return write_files(tmp_path_factory.mktemp("files"), 300, instructions=40)


@pytest.fixture
def files(written: Files, tmp_path: Path) -> Files:
    """Files of our own to a test, with nothing prepared."""
    first, second, third = (Path(shutil.copy2(path, tmp_path)) for path in written)
    return first, second, third


def tiny_files(folder: Path, **contents: Any) -> Files:
    paths = []
    for name, value in {"items": ITEMS, "attributes": ATTRIBUTES, "human": HUMAN}.items():
        path, value = folder / f"{name}.json", contents.get(name, value)
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        path.write_bytes(data)
        paths.append(path)
    return paths[0], paths[1], paths[2]


def opened(files: Files, human: bool = True, seed: int = 0) -> Catalogue:
    return Catalogue.from_files(
        files[0], files[1], files[2] if human else None, seed, index=True, progress=False
    )


def in_memory(files: Files, human: bool = True, seed: int = 0) -> Catalogue:
    return Catalogue.from_files(
        files[0], files[1], files[2] if human else None, seed, index=False, progress=False
    )


def prepared_file(files: Files) -> Path:
    (path,) = files[0].parent.glob("*.prepared")
    return path


QUERIES = ("hair mask", "red mug clay", "the of", "<q> hair mask", "<c> beauty", "<c> x", "<r>")


def same(one: Catalogue, other: Catalogue) -> bool:
    queries = [*QUERIES, *(goal.instruction for goal in one.goals[:20])]
    return (
        list(one.products) == list(other.products)
        and list(one.goals) == list(other.goals)
        and one.fingerprint == other.fingerprint
        and one.left_out == other.left_out
        and all(
            one.search(query, random.Random(3)) == other.search(query, random.Random(3))
            for query in queries
        )
    )


# -- the same shop -------------------------------------------------------------------------------


@pytest.mark.parametrize("human", [True, False])
@pytest.mark.parametrize("seed", [0, 5])
def test_a_prepared_catalogue_is_the_one_in_memory(files: Files, human: bool, seed: int) -> None:
    plain = in_memory(files, human, seed)
    assert not list(files[0].parent.glob("*.prepared"))
    for _ in range(2):
        assert same(opened(files, human, seed), plain)
    assert len(list(files[0].parent.glob("*.prepared"))) == 1
    assert not list(files[0].parent.glob("*.tmp"))


def test_difficult_texts_survive(tmp_path: Path) -> None:
    odd = item("B0ODD00001", 'a "b" \n\t\\ ü 🍵 half', query="q\nr", category="x\ny")
    files = tiny_files(tmp_path, items=[*ITEMS, odd, item("nan", "x"), item("B0MUG00001", "y")])
    shop, plain = opened(files), in_memory(files)
    assert same(shop, plain)
    assert sum(shop.left_out.values()) == 2
    assert shop.search("<q> q\nr") == shop.search("<c> x\ny") == (shop.products[-1],)


def test_gzip_and_plain_files_are_one_shop(files: Files, tmp_path: Path) -> None:
    folder = tmp_path / "packed"
    folder.mkdir()
    packed = [folder / f"{path.name}.gz" for path in files]
    for path, target in zip(files, packed, strict=True):
        target.write_bytes(gzip.compress(path.read_bytes()))
    plain = in_memory(files)
    both: Files = (packed[0], packed[1], packed[2])
    assert same(opened(both), plain)
    assert same(in_memory(both), plain)


def test_small_files_are_not_prepared_and_large_ones_are(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    Catalogue.from_files(*files)
    assert not list(files[0].parent.glob("*.prepared"))
    monkeypatch.setattr("rememberer_lite.envs.webshop.catalogue._LARGE", 1000)
    Catalogue.from_files(*files, progress=False)
    assert prepared_file(files).is_file()


def test_the_recorded_shop_ranks_as_before(reference_data: Path, tmp_path: Path) -> None:
    first, second, third = (
        Path(shutil.copy(path, tmp_path)) for path in published_files(reference_data)
    )
    shop, recorded = opened((first, second, third)), traces(reference_data)
    assert [goal.instruction for goal in shop.goals] == [
        goal["instruction_text"] for goal in recorded["goals"]
    ]
    for query, hits in recorded["search"].items():
        assert [product.asin for product in shop.search(query)] == [asin for asin, _ in hits]


def test_the_second_time_the_items_are_not_read(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = opened(files)
    monkeypatch.setattr(prepare, "entries", lambda *_: pytest.fail("the items were read again"))
    again = opened(files)
    assert again.search("hair mask") == shop.search("hair mask")
    with pytest.raises(pytest.fail.Exception, match="read again"):
        opened(files, seed=1)  # other prices: another file


def test_an_environment_plays_and_a_worker_opens_it_again(files: Files) -> None:
    shop, plain = opened(files), in_memory(files)
    sent = pickle.loads(pickle.dumps(shop))
    assert len(pickle.dumps(shop)) < 2000
    for env in (WebShopEnv(sent), WebShopEnv(shop)):
        env.reset(options={"goal": 3})
        other = WebShopEnv(plain)
        other.reset(options={"goal": 3})
        for action in (f"search[{plain.goals[3].product.title}]", "click[buy now]"):
            assert env.step(action) == other.step(action)
        code = env.step("search[mask]")[4]["actions"][2]
        other.step("search[mask]")
        for action in (f"click[{code}]", "click[buy now]"):
            assert env.step(action) == other.step(action)


# -- stale, from elsewhere, damaged: built again -------------------------------------------------


def rebuilt(files: Files, caplog: pytest.LogCaptureFixture, why: str) -> Catalogue:
    caplog.clear()
    shop = opened(files)
    assert why in caplog.text
    caplog.clear()
    opened(files)
    assert not caplog.text  # and kept
    assert same(shop, in_memory(files))
    return shop


def test_changed_files_are_read_again(files: Files, caplog: pytest.LogCaptureFixture) -> None:
    opened(files)
    for path in files:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("hair", "hare", 1), encoding="utf-8")  # of the same length
        rebuilt(files, caplog, "made from other files")


def test_large_files_are_told_by_samples(
    files: Files, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "_WHOLE", 0)
    opened(files)
    opened(files)
    assert not caplog.text
    data = bytearray(files[0].read_bytes())
    data[-100:-90] = b" " * 10
    files[0].write_bytes(files[0].read_bytes().replace(b"hair", b"hare"))
    rebuilt(files, caplog, "made from other files")


def test_another_shops_file_is_not_used(
    files: Files, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    other = write_files(folder, 200, seed=1, instructions=20)
    opened(other)
    opened(files)
    shutil.copy(prepared_file(other), prepared_file(files))
    rebuilt(files, caplog, "made from other files")


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"{}", b"[]", b"\x80\x04" + pickle.dumps(print), b"\xff" * 70_000, b"[" * 65_536],
    ids=["empty", "line", "object", "list", "pickle", "bytes", "deep"],
)
def test_what_is_no_prepared_file_is_replaced(
    files: Files, data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    opened(files)
    prepared_file(files).write_bytes(data)
    rebuilt(files, caplog, "damaged")


def test_any_changed_byte_is_noticed(files: Files, caplog: pytest.LogCaptureFixture) -> None:
    opened(files)
    path = prepared_file(files)
    whole = path.read_bytes()
    used = len(whole[: container.HEADER].rstrip())
    sections = container.Container(path, prepare.Sources(*files, 0).made_from())._sections
    places = [number * used // 9 for number in range(9)]
    places += [section["start"] + section["length"] // 2 for section in sections.values()]
    assert len(places) > 20
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 0x20
        path.write_bytes(changed)
        with pytest.raises(container.UnfitError):
            container.Container(path, prepare.Sources(*files, 0).made_from())
    for length in (container.HEADER, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(container.UnfitError):
            container.Container(path, prepare.Sources(*files, 0).made_from())
    rebuilt(files, caplog, "damaged")


def forge(path: Path, name: str, change: Callable[[Any], Any], kind: str) -> None:
    """Change a section, and all checksums with it, as somebody would who means harm."""
    data = bytearray(path.read_bytes())
    header = json.loads(bytes(data[: container.HEADER]))
    section = header["sections"][name]
    place = slice(section["start"], section["start"] + section["length"])
    array = np.frombuffer(bytes(data[place]), kind).copy()
    data[place] = change(array).astype(kind).tobytes()
    section["crc"] = zlib.crc32(bytes(data[place]))
    header.pop("crc")
    header = {"crc": container._crc(header), **header}
    data[: container.HEADER] = json.dumps(header).encode().ljust(container.HEADER)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("name", "change", "kind"),
    [
        ("owners", lambda a: a + 1_000_000, "<i4"),
        ("owners", lambda a: a - 1_000_000, "<i4"),
        ("starts", lambda a: a[::-1], "<i8"),
        ("starts", lambda a: a + 5, "<i8"),
        ("by_code", lambda a: a * 0 - 1, "<i4"),
        ("queries", lambda a: a + 500, "<i4"),
        ("products_ends", lambda a: a * 0 + 7, "<i8"),
        ("goals_ends", lambda a: a + 10_000_000, "<i8"),
        ("terms", lambda a: a * 0 + 10, "|u1"),
        ("terms", lambda a: a * 0 + 255, "|u1"),
        ("query_names", lambda a: a * 0 + 91, "|u1"),
    ],
)
def test_a_forged_file_is_built_again(
    files: Files,
    name: str,
    change: Callable[[Any], Any],
    kind: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    opened(files)
    forge(prepared_file(files), name, change, kind)
    rebuilt(files, caplog, "damaged")


def test_a_damaged_line_of_a_large_file_is_an_error_when_it_is_read(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(files)
    path = prepared_file(files)
    data = bytearray(path.read_bytes())
    data[container.HEADER + 20] ^= 1
    path.write_bytes(data)
    monkeypatch.setattr(container, "_CHECKED_AT_ONCE", 0)
    shop = opened(files)
    assert shop.products[1].title
    with pytest.raises(CatalogueError, match="line 1: delete it"):
        _ = shop.products[0]


Obstacle = Callable[[Path, pytest.MonkeyPatch], object]


def full_at(name: str) -> Obstacle:
    """A disk that is full at one of the system's calls."""

    def full(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return lambda place, patch: patch.setattr(name, full)


def limited(place: Path, patch: pytest.MonkeyPatch) -> None:
    """A disk that takes the first 70,000 bytes of a file."""
    resource = pytest.importorskip("resource")
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (70_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    )


@pytest.fixture
def any_size() -> Iterator[None]:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


OBSTACLES: dict[str, tuple[Obstacle, str]] = {
    "a folder of that name": (lambda place, _: (place / "inner").mkdir(parents=True), "a folder"),
    "a pipe of that name": (lambda place, _: os.mkfifo(place), "not a regular file"),
    "a link to itself": (lambda place, _: place.symlink_to(place), "cannot write"),
    "a full disk at the end": (full_at("os.fsync"), "No space left.*make room"),
    "a full disk on the way": (limited, "cannot write .*File too large"),
    "no right to replace it": (full_at("pathlib.Path.replace"), "No space left.*make room"),
}


@pytest.mark.usefixtures("any_size")
@pytest.mark.skipif(sys.platform == "win32", reason="pipes and limits of POSIX")
@pytest.mark.parametrize("name", OBSTACLES)
def test_a_prepared_file_that_cannot_be_written_is_said_and_all_is_kept_in_memory(
    files: Files, name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    put, said = OBSTACLES[name]
    place = prepare.Sources(*files, 0).place
    put(place, monkeypatch)
    before = {path.name for path in place.parent.iterdir()}
    shop = opened(files)
    assert re.search(f"{said}.*; until then all is kept in memory", caplog.text, re.DOTALL)
    assert {path.name for path in place.parent.iterdir()} == before
    assert same(shop, in_memory(files))


def test_what_a_killed_build_left_goes_with_the_next(files: Files) -> None:
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from rememberer_lite.envs.webshop import Catalogue\n"
        "os.fsync = lambda file: os._exit(9)\n"
        "Catalogue.from_files(*map(Path, sys.argv[1:]), index=True, progress=False)\n"
    )
    for _ in range(2):
        command = [sys.executable, "-c", code, *map(str, files)]
        assert subprocess.run(command, check=False).returncode == 9
    assert len(list(files[0].parent.glob(".*.tmp"))) == 1
    opened(files)
    assert not list(files[0].parent.glob(".*.tmp"))


@pytest.mark.parametrize("length", [236, 240, 250, 255])
def test_a_long_name_of_the_items_is_no_obstacle(
    files: Files, length: int, caplog: pytest.LogCaptureFixture
) -> None:
    items = files[0].rename(files[0].with_name("i" * (length - 5) + ".json"))
    assert same(opened((items, *files[1:])), in_memory((items, *files[1:])))
    assert not caplog.text


def test_a_build_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    files = tiny_files(tmp_path, items=[*ITEMS, item("B0BAD00000", "x", pricing="$")])
    with pytest.raises(CatalogueError):
        opened(files)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "attributes.json", "human.json", "items.json",
    ]  # fmt: skip


# -- streaming -----------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [1, 2, 3, 7, 64, 100_000])
def test_the_parts_in_which_a_file_is_read_make_no_difference(
    tmp_path: Path, part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "_PART", part)
    held = [1.25, -30, 'ü 🍵 \\ " [', {"a": [None, True]}, [], "", 1e-7, item("B0", "x")]
    for number, indent in enumerate((None, 1)):
        path = tmp_path / f"list{number}"
        path.write_text(f"\ufeff \n{json.dumps(held, indent=indent)} ", encoding="utf-8")
        assert list(stream.entries(path)) == held
        keyed = {f"k{at} ü": value for at, value in enumerate(held)}
        path.write_text(json.dumps(keyed, indent=indent, ensure_ascii=False), encoding="utf-8")
        assert dict(stream.pairs(path)) == keyed
        path.write_text("{" + json.dumps(keyed)[1:-1] + " " * (number + 1) + "}", encoding="utf-8")
        assert dict(stream.pairs(path)) == keyed
        path.write_text("[]")
        assert list(stream.entries(path)) == []


# -- crafted inputs ------------------------------------------------------------------------------


def price(text: str) -> list[Any]:
    return [*ITEMS, item("B0BAD00000", "x", pricing=text)]


def options(groups: Any) -> list[Any]:
    return [*ITEMS, item("B0BAD00000", "x", customization_options=groups)]


#: large ones are made where they are used: collecting the tests stays fast
LARGE: dict[str, Callable[[], bytes]] = {
    "spaces": lambda: gzip.compress(b"[" + b" " * 40_000_000 + b"]", mtime=0),
    "zeros": lambda: gzip.compress(b"\0" * 50_000_000, mtime=0),
    "a long line": lambda: gzip.compress(long_line(), 1, mtime=0),
}


def long_line() -> bytes:
    return b'[{"asin": "B0MUG00001", "name": "' + b"x" * 200_000_000 + b'"}]'


@pytest.mark.parametrize("index", [True, False])
@pytest.mark.parametrize(
    ("items", "says"),
    [
        (price("$"), ["items.json", "B0BAD00000", "'$'", '"$12.50"']),
        (price("$1.2.3"), ["B0BAD00000", "'$1.2.3'"]),
        (price("$" + "9" * 400), ["B0BAD00000", "cannot be read"]),
        (options({"Size": [{}]}), ["B0BAD00000", "value is missing"]),
        (options({"Size": [{"value": None}]}), ["B0BAD00000", "value should be a text"]),
        (options({"Size": "red"}), ["B0BAD00000", "should be a list"]),
        ([1], ["items.json", "entry 0"]),
        (b"[]", ["items.json"]),
        (b"{}", ["items.json", "list of products"]),
        (b"[1, 2", ["items.json"]),
        (b"[,1]", ["items.json", "restore"]),
        (b"[] []", ["items.json", "something follows"]),
        (json.dumps(ITEMS).encode() + b"]", ["items.json", "something follows"]),
        (json.dumps(ITEMS).encode()[:-1] + b" {}]", ["items.json", "comma"]),
        (json.dumps(ITEMS).encode()[:-1] + b",]", ["items.json", "Expecting value"]),
        (json.dumps(ITEMS).encode()[:-30], ["items.json", "restore"]),
        (b"\xff\xfe", ["items.json", "restore"]),
        (b"", ["items.json", "restore"]),
        (b'[{"asin": NaN}]', ["items.json"]),
        (gzip.compress(json.dumps(ITEMS).encode(), mtime=0)[:-20], ["items.json", "gzip"]),
        (gzip.compress(b"[", mtime=0) + b"junk", ["items.json"]),
        ("spaces", ["items.json", "32,000,000 bytes without an entry"]),
        ("zeros", ["items.json"]),
        ("a long line", ["items.json", "32,000,000 bytes without an entry"]),
        (b"[" * 200_000, ["items.json", "more than 64 lists and objects are nested"]),
        (b'[{"asin": ' + b"[" * 80 + b"]" * 80 + b"}]", ["items.json", "more than 64 lists"]),
        (b'[{"asin": "B0", "asin": "B1"}]', ["items.json", "the key 'asin' appears twice"]),
        (b'[{"asin": ' + b"9" * 40 + b"}]", ["items.json", "more than 30 digits"]),
        (b'[{"asin": 1e400}]', ["items.json", "too large a number"]),
        (json.dumps(ITEMS).encode("utf-16"), ["items.json", "restore"]),
        (gzip.compress(gzip.compress(b"[]", mtime=0), mtime=0), ["items.json", "restore"]),
        (price("$nan"), ["B0BAD00000", "cannot be read"]),
        (options([]), ["B0BAD00000", "customization_options"]),
    ],
)  # fmt: skip
def test_crafted_items_are_an_error_that_names_the_file(
    tmp_path: Path, items: Any, says: list[str], index: bool
) -> None:
    files = tiny_files(tmp_path, items=LARGE[items]() if isinstance(items, str) else items)
    with pytest.raises(CatalogueError) as raised:
        (opened if index else in_memory)(files)
    for text in says if index else says[:1]:
        assert text in str(raised.value)
    assert len(str(raised.value)) < 1200
    assert len(list(tmp_path.iterdir())) == 3


def test_a_long_line_in_a_plain_file_is_refused(tmp_path: Path) -> None:
    files = tiny_files(tmp_path, items=long_line())
    with pytest.raises(CatalogueError, match="without an entry"):
        Catalogue.from_files(*files, progress=False)


@pytest.mark.parametrize("place", [1, 2])
@pytest.mark.parametrize("data", [b"{", b"[]", b"{}", b"\0", b'{"B0MUG00001": 5}', b"5"])
def test_crafted_annotations_are_an_error(tmp_path: Path, place: int, data: bytes) -> None:
    files = tiny_files(tmp_path, **{("", "attributes", "human")[place]: data})
    with pytest.raises(CatalogueError) as raised:
        opened(files)
    assert files[place].name in str(raised.value)


@pytest.mark.parametrize("place", [1, 2])
@pytest.mark.parametrize("read", [opened, in_memory])
def test_annotations_of_one_product_twice_are_an_error(
    tmp_path: Path, place: int, read: Callable[[Files], Catalogue]
) -> None:
    data = b'{"B0MUG00001": {}, "B0TEA00001": {}, "B0MUG00001": {}}'
    files = tiny_files(tmp_path, **{("", "attributes", "human")[place]: data})
    with pytest.raises(CatalogueError, match="the key 'B0MUG00001' appears twice"):
        read(files)


def test_options_without_values_are_left_out(tmp_path: Path) -> None:
    empty = item("B0NONE0000", "x", customization_options={"A": [], "B": None, "C": values("c")})
    shop = opened(tiny_files(tmp_path, items=[*ITEMS, empty]))
    assert dict(shop.products[-1].options) == {"c": ("c",)}


def test_a_checksum_is_compared(files: Files) -> None:
    digest = sha256(files[0].read_bytes()).hexdigest()
    for index in (True, False):
        Catalogue.from_files(*files, index=index, progress=False, checksum=digest.upper())
        with pytest.raises(CatalogueError, match="download it again"):
            Catalogue.from_files(*files, index=index, checksum="0" * 64)


def test_a_missing_file_is_named(files: Files) -> None:
    for path in files:
        kept = path.read_bytes()
        path.unlink()
        with pytest.raises(CatalogueError, match="WebShop project") as raised:
            opened(files)
        assert path.name in str(raised.value)
        path.write_bytes(kept)


def test_what_is_no_file_is_refused_at_once(tmp_path: Path, files: Files) -> None:
    with pytest.raises(CatalogueError, match="not a regular file"):
        Catalogue.from_files(tmp_path, files[1])
    with pytest.raises(CatalogueError, match="catalogue file"):
        Catalogue.from_files("a\0b", files[1])
