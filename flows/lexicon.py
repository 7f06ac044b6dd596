"""`dateline lexicon`: what the event lexicon does with published tables, as tab-separated lines."""

from __future__ import annotations

import typer

from flows.settings import RunConfig
from tasks.annotate.event_lexicon import load_lexicon
from tasks.annotate.lexicon_report import missed_verbs, published_docs, unused_frames
from tasks.store import open_tables


def print_unused(settings: RunConfig) -> None:
    """Print the frames that coded no report."""
    store = open_tables(settings.output, shared=True)
    lexicon = load_lexicon(settings.lexicon)
    typer.echo("id\ttype\tpattern")
    for frame in unused_frames(store, lexicon):
        typer.echo(f"{frame.id}\t{frame.type}\t{frame.pattern}")


def print_misses(settings: RunConfig, articles: int) -> None:
    """Print the verbs between two actors that no frame takes, the most frequent first."""
    store = open_tables(settings.output)
    lexicon = load_lexicon(settings.lexicon)
    docs = published_docs(store, settings.model, settings.actors, settings.lexicon, articles)
    typer.echo("verb\tn\tn_articles\texample")
    for miss in missed_verbs(docs, lexicon):
        typer.echo(f"{miss.verb}\t{miss.n}\t{miss.n_articles}\t{miss.example}")
