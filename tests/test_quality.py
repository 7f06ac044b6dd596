"""Figures on the development sets, through the real flow and the sets' own scorer; pinned in `quality.json`.

Marked `quality`: it runs where the data lie (folder in DATELINE_DEV_DATA, else `../shared/dev` beside the repository)
and is skipped elsewhere. A figure below its pin fails. `DATELINE_PIN=up make quality` raises pins to what was
reached; lowering one takes `DATELINE_PIN=any`, said in the commit.
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

pytestmark = pytest.mark.quality

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
    "events_petrarch_unit": ("events", TEXTS),
    "segments_pages": ("segments", PAGES),
    "dup_edits": ("dup", {"annotate": False}),
}
# Counts that the scorer prints beside its figures, and figures where less is better.
COUNTS = {"records", "articles", "gold_events", "gold", "predicted", "toponyms", "pages"}
LESS_IS_BETTER = {"false_events_per_eventless_article"}


def data_folder(root: Path) -> Path:
    return Path(os.environ.get("DATELINE_DEV_DATA") or root.parent / "shared" / "dev")


@pytest.mark.parametrize("name", SETS)
def test_a_figure_does_not_fall(name: str, root: Path, tmp_path: Path, run_flow: Callable[..., dict[str, Any]]) -> None:
    folder = data_folder(root)
    found = sorted((folder / "data").glob(f"{name}.jsonl*"))
    if not found:
        pytest.skip(f"no development data at {folder}")
    kind, settings = SETS[name]
    gold = tmp_path / "gold.jsonl"
    data = found[0].read_bytes()
    gold.write_bytes(gzip.decompress(data) if found[0].suffix == ".gz" else data)
    if name == "events_petrarch_unit":
        settings = settings | {"actors": str(folder / "data" / "petrarch_actors.csv")}
    score(folder, "prepare", str(gold), str(tmp_path / "input.jsonl"))
    run_flow(tmp_path / "input.jsonl", tmp_path / "output", workers=os.cpu_count() or 1, **settings)
    figures = json.loads(score(folder, "score", kind, str(gold), str(tmp_path / "output"), "--json"))
    figures = {key: value for key, value in figures.items() if key not in COUNTS}
    compare(name, figures, hashlib.sha256(gold.read_bytes()).hexdigest())


def score(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(folder / "score.py"), *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def compare(name: str, figures: dict[str, float], digest: str) -> None:
    pins = json.loads(PINS.read_text("utf-8")) if PINS.exists() else {}
    pinned = pins.get(name, {"sha256": digest, "figures": {}})
    mode = os.environ.get("DATELINE_PIN", "")
    assert pinned["sha256"] == digest or mode == "any", f"{name}: other data than the pins were made with"
    worse = {
        key: (value, figures.get(key))
        for key, value in pinned["figures"].items()
        if figures.get(key) is None
        or (figures[key] > value + 1e-9 if key in LESS_IS_BETTER else figures[key] < value - 1e-9)
    }
    if mode == "any" or (mode == "up" and not worse):
        pins[name] = {"sha256": digest, "figures": figures}
        PINS.write_text(json.dumps(dict(sorted(pins.items())), indent=1) + "\n", "utf-8")
        return
    assert not worse, f"{name}: (pinned, reached) {worse}"
    assert pinned["figures"], f"{name}: nothing pinned; DATELINE_PIN=up make quality"
