"""Fine-tune the encoder on annotated articles, in pieces that fit the time there is.

    python -m tasks.annotate.training.encoder.fit OUT --base FOLDER --data FOLDER [--minutes N] …

Stopped after `--minutes` or by a signal, the next call goes on from the last checkpoint in OUT: order, dropout and
learning rate hang on the step alone. Needs torch and transformers (the extra `train`).
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import logging
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from tasks.annotate.events.encoder.gate import SentenceGate
from tasks.annotate.events.encoder.model import GATE, whole_tokenizer
from tasks.annotate.events.encoder.windows import MAX_PIECES, SpecialPieces, windows_of
from tasks.annotate.training.encoder.articles import (
    MarkedArticle,
    labelled_articles,
    own_articles,
    quoted_articles,
    unread_ids,
)
from tasks.annotate.training.encoder.labels import (
    MASKED,
    MarkedTrigger,
    MarkedWindow,
    Mode,
    marked_windows,
    modes_of,
)
from tasks.annotate.training.encoder.network import Coder, Shape, learned
from tasks.annotate.training.encoder.sentences import example_windows
from tasks.annotate.training.encoder.soft_labels import read_soft_labels, taught_windows, teacher_of
from tasks.errors import UserError

LOG = logging.getLogger("dateline")
HEADS_RATE = 1e-3
WEIGHT_DECAY = 0.01
LARGEST_STEP = 1.0
WARM_UP = 0.06
SMOOTHING = 0.02
# A trigger's type is told by few of many pieces; the rest is told once a trigger.
WEIGHT_OF_TYPE, WEIGHT_OF_STATUS, WEIGHT_OF_MODE, WEIGHT_OF_SIDES = 8.0, 0.5, 0.3, 2.0
# The weights that are kept are a running mean over about so many steps.
AVERAGED = 300
TOLD_EVERY = 20
SAVED_EVERY = 200
CHECKPOINT = "checkpoint.pt"


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """How a network is fitted; with the data it decides the weights."""

    epochs: float
    rate: float
    batch: int
    seed: int
    share: float
    own: bool
    labelled: bool
    quiet: float
    gate: str | None = None
    start: str | None = None
    taught: str | None = None
    examples: str | None = None


class Fitting:
    """A network on its way: weights, their running mean, the optimizer, the step it has come to."""

    def __init__(self, network: Coder, plan: TrainingPlan, windows: Sequence[MarkedWindow], padding: int) -> None:
        self.network, self.plan, self.windows, self.padding = network, plan, windows, padding
        body = [w for name, w in network.named_parameters() if w.requires_grad and name.startswith("encoder.")]
        heads = [w for name, w in network.named_parameters() if not name.startswith("encoder.")]
        groups = [{"params": body, "lr": plan.rate}, {"params": heads, "lr": HEADS_RATE}]
        self.optimizer = torch.optim.AdamW(groups, weight_decay=WEIGHT_DECAY)
        self.rates = [plan.rate, HEADS_RATE]
        self.steps = int(len(list(self.order(0))) * plan.epochs)
        self.step = 0
        self.mean = {name: values.clone() for name, values in learned(network).items()}

    def order(self, epoch: int) -> Iterator[list[int]]:
        """The batches of an epoch: windows of like length together, the batches in chance order."""
        chance = random.Random(self.plan.seed * 1000 + epoch)
        quiet = [number for number, window in enumerate(self.windows) if not window.triggers]
        left_out = set(chance.sample(quiet, round(len(quiet) * (1 - self.plan.quiet))))
        by_length = sorted(
            (number for number in range(len(self.windows)) if number not in left_out),
            key=lambda number: (len(self.windows[number].window.pieces) // 16, chance.random()),
        )
        batches: list[list[int]] = []
        room = 0
        # Short windows go together in greater number: no batch has more pieces than full windows have.
        for number in by_length:
            length = len(self.windows[number].window.pieces)
            if not batches or (len(batches[-1]) + 1) * max(length, room) > self.plan.batch * MAX_PIECES:
                batches.append([])
                room = 0
            batches[-1].append(number)
            room = max(room, length)
        chance.shuffle(batches)
        yield from batches

    def batches(self) -> Iterator[list[int]]:
        """Those still to come. Epochs differ a little in how many they have: other quiet windows pack otherwise."""
        before = 0
        for epoch in itertools.count():
            if self.step >= self.steps:
                return
            batches = list(self.order(epoch))
            for batch in batches[max(0, self.step - before) :]:
                if self.step >= self.steps:
                    return
                yield batch
            before += len(batches)

    def take(self, batch: Sequence[int]) -> dict[str, float]:
        """One step; gives its losses by name."""
        torch.manual_seed(self.plan.seed * 1_000_000 + self.step)
        warm = max(1, int(self.steps * WARM_UP))
        part = min(1.0, (self.step + 1) / warm) * (self.steps - self.step) / self.steps
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * part
        losses = self.losses([self.windows[number] for number in batch])
        self.optimizer.zero_grad()
        sum(losses.values(), torch.zeros(())).backward()
        torch.nn.utils.clip_grad_norm_([w for w in self.network.parameters() if w.requires_grad], LARGEST_STEP)
        self.optimizer.step()
        self.step += 1
        kept = min(1 - 1 / AVERAGED, self.step / (self.step + 10))
        for name, values in learned(self.network).items():
            self.mean[name].mul_(kept).add_(values, alpha=1 - kept)
        return {name: float(loss.detach()) for name, loss in losses.items()}

    def losses(self, batch: Sequence[MarkedWindow]) -> dict[str, Tensor]:
        """Of a batch, weighted."""
        network = self.network
        pieces, labels = self._padded(batch)
        mask = (pieces != self.padding).long()
        with torch.no_grad():
            states = network.lower(pieces, mask)
        states = network.dropout(network.upper(states, mask))
        loss = self._of_types(network.types(states), labels, batch)
        marked = [(place, trigger) for place, window in enumerate(batch) for trigger in window.triggers]
        told = self._of_triggers(states, [place for place, _ in marked], [item for _, item in marked]) if marked else {}
        return {"type": WEIGHT_OF_TYPE * loss, **told}

    def _of_types(self, scores: Tensor, labels: Tensor, batch: Sequence[MarkedWindow]) -> Tensor:
        """By a person's labels, or by a teacher's probabilities."""
        each = functional.cross_entropy(
            scores.view(-1, scores.shape[-1]), labels.view(-1), ignore_index=MASKED, label_smoothing=SMOOTHING,
            reduction="none",
        ).view(labels.shape)  # fmt: skip
        counted = (labels != MASKED).float()
        for row, item in enumerate(batch):
            if item.soft is not None:
                soft = torch.from_numpy(item.soft.astype(np.float32))
                told = functional.log_softmax(scores[row, : len(soft)], dim=-1)
                each = each.clone()
                each[row, : len(soft)] = -(soft / soft.sum(-1, keepdim=True) * told).sum(-1)
                # The teacher was not taught what to say of titles and of what opens and ends a window.
                counted[row, : len(soft)] = torch.from_numpy(item.window.offsets[:, 0] >= 0).float()
        return (each * counted).sum() / counted.sum().clamp(min=1.0)

    def _of_triggers(self, states: Tensor, places: list[int], triggers: list[MarkedTrigger]) -> dict[str, Tensor]:
        network = self.network
        means = network.triggers(states, places, [torch.from_numpy(item.pieces) for item in triggers])
        weight = torch.tensor([item.weight for item in triggers])

        def loss(scores: Tensor, wanted: list[int]) -> Tensor:
            each = functional.cross_entropy(scores, torch.tensor(wanted), reduction="none")
            return (each * weight).mean()

        around = [torch.from_numpy(item.around) for item in triggers]
        sides = torch.cat(network.sides(means, states, places, around))
        wanted = torch.from_numpy(np.concatenate([item.sides for item in triggers]))
        each = torch.cat([weight[number].expand(len(item.sides)) for number, item in enumerate(triggers)])
        asked = each * (wanted != MASKED)
        of_sides = functional.cross_entropy(sides, wanted, ignore_index=MASKED, reduction="none")
        return {
            "status": WEIGHT_OF_STATUS * loss(network.status(means), [item.status for item in triggers]),
            "mode": WEIGHT_OF_MODE * loss(network.mode(means), [item.mode for item in triggers]),
            "sides": WEIGHT_OF_SIDES * (of_sides * asked).sum() / asked.sum().clamp(min=1.0),
        }

    def _padded(self, batch: Sequence[MarkedWindow]) -> tuple[Tensor, Tensor]:
        longest = max(len(item.labels) for item in batch)
        pieces = torch.full((len(batch), longest), self.padding)
        labels = torch.full((len(batch), longest), MASKED)
        for row, item in enumerate(batch):
            pieces[row, : len(item.labels)] = torch.from_numpy(item.window.pieces)
            labels[row, : len(item.labels)] = torch.from_numpy(item.labels)
        return pieces, labels

    def state(self) -> dict[str, Any]:
        """All that the next call needs to go on."""
        return {
            "step": self.step,
            "weights": learned(self.network),
            "mean": self.mean,
            "optimizer": self.optimizer.state_dict(),
        }

    def go_on_from(self, state: dict[str, Any]) -> None:
        """Take up what an earlier call left."""
        self.step, self.mean = state["step"], state["mean"]
        self.network.load_state_dict(state["weights"], strict=False)
        self.optimizer.load_state_dict(state["optimizer"])


def special_pieces(base: Path) -> SpecialPieces:
    """The ids of a base's special pieces, by the two families that are used."""
    family = json.loads((base / "config.json").read_text("utf-8"))["model_type"]
    return {"bert": SpecialPieces(101, 102, 0), "mpnet": SpecialPieces(0, 2, 1)}[family]


