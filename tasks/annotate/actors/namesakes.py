"""Two people of one name in one article: told apart where what the text says of them cannot hold of one person.

Names alone make one person of "John Reed, 34" and "John Reed, 61". Where an article gives one name two ages more than
a year apart, two countries, or "senior" and "junior", each mention goes to the person its evidence fits, and mentions
without evidence to the one named last before them. A different title is no evidence: a senator is also a candidate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tasks.annotate.layers import Mention
from tasks.annotate.syntax.parse import Parse
from tasks.contract.vocabulary import INTERNATIONAL_CODES
from tasks.ids import hash_id

_SENIOR = frozenset(("sr", "senior"))
_JUNIOR = frozenset(("jr", "junior"))
_AGES = range(1, 121)
# An age may change by a birthday between two reports that one article tells.
_SAME_AGE = 1


@dataclass(frozen=True, slots=True)
class NamesakeEvidence:
    """What the words at one mention say that can set its person apart."""

    age: int | None = None
    country: str | None = None
    generation: str | None = None

    def tells(self) -> bool:
        """Whether there is any."""
        return self != NamesakeEvidence()

    def against(self, other: NamesakeEvidence) -> bool:
        """Whether the two cannot hold of one person."""
        if self.age is not None and other.age is not None and abs(self.age - other.age) > _SAME_AGE:
            return True
        if self.generation and other.generation and self.generation != other.generation:
            return True
        return bool(self.country and other.country and self.country != other.country)

    def with_more(self, other: NamesakeEvidence) -> NamesakeEvidence:
        """Give what both together say; the first word counts."""
        return NamesakeEvidence(
            self.age if self.age is not None else other.age,
            self.country or other.country,
            self.generation or other.generation,
        )


def split_namesakes(parse: Parse, mentions: Sequence[Mention]) -> list[Mention]:
    """Give the mentions with namesakes set apart.

    The person the article names first keeps the id of the name; every further one gets an id of the name and of what
    first set that person apart, so the same text gives the same ids in every run.
    """
    result = list(mentions)
    for entity, indexes in _people(mentions).items():
        if len(indexes) < 2:
            continue
        seen = [evidence_at(parse, mentions[index]) for index in indexes]
        different = list(dict.fromkeys(seen))
        if not any(a.against(b) for i, a in enumerate(different) for b in different[:i]):
            continue
        for index, key in zip(indexes, persons_of(seen), strict=True):
            if key:
                result[index] = replace(mentions[index], entity_id="x:" + hash_id("namesake", entity, key))
    return result


def _people(mentions: Sequence[Mention]) -> dict[str, list[int]]:
    """Give the places of the names of each person; the authority's ids stay what they are."""
    people: dict[str, list[int]] = {}
    for index, mention in enumerate(mentions):
        if mention.kind == "person" and mention.form == "name" and mention.link_method != "authority":
            people.setdefault(mention.entity_id or "", []).append(index)
    return people


def persons_of(seen: Sequence[NamesakeEvidence]) -> list[str]:
    """Give each mention the key of its person: empty for the first person, else what set the person apart."""
    known: list[NamesakeEvidence] = []
    keys: list[str] = []
    current = 0
    found: list[str] = []
    for evidence in seen:
        if evidence.tells():
            fitting = [i for i, person in enumerate(known) if not evidence.against(person)]
            # Of several whom it fits, the one with whom it shares something said.
            shared = [i for i in fitting if known[i].with_more(evidence) == known[i]]
            chosen = (shared or fitting or [len(known)])[0]
            if chosen == len(known):
                known.append(evidence)
                keys.append(_key(evidence) if known[1:] else "")
            else:
                known[chosen] = known[chosen].with_more(evidence)
            current = chosen
        elif not known:
            known.append(NamesakeEvidence())
            keys.append("")
        found.append(keys[current])
    return found


def _key(evidence: NamesakeEvidence) -> str:
    parts = (evidence.age, evidence.country, evidence.generation)
    return "|".join("" if part is None else str(part) for part in parts)


def evidence_at(parse: Parse, mention: Mention) -> NamesakeEvidence:
    """Read age, country and generation at one mention: "Reed, 34,", "34-year-old Reed", "George Bush Sr."."""
    words = {parse[i].lower_.rstrip(".") for i in range(mention.token_start, mention.token_end)}
    after = parse[mention.token_end].lower_.rstrip(".") if mention.token_end < len(parse) else ""
    words.add(after)
    generation = "senior" if words & _SENIOR else "junior" if words & _JUNIOR else None
    return NamesakeEvidence(_age(parse, mention), _country(mention), generation)


def _country(mention: Mention) -> str | None:
    """Give the country told by a title at a full name; an envoy of the UN still has a country of his own."""
    full = mention.token_end - mention.token_start > 1
    return mention.country if mention.title and full and mention.country not in INTERNATIONAL_CODES else None


def _age(parse: Parse, mention: Mention) -> int | None:
    i = mention.token_end
    if (
        i + 2 < len(parse)
        and parse[i].text == ","
        and parse[i + 1].text.isdigit()
        and parse[i + 2].text in (",", ".", ";")
    ):
        return _plausible(parse[i + 1].text)
    start = mention.token_start
    before = "".join(parse[k].text for k in range(max(0, start - 5), start)).lower()
    if before.endswith("-year-old"):
        number = before[: -len("-year-old")]
        digits = number[len(number.rstrip("0123456789")) :]
        return _plausible(digits)
    return None


def _plausible(digits: str) -> int | None:
    return int(digits) if digits and len(digits) <= 3 and int(digits) in _AGES else None
