"""Figures on the development sets, through the real flow and the sets' own scorer; pinned in `quality.json`.

The sets are marked `quality`: they run where the data lie (folder in DATELINE_DEV_DATA, else `../shared/dev` beside the
repository) and are skipped elsewhere. What each set reaches is printed; `docs_val` is for measuring only, so nobody
reads more of it than these figures. A figure below its pin fails. `DATELINE_PIN=up make quality` raises pins to what
was reached; lowering one takes `DATELINE_PIN=any`, said in the commit.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks.annotate.events.encoder.coders import SMALL, model_path
from tasks.errors import UserError

PINS = Path(__file__).parent / "quality.json"
TEXTS: dict[str, Any] = {"clean": "none", "dedup": "off", "languages": "all"}
PAGES: dict[str, Any] = {"dedup": "off", "languages": "all", "annotate": False}
# set -> (kind of the scorer, settings of the run)
SETS: dict[str, tuple[str, dict[str, Any]]] = {
    "geo_trnews": ("geo", TEXTS),
    "timex_wikiwars": ("timex", TEXTS),
    "timex_recognizers": ("timex", TEXTS),
    "ner_wikigold": ("ner", TEXTS),
    "ner_re3d": ("ner", TEXTS),
    "quotes_polnear_dev": ("quotes", TEXTS),
    "coref_gap_development": ("coref", TEXTS),
    "pairs_plv_train": ("pairs", TEXTS),
    "docs_dev": ("docs", TEXTS),
    "docs_dev2": ("docs", TEXTS),
    "docs_choose": ("docs", TEXTS),
    "docs_val": ("docs", TEXTS),
    "geo_lgl_part": ("geo", TEXTS),
    "events_petrarch_unit": ("events", TEXTS),
    "segments_pages": ("segments", PAGES),
    "dup_edits": ("dup", {"annotate": False}),
}
# The same sets with another coder than the default.
SETS |= {
    f"{name}@{coder}": (SETS[name][0], SETS[name][1] | {"coder": coder})
    for coder in ("frames", "large")
    for name in ("docs_dev", "docs_dev2", "docs_choose", "docs_val", "pairs_plv_train", "events_petrarch_unit")
}
# Counts that the scorer prints beside its figures.
COUNTS = {"records", "articles", "gold_events", "gold", "predicted", "toponyms", "pages"}


def less_is_better(figure: str) -> bool:
    """Whether a figure counts faults: events found where there are none, cells that are given and wrong."""
    return figure.startswith("false_events_") or figure.endswith("_wrong")


def data_folder(root: Path) -> Path:
    return Path(os.environ.get("DATELINE_DEV_DATA") or root.parent / "shared" / "dev")


@pytest.mark.quality
@pytest.mark.parametrize("name", SETS)
def test_a_figure_does_not_fall(
    name: str,
    root: Path,
    tmp_path: Path,
    run_flow: Callable[..., dict[str, Any]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = data_folder(root)
    data_set, _, coder = name.partition("@")
    found = sorted((folder / "data").glob(f"{data_set}.jsonl*"))
    if not found:
        pytest.skip(f"no development data at {folder}")
    try:
        model_path(coder or SMALL)
    except UserError as error:
        pytest.skip(str(error))
    kind, settings = SETS[name]
    settings = {"coder": SMALL} | settings
    gold = tmp_path / "gold.jsonl"
    data = found[0].read_bytes()
    gold.write_bytes(gzip.decompress(data) if found[0].suffix == ".gz" else data)
    if data_set == "events_petrarch_unit":
        settings = settings | {"actors": str(folder / "data" / "petrarch_actors.csv")}
    score(folder, "prepare", str(gold), str(tmp_path / "input.jsonl"))
    run_flow(tmp_path / "input.jsonl", tmp_path / "output", workers=os.cpu_count() or 1, **settings)
    figures = json.loads(score(folder, "score", kind, str(gold), str(tmp_path / "output"), "--json"))
    figures = {key: value for key, value in figures.items() if key not in COUNTS}
    with capsys.disabled():
        sys.stdout.write(f"\n{name}: {', '.join(f'{key} {value:.3f}' for key, value in figures.items())}\n")
    compare(name, figures, hashlib.sha256(gold.read_bytes()).hexdigest())


def score(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(folder / "score.py"), *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def is_worse(figure: str, pinned: float, reached: float) -> bool:
    return (reached - pinned if less_is_better(figure) else pinned - reached) > 1e-9


def test_a_fault_that_grows_is_worse_and_a_score_that_grows_is_not() -> None:
    assert is_worse("event_place_wrong", 0.1, 0.2)
    assert not is_worse("event_place_wrong", 0.2, 0.1)
    assert is_worse("false_events_per_eventless_article", 0.3, 0.4)
    assert is_worse("mention_F", 0.6, 0.5)
    assert not is_worse("mention_F", 0.5, 0.6)


def compare(name: str, figures: dict[str, float], digest: str) -> None:
    pins = json.loads(PINS.read_text("utf-8")) if PINS.exists() else {}
    pinned = pins.get(name, {"sha256": digest, "figures": {}})
    mode = os.environ.get("DATELINE_PIN", "")
    assert pinned["sha256"] == digest or mode == "any", f"{name}: other data than the pins were made with"
    worse = {
        key: (value, figures.get(key))
        for key, value in pinned["figures"].items()
        if figures.get(key) is None or is_worse(key, value, figures[key])
    }
    if mode == "any" or (mode == "up" and not worse):
        pins[name] = {"sha256": digest, "figures": figures}
        PINS.write_text(json.dumps(dict(sorted(pins.items())), indent=1) + "\n", "utf-8")
        return
    assert not worse, f"{name}: (pinned, reached) {worse}"
    assert pinned["figures"], f"{name}: nothing pinned; DATELINE_PIN=up make quality"
