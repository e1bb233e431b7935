"""Releases: signed, swapped in whole, a few kept; whatever is changed afterwards is named."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from generator import release
from generator.release import KEPT, Manifest, Releases
from portal.domain.findings import Refused
from portal.office import Office
from tests.county import build, everywhere, make_site, noticed_batch, office_in, published_batch, step
from tests.ledger_dump import bytes_of
from tests.workbooks import people

KEY = Ed25519PrivateKey.generate()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with office_in(tmp_path / "office") as office:
        published_batch(office, tmp_path, everywhere(6))
        build(office, make_site(office, tmp_path / "office"))
        yield office


def wrong(office: Office, tmp_path: Path) -> dict[str, str]:
    return {c.name: c.detail for c in make_site(office, tmp_path / "office").verify() if not c.ok}


def page(tmp_path: Path, pattern: str = "villages/*/2025-0001/index.html") -> Path:
    return next((tmp_path / "office" / "releases" / "current" / "site").glob(pattern))


@pytest.mark.slow
@pytest.mark.parametrize(
    "pattern",
    ["index.html", "villages/*/2025-0001/list.csv", "factors.json", "static/**/*.css", "policies/*/index.html"],
)
def test_a_flipped_byte_in_any_file_is_named_with_the_file(office: Office, tmp_path: Path, pattern: str) -> None:
    path = page(tmp_path, pattern)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    name = str(path.relative_to(tmp_path / "office" / "releases" / "current" / "site"))
    assert name in wrong(office, tmp_path)["站点文件与签名清单"]


@pytest.mark.slow
@pytest.mark.parametrize("pattern", ["villages/*/2025-0001/list.csv", "static/**/*.css", "policies/*/index.html"])
def test_what_was_tampered_with_or_lost_goes_into_no_further_release(
    office: Office, tmp_path: Path, pattern: str
) -> None:
    path = page(tmp_path, pattern)
    path.write_bytes(path.read_bytes() + b"x")
    page(tmp_path, "villages/*/2025-0001/snapshot.txt").unlink()
    build(office, make_site(office, tmp_path / "office"))
    assert wrong(office, tmp_path) == {}


@pytest.mark.slow
def test_a_missing_file_and_a_foreign_one_are_named(office: Office, tmp_path: Path) -> None:
    path = page(tmp_path, "static/**/*.css")
    kept = path.read_bytes()
    path.unlink()
    assert "缺少文件 static/" in wrong(office, tmp_path)["站点文件与签名清单"]
    path.write_bytes(kept)
    foreign = page(tmp_path).parent / "extra.html"
    foreign.write_text("x")
    assert f"多出文件 villages/{foreign.parent.parent.name}" in wrong(office, tmp_path)["站点文件与签名清单"]
    foreign.unlink()
    assert wrong(office, tmp_path) == {}


@pytest.mark.slow
def test_a_manifest_rewritten_to_fit_has_no_good_signature(office: Office, tmp_path: Path) -> None:
    current = (tmp_path / "office" / "releases" / "current").resolve()
    path = page(tmp_path)
    path.write_bytes(path.read_bytes() + b" ")
    manifest = release.read_manifest(current)
    files = {
        **manifest.files,
        str(path.relative_to(tmp_path / "office/releases/current/site")): release.file_hash(path),
    }
    forged = Manifest(manifest.release, manifest.previous, manifest.change, manifest.ledger_head, files)
    (current / "manifest.json").write_bytes(forged.text())
    assert "站点签名" in wrong(office, tmp_path)
    (current / "manifest.sig").write_bytes(KEY.sign(forged.text()))  # signed, but by another key
    assert set(wrong(office, tmp_path)) >= {"站点签名", "版本已登记"}


@pytest.mark.slow
def test_each_manifest_names_the_one_before_and_the_head_of_the_ledger(office: Office, tmp_path: Path) -> None:
    first = release.read_manifest((tmp_path / "office" / "releases" / "current").resolve())
    noticed_batch(office, tmp_path, people(6), period="2025+1")
    build(office, make_site(office, tmp_path / "office"))
    second = release.read_manifest((tmp_path / "office" / "releases" / "current").resolve())
    assert (first.previous, second.previous) == ("", first.hash)
    assert len(second.ledger_head) == 64
    assert second.ledger_head != first.ledger_head


def publish(releases: Releases, name: str, words: str = "x") -> Path:
    staging = releases.stage(name)
    (staging / "site" / "index.html").write_text(words)
    files = {"index.html": release.file_hash(staging / "site" / "index.html")}
    return releases.publish(staging, Manifest(name, "", 0, "", files), KEY)


def test_the_newest_five_are_kept(tmp_path: Path) -> None:
    releases = Releases(tmp_path)
    names = [f"2025063{number}" for number in range(9)]
    for name in names:
        publish(releases, name)
    assert sorted(path.name for path in tmp_path.iterdir() if path.name[0] == "2") == names[-KEPT:]
    assert KEPT == 5
    assert releases.current() == (tmp_path / names[-1]).resolve()


def test_what_a_killed_builder_left_behind_is_swept_away(tmp_path: Path) -> None:
    releases = Releases(tmp_path)
    (releases.stage("1") / "site" / "half.html").write_text("half")
    (tmp_path / ".current-new").symlink_to("nowhere")
    publish(releases, "2")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2", "current"]


def test_only_one_builds_at_a_time(tmp_path: Path) -> None:
    second = Releases(tmp_path).only_builder()
    with Releases(tmp_path).only_builder(), pytest.raises(Refused, match="另一个生成正在进行"):
        second.__enter__()
    with Releases(tmp_path).only_builder():
        pass


@pytest.mark.slow
def test_after_a_withdrawal_no_release_holds_what_was_withdrawn(office: Office, tmp_path: Path) -> None:
    site = make_site(office, tmp_path / "office")
    noticed_batch(office, tmp_path, people(6, start=60), period="2025+1")
    build(office, site)
    rows = [
        path.read_text("utf-8-sig").splitlines()[1]
        for path in (site.root() or tmp_path).glob("villages/*/2025-0001/list.csv")
    ]
    assert len(rows) == 5
    step(office, "2025-0001", "withdraw", "reviewer", 18, reason="公开错了")
    build(office, site)
    left = [path for path, data in bytes_of(tmp_path / "office") for row in rows if row.encode() in data]
    assert left == []
    assert len(list((tmp_path / "office" / "releases").glob("2*"))) == 1
    stone = page(tmp_path).read_text("utf-8")
    assert "已撤下" in stone
    assert not page(tmp_path).with_name("list.csv").exists()
    assert {check.name for check in site.verify() if not check.ok} == set()


@pytest.mark.slow
def test_a_release_missing_from_the_disk_does_not_stop_the_next(office: Office, tmp_path: Path) -> None:
    shutil.rmtree((tmp_path / "office" / "releases" / "current").resolve())
    site = make_site(office, tmp_path / "office")
    assert site.root() is None
    assert build(office, site).rebuilt > 10
    assert wrong(office, tmp_path) == {}


@pytest.mark.slow
def test_the_builder_says_how_far_it_is(office: Office, tmp_path: Path) -> None:
    said: list[tuple[str, int, int]] = []
    record: Callable[[str, int, int], None] = lambda words, done, total: said.append((words, done, total))  # noqa: E731
    noticed_batch(office, tmp_path, people(6), period="2025+1")
    make_site(office, tmp_path / "office").publish(office.today, record)
    assert said[0][0] == "读取台账"
    assert said[-1][0] == "签名、切换"
