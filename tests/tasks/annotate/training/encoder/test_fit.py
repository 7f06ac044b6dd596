"""Fitting in pieces is fitting in one go, and what is exported computes what was trained. Needs the extra `train`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")
transformers = pytest.importorskip("transformers", reason="the extra `train` is not installed")

from tiny_encoder import tokenizer  # noqa: E402

from tasks.annotate.events.encoder.assembly.graph import graph_of  # noqa: E402
from tasks.annotate.events.encoder.assembly.weights import base_weights, encoder_weights  # noqa: E402
from tasks.annotate.events.encoder.model import session_of, whole_tokenizer  # noqa: E402
from tasks.annotate.events.encoder.windows import SpecialPieces  # noqa: E402
from tasks.annotate.training.encoder.articles import MarkedArticle, MarkedReport  # noqa: E402
from tasks.annotate.training.encoder.fit import Fitting, TrainingPlan  # noqa: E402
from tasks.annotate.training.encoder.labels import marked_windows, modes_of  # noqa: E402
from tasks.annotate.training.encoder.network import Coder, Shape, learned  # noqa: E402

TEXT = "Rebels attacked the village on Monday. The minister met rebels."
SPECIAL = SpecialPieces(2, 3, 0)


@pytest.fixture(params=["bert", "mpnet"])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder with a tiny encoder of random weights, as the public ones are laid out."""
    torch.manual_seed(4)
    sizes = {"vocab_size": 30, "hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 2,
             "intermediate_size": 32, "max_position_embeddings": 300}  # fmt: skip
    family: Any = request.param
    config = transformers.BertConfig(**sizes) if family == "bert" else transformers.MPNetConfig(**sizes)
    model = transformers.BertModel(config) if family == "bert" else transformers.MPNetModel(config)
    model.save_pretrained(str(tmp_path))
    return tmp_path


def articles() -> list[MarkedArticle]:
    report = MarkedReport(
        in_title=False, sentence=(0, 38), trigger=(7, 15), type="ASSAULT", mode=None, status="happened", sure=1.0,
        sides={"actor": (0, 6), "recipient": (20, 27)},
    )  # fmt: skip
    return [
        MarkedArticle(f"a{number}", "", TEXT * (number % 17 + 1), (report,) if number % 3 else ())
        for number in range(40)
    ]


def fitting(base: Path, rank: int) -> Fitting:
    marked = articles()
    modes = modes_of(marked)
    windows = marked_windows(whole_tokenizer(tokenizer()), SPECIAL, marked, modes)
    torch.manual_seed(1)
    network = Coder(Shape(base, (0, 1, 2), 1, rank, len(modes)))
    network.train()
    plan = TrainingPlan(
        epochs=2.5, rate=1e-2, batch=2, seed=1, share=1.0, own=False, labelled=False, quiet=0.5
    )  # fmt: skip
    return Fitting(network, plan, windows, SPECIAL.padding)


@pytest.mark.parametrize("rank", [0, 2])
def test_a_fit_that_was_stopped_and_gone_on_with_gives_the_same_weights(base: Path, rank: int, tmp_path: Path) -> None:
    torch.set_num_threads(1)
    straight = fitting(base, rank)
    for batch in straight.batches():
        straight.take(batch)
    first = fitting(base, rank)
    sizes = [len(list(first.order(epoch))) for epoch in range(3)]
    # Epochs have other numbers of batches: where one ends is counted, not reckoned.
    assert len(set(sizes)) > 1
    for batch in first.batches():
        if first.step == sizes[0] + sizes[1] // 2:
            break
        first.take(batch)
    torch.save(first.state(), tmp_path / "state.pt")
    second = fitting(base, rank)
    second.go_on_from(torch.load(tmp_path / "state.pt", weights_only=True))
    for batch in second.batches():
        second.take(batch)
    assert second.step == straight.step == straight.steps > sizes[0] + sizes[1]
    for name, values in straight.mean.items():
        assert torch.equal(values, second.mean[name]), name


def test_the_exported_graph_computes_what_was_trained(base: Path) -> None:
    torch.set_num_threads(1)
    trained = fitting(base, rank=2)
    for batch in trained.batches():
        trained.take(batch)
    network = trained.network.eval()
    pieces = torch.tensor([[2, 4, 5, 6, 7, 3]])
    with torch.inference_mode():
        mask = torch.ones_like(pieces)
        wanted = network.upper(network.lower(pieces, mask), mask)[0].numpy()
    changed = {name: values.numpy() for name, values in learned(network).items() if name.startswith("encoder.")}
    session = session_of(graph_of(encoder_weights(*base_weights(base), changed, (0, 1, 2)), whole=True))
    assert np.allclose(session.run(None, {"pieces": pieces[0].numpy()})[0], wanted, atol=1e-4)


def test_only_the_layers_that_learn_are_changed(base: Path) -> None:
    network = Coder(Shape(base, (0, 2), 1, 0, 3))
    # MPNet's table of distances is read by all layers.
    near = "encoder.encoder.relative_attention_bias.weight"
    names = {name for name in learned(network) if name.startswith("encoder.") and name != near}
    assert names
    assert all(name.startswith("encoder.encoder.layer.1.") for name in names)
