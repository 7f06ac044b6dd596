"""The typer's model file and fitting: form, size, determinism, calibration."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from spacy.language import Language
from spacy.vocab import Vocab

from tasks.annotate.events.confidence import FACTORS, logistic
from tasks.annotate.events.lexicon.load import load_lexicon
from tasks.annotate.events.typer.features import BUCKETS, VECTOR_GROUPS, PairFeatures
from tasks.annotate.events.typer.model import (
    FORMAT,
    LABELS,
    MODEL_FILE,
    NO_DATE,
    VECTOR_WIDTH,
    TyperModel,
    bind,
    model_bytes,
    probabilities,
    read_model,
)
from tasks.annotate.training.examples import digest, read_examples
from tasks.annotate.training.fit import fit_logistic, fit_temperature, minimise

MOST_BYTES = 5_000_000
ENOUGH = 100


@pytest.fixture(scope="module")
def shipped() -> TyperModel:
    return read_model(MODEL_FILE.read_bytes())


def small_model(labels: tuple[str, ...] = LABELS) -> TyperModel:
    rows = np.zeros(BUCKETS, dtype=np.int32)
    rows[[5, 70]] = [1, 2]
    weights = np.zeros((3, len(LABELS)), dtype=np.float32)
    weights[1, 0], weights[2, 1] = 2.0, -1.0
    vectors = np.zeros((VECTOR_GROUPS * VECTOR_WIDTH, len(LABELS)), dtype=np.float32)
    meta = {"format": FORMAT, "labels": list(labels), "version": "0", "temperature": 1.0}
    return TyperModel(meta, rows, weights, vectors)


def test_the_shipped_model_is_small_and_says_where_it_is_from(shipped: TyperModel) -> None:
    assert MODEL_FILE.stat().st_size < MOST_BYTES
    assert "MIT" in shipped.meta["licence"]
    assert len(shipped.meta["data_sha256"]) == 64
    assert len(shipped.version) == 8


def test_the_shipped_model_was_built_from_the_examples_of_the_repository(shipped: TyperModel) -> None:
    assert shipped.meta["examples_sha256"] == digest(read_examples()), "examples changed: run `make model`"


def test_a_model_file_reads_back_and_gives_the_same_bytes_again() -> None:
    data = model_bytes(small_model())
    again = read_model(data)
    assert model_bytes(again) == data
    assert again.weights[again.rows[5], 0] == pytest.approx(2.0, rel=0.01)
    assert again.rows[6] == 0


def test_a_model_file_holds_no_clock() -> None:
    with zipfile.ZipFile(io.BytesIO(model_bytes(small_model()))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {NO_DATE}
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}


def test_a_model_for_other_labels_is_refused() -> None:
    with pytest.raises(ValueError, match="make model"):
        read_model(model_bytes(small_model(labels=("AGREE", "NONE"))))


def test_logits_add_up_the_weights_of_the_features() -> None:
    typer = bind(small_model(), Vocab(), load_lexicon())
    nothing: tuple[tuple[int, ...], ...] = ((),) * VECTOR_GROUPS
    found = typer.logits([PairFeatures((5, 70), (1.0, 0.5), nothing), PairFeatures((6,), (1.0,), nothing)])
    assert found[0, 0] == pytest.approx(2.0, rel=0.01)
    assert found[0, 1] == pytest.approx(-0.5, rel=0.01)
    assert not found[1].any()
    assert probabilities(found).sum(axis=1) == pytest.approx([1.0, 1.0])


def test_word_vectors_count_at_length_one_and_unknown_words_as_zero(nlp: Language) -> None:
    model = replace(small_model(), vectors=np.ones((VECTOR_GROUPS * VECTOR_WIDTH, len(LABELS)), dtype=np.float32))
    typer = bind(model, nlp.vocab, load_lexicon())
    key = nlp.vocab.strings["attack"]
    vector = np.asarray(nlp.vocab[key].vector)
    wanted = float(vector.sum() / np.linalg.norm(vector))
    found = typer.logits([PairFeatures((6,), (1.0,), ((key,), (), ())), PairFeatures((6,), (1.0,), ((key, 1), (), ()))])
    assert found[0, 0] == pytest.approx(wanted, rel=1e-3)
    assert found[1, 0] == pytest.approx(wanted / 2, rel=1e-3)


TRAINING = """
import hashlib
from tasks.annotate.events.lexicon.load import load_lexicon
from tasks.annotate.pipeline import load_pipeline
from tasks.annotate.training.examples import frame_examples, read_examples
from tasks.annotate.training.train import train
lexicon = load_lexicon()
data, _ = train(load_pipeline(), lexicon, [*read_examples()[::60], *frame_examples(lexicon)[::40]], rounds=6)
print(hashlib.sha256(data).hexdigest())
"""


@pytest.mark.slow
def test_training_twice_gives_the_same_bytes_whatever_the_hash_seed(root: Path) -> None:
    def trained(seed: str) -> str:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", TRAINING],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip().splitlines()[-1]

    first = trained("1")
    assert len(first) == 64
    assert trained("2") == first


def test_minimise_finds_the_bottom_of_a_bowl() -> None:
    bottom = np.array([3.0, -2.0, 0.5])
    scale = np.array([1.0, 10.0, 100.0])
    found = minimise(
        lambda x: (float((scale * (x - bottom) ** 2).sum()), 2 * scale * (x - bottom)), np.zeros(3), rounds=200
    )
    assert found == pytest.approx(bottom, abs=1e-2)


def test_a_logistic_model_learns_how_often_a_factor_is_right() -> None:
    inputs = np.array([[1.0]] * 100 + [[0.0]] * 100)
    right = np.array([1.0] * 90 + [0.0] * 10 + [1.0] * 40 + [0.0] * 60)
    weights = fit_logistic(inputs, right, penalty=0.01)
    assert 1 / (1 + np.exp(-weights.sum())) == pytest.approx(0.9, abs=0.01)
    assert 1 / (1 + np.exp(-weights[1])) == pytest.approx(0.4, abs=0.01)


def test_logits_that_promise_too_much_are_cooled() -> None:
    logits = np.array([[4.0, 0.0]] * 10)
    assert fit_temperature(logits, np.array([0] * 6 + [1] * 4)) > 2.0
    assert fit_temperature(logits / 8, np.array([0] * 10)) < 1.0


def test_more_confident_mentions_are_more_often_right(shipped: TyperModel) -> None:
    bins = [(chance, share) for chance, share, count in shipped.meta["reliability"] if count >= ENOUGH]
    assert len(bins) >= 4
    shares = [share for _, share in bins]
    assert shares == sorted(shares)
    assert all(abs(chance - share) <= 0.1 for chance, share in bins)


def test_confidence_rises_with_the_chance_and_falls_with_nothing_s(shipped: TyperModel) -> None:
    weights = shipped.meta["confidence"]

    def value(chance: float, nothing: float) -> float:
        given = dict.fromkeys(FACTORS, 0.0) | {"asked": 1.0, "chance": chance, "none": nothing}
        return logistic(weights, [given[name] for name in FACTORS])

    assert value(-2, 0) < value(0, 0) < value(2, 0)
    assert value(0, 2) < value(0, 0) < value(0, -2)
