"""Let the learned coder read an article (component `dateline_encoder`): evidence for its events."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.events.encoder.model import load_encoder
from tasks.annotate.events.encoder.reading import read

COMPONENT = "dateline_encoder"


@Language.factory(COMPONENT, default_config={"model": None})
def dateline_encoder(nlp: Language, name: str, model: str | None) -> Callable[[Doc], Doc]:
    """Set `doc._.reading`; `model` is the path of a model file, None leaves all to the frames."""
    encoder = load_encoder(Path(model)) if model is not None else None

    def annotate(doc: Doc) -> Doc:
        if encoder is not None and len(doc):
            context = doc._.article
            doc._.reading = read(encoder, doc, context.title if context is not None else None)
        return doc

    return annotate


__all__ = ["dateline_encoder"]
