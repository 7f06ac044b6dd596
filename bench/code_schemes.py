"""In which scheme the unit sentences of UniversalPETRARCH were coded: their codes read as CAMEO, and as WEIS.

    python -m bench.code_schemes     # the folder in DATELINE_DEV_DATA, else ../shared/dev beside the repository

The set's types come from reading its codes as CAMEO. Many of its sentences are older than CAMEO and carry codes of
WEIS, whose numbers mean other things (122 is "denounce" there and "reject a proposal" here, 032 is "visit" and
"express intent to cooperate"). Both readings are scored against the same tables, by family of sentences, the way the
scorer does it: a type that a sentence wants is found or missed, a type it does not want is false.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.typer import AUTHORITIES, context_of, data_folder
from tasks.annotate.pipeline import annotate_texts, load_pipeline

SET = "events_petrarch_unit"

# McClelland, World Event/Interaction Survey codebook (1978): the 22 cue categories, with the PLOVER types that the
# same acts have. A category of several types takes any of them; one without a type asks for no event.
WEIS = {
    "01": {"CONCEDE", "RETREAT"},  # yield
    "02": set(),  # comment
    "03": {"CONSULT"},  # consult
    "04": {"SUPPORT"},  # approve
    "05": {"AGREE"},  # promise
    "06": {"CONCEDE", "COOPERATE", "RETREAT"},  # grant
    "07": {"AID"},  # reward
    "08": {"AGREE", "COOPERATE", "SUPPORT"},  # agree
    "09": {"REQUEST"},  # request
    "10": {"REQUEST"},  # propose
    "11": {"REJECT"},  # reject
    "12": {"ACCUSE"},  # accuse
    "13": {"ACCUSE", "PROTEST"},  # protest
    "14": {"REJECT"},  # deny
    "15": {"REQUEST"},  # demand
    "16": {"THREATEN"},  # warn
    "17": {"THREATEN"},  # threaten
    "18": {"MOBILIZE", "PROTEST"},  # demonstrate
    "19": {"REJECT", "SANCTION"},  # reduce relationship
    "20": {"COERCE", "SANCTION"},  # expel
    "21": {"COERCE"},  # seize
    "22": {"ASSAULT"},  # force
}


@dataclass(frozen=True, slots=True)
class Count:
    """Types found, missed and false."""

    right: int = 0
    missed: int = 0
    false: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.right + other.right, self.missed + other.missed, self.false + other.false)

    @property
    def f(self) -> float:
        """The F measure; 0 without a right one."""
        return 2 * self.right / (2 * self.right + self.missed + self.false) if self.right else 0.0


def cameo_types(events: Iterable[dict[str, Any]]) -> set[frozenset[str]]:
    """The types that the set gives, which are those of the codes read as CAMEO."""
    return {frozenset(event["type"].split("|")) for event in events if event.get("type")}


def weis_types(events: Iterable[dict[str, Any]]) -> set[frozenset[str]]:
    """The types of the same codes read as WEIS."""
    found = {frozenset(WEIS.get(str(event["code"])[:2], ())) for event in events if event.get("type")}
    return found - {frozenset()}


def compared(wanted: set[frozenset[str]], coded: set[str]) -> Count:
    """One sentence's count."""
    right = sum(bool(types & coded) for types in wanted)
    return Count(right, len(wanted) - right, len(coded - frozenset().union(*wanted)))


def coded_types(folder: Path) -> list[tuple[str, list[dict[str, Any]], set[str]]]:
    """Of each sentence its id, its gold events and the types that dateline codes."""
    nlp = load_pipeline(actors=str(folder / AUTHORITIES[SET]))
    lines = (folder / "data" / f"{SET}.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines if line.strip()]
    contexts = (context_of({"id": record["id"], "published_at": record.get("date")}) for record in records)
    docs = annotate_texts(nlp, zip((record["text"] for record in records), contexts, strict=True))
    return [
        (record["id"], record["events"], {event.event_type for event in doc._.events})
        for record, doc in zip(records, docs, strict=True)
    ]


def main() -> None:
    """Print both readings by family of sentences."""
    folder = data_folder()
    if not (folder / "score.py").exists():
        sys.exit(f"no development data at {folder}; set DATELINE_DEV_DATA to their folder")
    families: dict[str, list[tuple[Count, Count]]] = {}
    for name, events, coded in coded_types(folder):
        family = re.split(r"[-0-9]", name)[0]
        readings = compared(cameo_types(events), coded), compared(weis_types(events), coded)
        families.setdefault(family, []).append(readings)
    print(f"{'sentences':24s}{'n':>6s}{'read as CAMEO':>16s}{'read as WEIS':>16s}")
    ranked = sorted(families.items(), key=lambda item: (-len(item[1]), item[0]))
    for family, counts in [*ranked, ("all", [pair for _, pairs in ranked for pair in pairs])]:
        cameo = sum((pair[0] for pair in counts), Count())
        weis = sum((pair[1] for pair in counts), Count())
        print(f"{family:24s}{len(counts):6d}{cameo.f:16.3f}{weis.f:16.3f}")


if __name__ == "__main__":
    main()