def articles_of(data: Path, plan: TrainingPlan) -> list[MarkedArticle]:
    """What a plan trains on: a share of the annotated articles, our own, and those that have our labels."""
    articles = quoted_articles(data / "docs_train.jsonl.gz")
    random.Random(0).shuffle(articles)
    articles = articles[: round(len(articles) * plan.share)]
    if plan.own:
        articles += own_articles()
    if plan.labelled:
        articles += labelled_articles(data / "news_unlabelled.jsonl.gz")
    return articles


def taught(
    tokenizer: Tokenizer, special: SpecialPieces, gate: SentenceGate | None, texts: Path, labels: Path
) -> list[MarkedWindow]:
    """The windows of articles without labels that a teacher has labelled."""
    found: list[MarkedWindow] = []
    missing = 0
    unread = unread_ids()
    for article in (article for article in quoted_articles(texts) if article.id not in unread):
        path = labels / f"{article.id}.npz"
        if path.exists():
            windows = windows_of(tokenizer, special, article.text, article.title, gate)
            found.extend(taught_windows(windows, read_soft_labels(path)))
        else:
            missing += 1
    LOG.info("%d articles have no labels of a teacher", missing)
    return found


def check_teacher(labels: Path | None, modes: Mapping[Mode, int]) -> str | None:
    """The version of the teacher whose labels a folder holds.

    Raises
    ------
    UserError
        Where it numbers modes otherwise than the data does now.
    """
    if labels is None:
        return None
    teacher = teacher_of(labels)
    if teacher.modes != tuple(modes):
        raise UserError(f"{labels}: the teacher knows other modes than the data has; train the teacher anew")
    return teacher.version


