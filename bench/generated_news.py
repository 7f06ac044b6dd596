"""News articles from a grammar of our own: as many as wanted, no two alike, the same for the same number.

For measuring runs, not language: the sentences are of kinds that the coder knows, so that every table gets rows.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import NamedTuple


class Land(NamedTuple):
    """A country as sentences need it."""

    name: str
    people: str
    capital: str
    town: str
    leader: str
    minister: str


LANDS = (
    Land("Kenya", "Kenyan", "Nairobi", "Mombasa", "Daniel Otieno", "Grace Wanjiru"),
    Land("Peru", "Peruvian", "Lima", "Arequipa", "Hugo Saldarriaga", "Rosa Quispe"),
    Land("France", "French", "Paris", "Lyon", "Luc Moreau", "Anne Dubois"),
    Land("Germany", "German", "Berlin", "Hamburg", "Karl Weber", "Ute Brandt"),
    Land("Iraq", "Iraqi", "Baghdad", "Mosul", "Salim Kadhim", "Noor Jabbar"),
    Land("Nigeria", "Nigerian", "Abuja", "Maiduguri", "Musa Danjuma", "Amaka Obi"),
    Land("Japan", "Japanese", "Tokyo", "Osaka", "Kenji Morita", "Yuki Tanabe"),
    Land("Colombia", "Colombian", "Bogota", "Cali", "Andres Pineda", "Lucia Vargas"),
    Land("Turkey", "Turkish", "Ankara", "Izmir", "Kemal Aydin", "Elif Demir"),
    Land("Spain", "Spanish", "Madrid", "Valencia", "Jorge Alvarado", "Marta Ferrer"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CAUSES = (
    "new taxes",
    "rising prices",
    "a fishing treaty",
    "the closing of a mine",
    "power cuts",
    "a disputed election",
)
SOURCES = ("meridianwire.example", "pacificcourier.example", "lakesherald.example", "northdispatch.example")
OPENINGS = (
    "{a.people} Foreign Minister {a.minister} visited {b.capital} on {day} and met {b.people} President {b.leader}.",
    "Police in {a.town} arrested {n} protesters on {day} after a demonstration against {cause} turned violent.",
    "{a.people} troops killed {n} rebels near {a.town} on {day}, the army said.",
    "{a.name} imposed sanctions on {b.name} on {day} in a dispute over {cause}.",
    "The {a.people} government sent {n} tonnes of food to {b.town} on {day}.",
    "Gunmen attacked a market in {a.town} on {day}, killing {n} people, officials said.",
    "{a.people} President {a.leader} threatened on {day} to break off relations with {b.name} over {cause}.",
    "Thousands of people marched through {a.capital} on {day} to protest against {cause}.",
)
MIDDLES = (
    "{b.people} President {b.leader} condemned the violence and urged calm.",
    '"We will not be silent about {cause}," said {a.minister}, the {a.people} foreign minister.',
    "The two governments agreed to hold talks in {b.capital} next week.",
    "A court in {a.capital} sentenced a former governor of {a.town} to {n} years in prison.",
    "{b.name} accused {a.name} of breaking the agreement on {cause}.",
    "Doctors at the hospital in {a.town} treated {n} injured people, a spokesman said.",
    "The United Nations called on {a.name} and {b.name} to return to the negotiations.",
    "Opposition parties in {a.capital} demanded the resignation of the interior minister.",
    "{a.people} police released {m} of the detained on bail on the following day.",
    "Union leaders in {a.town} rejected the offer of the government and called a strike.",
)
ENDINGS = (
    "The dispute over {cause} has lasted since the spring.",
    "{a.leader} is to speak in {a.capital} on the matter, his office said.",
    "It was the second such incident in {a.town} this year.",
    "{b.name} recalled its ambassador from {a.capital} for consultations.",
)
FIRST_DAY = dt.date(2024, 2, 1)


def article(number: int, day: dt.date | None = None) -> dict[str, str]:
    """The n-th article: id, source, title, published_at, text.

    Parameters
    ----------
    day
        When it was published; without one, a day of the first half of 2024.
    """
    draw = random.Random(f"article {number}")
    one, other = draw.sample(LANDS, 2)
    published = day or FIRST_DAY + dt.timedelta(days=draw.randrange(120))
    # The day before, so that what is told has happened.
    told = DAYS[(published - dt.timedelta(days=1)).weekday()]
    facts = {"a": one, "b": other, "day": told, "cause": draw.choice(CAUSES)}
    kinds = [draw.choice(OPENINGS), *draw.sample(MIDDLES, draw.randint(2, 4)), draw.choice(ENDINGS)]
    sentences = [kind.format(**facts, n=draw.randint(3, 90), m=draw.randint(2, 9)) for kind in kinds]
    return {
        "id": f"g{number:06d}",
        "source": draw.choice(SOURCES),
        "title": sentences[0].split(" on ")[0].split(",")[0].rstrip("."),
        "published_at": f"{published.isoformat()}T{draw.randrange(24):02d}:{draw.randrange(60):02d}:00Z",
        "text": "\n\n".join([" ".join(sentences[:2]), " ".join(sentences[2:])]),
    }


def articles(first: int, count: int, day: dt.date | None = None) -> list[dict[str, str]]:
    """`count` articles from the `first` on."""
    return [article(number, day) for number in range(first, first + count)]
