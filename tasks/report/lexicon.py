"""What the event lexicon does with a corpus: frames that never fit, and verbs between actors that no frame takes.

Both help a person extend it: the lines of a dictionary nobody needs, and what the dictionary lacks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl
import typer
from spacy.tokens import Doc

from tasks.annotate.events.lexicon.frame import Frame
from tasks.annotate.events.lexicon.load import Lexicon, load_lexicon
from tasks.annotate.events.view import View, make_view
from tasks.annotate.layers import ArticleContext
from tasks.annotate.pipeline import annotate_texts, load_pipeline
from tasks.annotate.syntax.clauses import clause_of, prepositions, sentence_of
from tasks.annotate.syntax.parse import Word
from tasks.store.layout import Store, open_tables, scan

LONGEST_SENTENCE = 60


@dataclass(frozen=True, slots=True)
class MissedVerb:
    """A verb between two actors that no frame takes: how often, in how many articles, and one sentence that has it."""

    verb: str
    n: int
    n_articles: int
    example: str


def unused_frames(store: Store, lexicon: Lexicon) -> list[Frame]:
    """The frames that coded no report of the published tables, in the order of the lexicon."""
    used = set(
        scan(store, "event_mentions", ["coder"])
        .select(pl.col("coder").str.extract(r"^frame:(.+)@").alias("frame"))
        .unique()
        .collect()["frame"]
    )
    return [frame for frame in lexicon.frames if frame.id not in used]


def missed_verbs(docs: Iterable[Doc], lexicon: Lexicon) -> list[MissedVerb]:
    """Verbs with an actor as subject and another on the other side that are part of no event, the most frequent first.

    Parameters
    ----------
    docs
        Annotated Docs.
    lexicon
        Its words of saying are left out: who told whom is a quotation.
    """
    counts: dict[str, int] = {}
    articles: dict[str, set[str]] = {}
    examples: dict[str, str] = {}
    for doc in docs:
        view = make_view(doc, lexicon)
        for verb in uncoded_verbs(view):
            key = verb_name(verb)
            counts[key] = counts.get(key, 0) + 1
            articles.setdefault(key, set()).add(doc._.article.article_id)
            sentence = sentence_of(verb)
            if key not in examples or len(sentence) < LONGEST_SENTENCE < len(examples[key].split()):
                examples[key] = " ".join(sentence.text.split())
    ranked = sorted(counts, key=lambda key: (-counts[key], key))
    return [MissedVerb(key, counts[key], len(articles[key]), examples[key]) for key in ranked]


def uncoded_verbs(view: View) -> Iterator[Word]:
    """The verbs of a Doc between two named or described actors whose sentence has no event with their word in it."""
    coded = {offset for event in view.doc._.events for offset in range(event.start, event.end)}
    for token in view.parse:
        if token.pos_ != "VERB" or token.lemma_.lower() in view.lexicon.words["say"] or token.idx in coded:
            continue
        clause = clause_of(token)
        others = (*clause.objects, *clause.receivers, *(noun for _, noun in prepositions(token)))
        if any(view.is_actor(item) and item.i in view.mentions for item in clause.subjects) and any(
            view.is_actor(item) and item.i in view.mentions for item in others
        ):
            yield token


def verb_name(verb: Word) -> str:
    """The verb with its particle, as a frame would have it: "crack down"."""
    return " ".join([verb.lemma_.lower(), *(child.lower_ for child in verb.rights if child.dep_ == "prt")])


def published_docs(store: Store, model: str, actors: str | None, lexicon: str | None, limit: int) -> Iterator[Doc]:
    """Annotate again up to `limit` published articles, the first by id: only the parse tells what no frame took."""
    columns = ["article_id", "title", "published_at", "source", "genre"]
    chosen = (
        scan(store, "articles", [*columns, "annotated"]).filter("annotated").sort("article_id").head(limit).collect()
    )
    texts = (
        scan(store, "texts", ["article_id", "text"]).join(chosen.lazy(), on="article_id").sort("article_id").collect()
    )
    items = (
        (row["text"], ArticleContext(row["article_id"], *(row[name] for name in columns[1:])))
        for row in texts.iter_rows(named=True)
    )
    yield from annotate_texts(load_pipeline(model, actors, lexicon), items)


def print_unused(output: str, frames: str | None) -> None:
    """Print the frames that coded no report of the tables at `output`; `frames` is the file of the user's own."""
    store = open_tables(output, shared=True)
    lexicon = load_lexicon(frames)
    typer.echo("id\ttype\tpattern")
    for frame in unused_frames(store, lexicon):
        typer.echo(f"{frame.id}\t{frame.type}\t{frame.pattern}")


def print_misses(output: str, model: str, actors: str | None, frames: str | None, articles: int) -> None:
    """Print the verbs between two actors that no frame takes, the most frequent first.

    Parameters
    ----------
    output
        Folder or URL of the tables.
    model, actors, frames
        The spaCy model, the authority file and the frames that they were made with.
    articles
        How many published articles are parsed again.
    """
    store = open_tables(output)
    lexicon = load_lexicon(frames)
    docs = published_docs(store, model, actors, frames, articles)
    typer.echo("verb\tn\tn_articles\texample")
    for miss in missed_verbs(docs, lexicon):
        typer.echo(f"{miss.verb}\t{miss.n}\t{miss.n_articles}\t{miss.example}")