def gate_of(path: Path | None) -> SentenceGate | None:
    """The gate that `tasks.annotate.training.encoder.gate` wrote."""
    if path is None:
        return None
    with np.load(path, allow_pickle=False) as arrays:
        return SentenceGate(arrays[GATE].astype(np.int64), int(arrays["least"]))


def digest_of(path: Path | None) -> str | None:
    """The digest of a file that a plan hangs on."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path is not None else None


def main() -> None:
    """Fit, or go on."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--base", type=Path, required=True, help="folder of the pretrained encoder")
    parser.add_argument("--data", type=Path, required=True, help="with docs_train.jsonl.gz, news_unlabelled.jsonl.gz")
    parser.add_argument("--layers", type=lambda text: tuple(map(int, text.split(","))), help="0,1,2…; default all")
    parser.add_argument("--frozen", type=int, default=0)
    parser.add_argument("--rank", type=int, default=0)
    parser.add_argument("--epochs", type=float, default=3)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument(
        "--batch", type=int, default=8, help="of full windows; short ones go together in greater number"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=1.0, help="of docs_train, for the learning curve")
    parser.add_argument("--no-own", dest="own", action="store_false", help="without our own articles")
    parser.add_argument("--no-labelled", dest="labelled", action="store_false", help="without our labels of news")
    parser.add_argument("--quiet", type=float, default=1.0, help="of the windows without a report, each epoch others")
    parser.add_argument("--taught", type=Path, help="what `teach` said of news_unlabelled, to learn from besides")
    parser.add_argument("--gate", type=Path, help="which sentences are read, by `gate`")
    parser.add_argument("--examples", type=Path, help="what `teach --examples` said, to learn from the examples too")
    parser.add_argument("--start", type=Path, help="the run from whose weights this one starts")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(given.threads)
    plan = TrainingPlan(
        epochs=given.epochs, rate=given.rate, batch=given.batch, seed=given.seed,
        share=given.share, own=given.own, labelled=given.labelled, quiet=given.quiet,
        gate=digest_of(given.gate), start=digest_of(given.start / CHECKPOINT if given.start else None),
    )  # fmt: skip
    articles = articles_of(given.data, plan)
    modes = modes_of(articles)
    plan = replace(plan, taught=check_teacher(given.taught, modes), examples=check_teacher(given.examples, modes))
    config = json.loads((given.base / "config.json").read_text("utf-8"))
    layers = given.layers or tuple(range(config["num_hidden_layers"]))
    special = special_pieces(given.base)
    tokenizer = whole_tokenizer((given.base / "tokenizer.json").read_text("utf-8"))
    gate = gate_of(given.gate)
    windows = marked_windows(tokenizer, special, articles, modes, gate)
    if given.taught is not None:
        windows += taught(tokenizer, special, gate, given.data / "news_unlabelled.jsonl.gz", given.taught)
    if given.examples is not None:
        windows += example_windows(tokenizer, special, given.examples, modes)
    torch.manual_seed(plan.seed)
    network = Coder(Shape(given.base, layers, given.frozen, given.rank, len(modes)))
    if given.start is not None:
        start_from(network, given.start)
    fitting = Fitting(network, plan, windows, special.padding)
    given.out.mkdir(parents=True, exist_ok=True)
    checkpoint = given.out / CHECKPOINT
    meta: dict[str, Any] = {
        "layers": layers, "frozen": given.frozen, "rank": given.rank, "plan": asdict(plan),
        "modes": [list(mode) for mode in modes], "windows": len(windows), "steps": fitting.steps,
    }  # fmt: skip
    told = json.dumps(meta, indent=1)
    if checkpoint.exists():
        if (given.out / "meta.json").read_text("utf-8") != told:
            raise UserError(f"{given.out}: holds a run with another plan or other data; name another folder")
        fitting.go_on_from(torch.load(checkpoint, weights_only=True))
    (given.out / "meta.json").write_text(told, "utf-8")
    _fit(fitting, checkpoint, given.minutes)


