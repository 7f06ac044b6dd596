"""What the event lexicon does with a corpus: frames that never fit, verbs that no frame takes, matches refused.

All help a person extend it: the lines of a dictionary nobody needs, what the dictionary lacks, and why a frame that
fits gave no event.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import polars as pl
import typer
from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.events.lexicon.frame import Frame
from tasks.annotate.events.lexicon.load import Lexicon, load_lexicon
from tasks.annotate.events.record import NO_REPORT
from tasks.annotate.events.resolve.not_events import NO_EVENT
from tasks.annotate.events.resolve.overlaps import NO_DEED, PART_OF_ANOTHER
from tasks.annotate.events.view import View, make_view
from tasks.annotate.layers import ArticleContext
from tasks.annotate.pipeline import annotate_texts, load_pipeline
from tasks.annotate.rules import Trace, traced
from tasks.annotate.syntax.clauses import clause_of, prepositions, sentence_of
from tasks.annotate.syntax.parse import Word, parse_of
from tasks.clean.article import CleanOptions, clean_article
from tasks.errors import UserError
from tasks.ingest.discover import discover
from tasks.ingest.limits import Limits
from tasks.ingest.slices import read
from tasks.records import Article, CleanArticle
from tasks.store.layout import Store, open_tables, scan

LONGEST_SENTENCE = 60
# Their verdict is the event type that comes to nothing; empty where a rule keeps the match.
REFUSING = frozenset(ladder.name for ladder in (NO_DEED, PART_OF_ANOTHER, NO_EVENT, NO_REPORT))
Item = tuple[str, ArticleContext]


@dataclass(frozen=True, slots=True)
class MissedVerb:
    """A verb between two actors that no frame takes: how often, in how many articles, and one sentence that has it."""

    verb: str
    n: int
    n_articles: int
    example: str


@dataclass(frozen=True, slots=True)
class RefusedMatch:
    """A match of a frame that became no event: which rule refused it, as what type, and where it stands."""

    rule: str
    type: str
    trigger: str
    sentence: str


def unused_frames(store: Store, lexicon: Lexicon) -> list[Frame]:
    """The frames that coded no report of the published tables, in the order of the lexicon."""
    used = set(
        scan(store, "event_mentions", ["coder"])
        .select(pl.col("coder").str.extract(r"^(?:frame|both):([^@]+)@").alias("frame"))
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
    chosen = (
        scan(store, "articles", ["article_id", "annotated"])
        .filter("annotated")
        .sort("article_id")
        .head(limit)
        .collect()
    )
    yield from annotate_texts(
        load_pipeline(model, actors, lexicon), published_texts(store, chosen["article_id"].to_list())
    )


def published_texts(store: Store, article_ids: Sequence[str]) -> Iterator[Item]:
    """The published texts of articles with their contexts, by id; articles whose text is left out are passed over."""
    columns = ["article_id", "title", "published_at", "source", "genre"]
    wanted = pl.LazyFrame({"article_id": list(article_ids)}, schema={"article_id": pl.String})
    articles = scan(store, "articles", columns, shared=True).join(wanted, on="article_id", how="semi")
    texts = scan(store, "texts", ["article_id", "text"], shared=True)
    for row in texts.join(articles, on="article_id").sort("article_id").collect().iter_rows(named=True):
        yield row["text"], ArticleContext(row["article_id"], *(row[name] for name in columns[1:]))


def traced_docs(nlp: Language, items: Iterable[Item]) -> Iterator[tuple[Doc, list[Trace]]]:
    """Annotate texts one by one, each with every decision that a rule of language made in it."""
    for item in items:
        with traced() as found:
            doc = next(annotate_texts(nlp, [item]))
        yield doc, found


def articles_of(inputs: Sequence[str]) -> Iterator[Item]:
    """The English articles of files, folders and globs, cleaned as a run cleans them, with their contexts."""
    for file in discover(list(inputs)):
        for record in read(file, Limits()):
            found = clean_article(record, CleanOptions()) if isinstance(record, Article) else None
            if isinstance(found, CleanArticle):
                context = ArticleContext(found.article_id, found.title, found.published_at, found.source, found.genre)
                yield found.text, context


def refused_matches(docs: Iterable[tuple[Doc, Sequence[Trace]]]) -> list[RefusedMatch]:
    """The matches of frames that became no event, by rule; those of one rule in the order of the articles.

    Parameters
    ----------
    docs
        What `traced_docs` gave.
    """
    found: list[RefusedMatch] = []
    for doc, traces in docs:
        parse = parse_of(doc)
        for trace in traces:
            if trace.ladder in REFUSING and trace.verdict:
                word = parse[bisect_right(parse.starts, trace.at) - 1]
                sentence = " ".join(sentence_of(word).text.split())
                found.append(RefusedMatch(trace.rule, str(trace.verdict), word.text, sentence))
    return sorted(found, key=lambda match: match.rule)


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


def print_refused(inputs: Sequence[str], model: str, actors: str | None, frames: str | None) -> None:
    """Print the matches of frames that became no event, by the rule that refused them, with each rule's count.

    Parameters
    ----------
    inputs
        Files, folders and globs of articles; no tables are needed.
    model, actors, frames
        The spaCy model, the authority file and the frames to read them with.

    Raises
    ------
    UserError
        There is no input, or no English article in it.
    """
    if not inputs:
        raise UserError("dateline lexicon --refused: no input given; name files, folders or globs of articles")
    items = articles_of(inputs)
    first = next(items, None)
    if first is None:
        raise UserError(f"{' '.join(inputs)}: no English article in it; `dateline run` tells why in its rejects")
    matches = refused_matches(traced_docs(load_pipeline(model, actors, frames), chain([first], items)))
    counts = Counter(match.rule for match in matches)
    typer.echo("rule\tn\ttype\ttrigger\tsentence")
    for match in matches:
        typer.echo(f"{match.rule}\t{counts[match.rule]}\t{match.type}\t{match.trigger}\t{match.sentence}")
