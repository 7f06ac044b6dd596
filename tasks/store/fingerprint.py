"""What shaped the tables (schema, code, model, lexicons, settings), kept beside them; and the articles withdrawn.

Tables made in two ways must not lie mixed: a run that differs from the fingerprint stops unless it reprocesses all.
"""

from __future__ import annotations

import hashlib
import importlib.resources
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.resources.abc import Traversable
from typing import Any

from tasks.contract.metadata import META
from tasks.errors import UserError
from tasks.store.layout import FINGERPRINT as FINGERPRINT
from tasks.store.layout import Store, other_schema, read_generation
from tasks.store.storage import join

_DIGEST = re.compile(r"[0-9a-f]{32,}")
# Folders of `tasks/data` that no run reads.
TRAINING = frozenset({"events/articles", "events/examples", "events/labels"})
_LABELS = {"code_version": "dateline", "model": "model", "lexicons_sha256": "lexicons"}


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Everything but the articles that decides what the tables say.

    Parameters
    ----------
    config_sha256
        Digest of the settings that shape the tables; decides.
    config
        Those settings themselves (what JSON can hold), for the message that names what differs.
    """

    schema_version: str
    code_version: str
    model: str
    lexicons_sha256: str
    config_sha256: str
    config: Mapping[str, Any]


def fingerprint_bytes(fingerprint: Fingerprint) -> bytes:
    """The content of `_meta/fingerprint.json`, for `Publication.put_meta(FINGERPRINT, …)`."""
    return (json.dumps(asdict(fingerprint), indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def read_fingerprint(store: Store) -> Fingerprint | None:
    """The fingerprint of the published tables; None where nothing was published yet.

    Raises
    ------
    UserError
        The file is damaged, or missing beside tables.
    """
    url = join(store.url, META, FINGERPRINT)
    place = store.storage.location(url)
    try:
        data = store.storage.read(url)
    except FileNotFoundError:
        if read_generation(store) < 2:
            return None
        raise UserError(
            f"{place}: missing beside published tables; run `dateline repair --output {store.name}`"
        ) from None
    try:
        found = Fingerprint(**json.loads(data))
        if not isinstance(found.config, dict):
            raise ValueError("config is no table")
    except (ValueError, TypeError) as error:
        raise UserError(f"{place}: damaged; run `dateline repair --output {store.name}`") from error
    return found


def require_same(store: Store, fingerprint: Fingerprint, reprocess: bool) -> bool:
    """See that the published tables were made as this run would make them.

    Returns
    -------
    bool
        Whether they were made otherwise and have to be made again (only where `reprocess` allows it).

    Raises
    ------
    UserError
        They differ: one line that says in what, and what to do. Another schema is never reprocessed but migrated.
    """
    known = read_fingerprint(store)
    if known is None:
        return False
    if known.schema_version != fingerprint.schema_version:
        raise other_schema(store.name, known.schema_version, fingerprint.schema_version)
    differences = _differences(known, fingerprint)
    if differences and not reprocess:
        raise UserError(
            f"{store.name}: the tables were made otherwise ({'; '.join(differences)}); give `--reprocess` to annotate "
            "all published texts again, or run as before"
        )
    return bool(differences)


def lexicons_sha256(data_dir: Traversable | None = None) -> str:
    """Digest over the names and contents of the lexicons and reference tables, and of the models made from examples.

    What only trains a model (`TRAINING`) is not in it: the model is.

    Parameters
    ----------
    data_dir
        A folder; None for `tasks/data` as installed.
    """
    folder = importlib.resources.files("tasks").joinpath("data") if data_dir is None else data_dir
    digest = hashlib.sha256()
    for name, data in sorted(_data_files(folder, "")):
        # Length first, so that no content can pass for the next file's name.
        digest.update(f"{name}\0{len(data)}\0".encode("utf-8", "surrogateescape"))
        digest.update(data)
    return digest.hexdigest()


def _data_files(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.name.startswith((".", "__")):
            continue
        if prefix + entry.name in TRAINING:
            continue
        if entry.is_dir():
            yield from _data_files(entry, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name, entry.read_bytes()


def _differences(known: Fingerprint, fingerprint: Fingerprint) -> list[str]:
    """What differs, each as `name old -> new`."""
    found = []
    for field, label in _LABELS.items():
        old, new = getattr(known, field), getattr(fingerprint, field)
        if old != new:
            found.append(f"{label} {_short(old)} -> {_short(new)}")
    if known.config_sha256 != fingerprint.config_sha256:
        # Through JSON, as the file holds it: a tuple is a list there.
        old_config, new_config = _flat(known.config), _flat(json.loads(json.dumps(dict(fingerprint.config))))
        changed = [
            f"{name} {_short(old_config.get(name))} -> {_short(new_config.get(name))}"
            for name in sorted(old_config.keys() | new_config.keys())
            if old_config.get(name) != new_config.get(name)
        ]
        found += changed or [f"config {_short(known.config_sha256)} -> {_short(fingerprint.config_sha256)}"]
    return found


def _flat(config: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings under dotted names."""
    flat: dict[str, Any] = {}
    for name, value in config.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = value
    return flat


def _short(value: object) -> str:
    """A value on one line; of a digest, enough to tell two apart."""
    if value is None:
        return "none"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if _DIGEST.fullmatch(text):
        return text[:8]
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "…"