def start_from(network: Coder, run: Path) -> None:
    """Take the weights that another run came to.

    Raises
    ------
    UserError
        Where it trained other weights: other layers, another rank or base.
    """
    weights = torch.load(run / CHECKPOINT, weights_only=True)["mean"]
    own = learned(network)
    if {name: values.shape for name, values in weights.items()} != {name: values.shape for name, values in own.items()}:
        raise UserError(f"{run}: trained other weights; give the same base, --layers, --frozen and --rank")
    network.load_state_dict(weights, strict=False)


def _fit(fitting: Fitting, checkpoint: Path, minutes: float) -> None:
    until = time.monotonic() + 60 * minutes
    fitting.network.train()
    told: dict[str, float] = {}
    cpu, pieces = time.process_time(), 0
    for batch in fitting.batches():
        for name, loss in fitting.take(batch).items():
            told[name] = told.get(name, 0.0) + loss / TOLD_EVERY
        pieces += sum(len(fitting.windows[number].labels) for number in batch)
        if fitting.step % TOLD_EVERY == 0:
            losses = " ".join(f"{name} {loss:.3f}" for name, loss in told.items())
            speed = pieces / (time.process_time() - cpu)
            LOG.info("step %d of %d: %s (%.0f pieces a CPU second)", fitting.step, fitting.steps, losses, speed)
            told, cpu, pieces = {}, time.process_time(), 0
        if fitting.step % SAVED_EVERY == 0 or time.monotonic() > until:
            _save(fitting.state(), checkpoint)
        if time.monotonic() > until:
            return
    _save(fitting.state(), checkpoint)


def _save(state: dict[str, Any], path: Path) -> None:
    part = path.with_suffix(".part")
    torch.save(state, part)
    part.replace(path)


if __name__ == "__main__":
    main()
