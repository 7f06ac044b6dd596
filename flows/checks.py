"""What can be wrong before a run starts is said before a server starts: in one line, in a second."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from flows.settings import RunConfig
from tasks.errors import UserError
from tasks.ingest.discover import discover
from tasks.store.storage import to_url


def check_before_start(config: RunConfig) -> None:
    """Refuse what cannot work: missing inputs, an unknown model, an output that cannot be written, tables in the input.

    Raises
    ------
    UserError
        Naming the setting and the mend.
    RunFailed
        Where there is no room for what is piped in.
    """
    if not config.inputs and not config.withdraw:
        raise UserError("no input given; name files, folders or globs: dateline run INPUT… --output DIR")
    next(iter(discover(list(config.inputs), config.max_piped_bytes)), None)
    if config.annotate:
        from tasks.annotate.events.encoder.coders import check_installed
        from tasks.annotate.pipeline import model_version

        model_version(config.model)
        check_installed(config.coder)
    config.shaping()
    if config.annotate and config.lexicon is not None:
        from tasks.annotate.events.lexicon.load import load_lexicon

        load_lexicon(config.lexicon)
    url = to_url(config.output)
    if url.startswith("file://"):
        _check_folder(config.output)
        _check_apart(config.output, config.inputs)
    if config.log_file is not None:
        _check_log(config.log_file, config.inputs)


def _check_log(log_file: str, inputs: Sequence[str]) -> None:
    """A run would read its own log as an article."""
    path = Path(log_file).resolve()
    for given in inputs:
        top = Path(given).resolve()
        if top == path or (top.is_dir() and top in path.parents):
            raise UserError(f"--log-file {log_file}: lies in the input {given}; name a file outside it")


def _check_apart(output: str, inputs: Sequence[str]) -> None:
    """A run would read its own tables as articles."""
    folder = Path(output.removeprefix("file://")).resolve()
    for given in inputs:
        top = Path(given).resolve()
        if top.is_dir() and (folder == top or top in folder.parents):
            raise UserError(
                f"--output {output}: lies in the input {given}, and tables would be read as articles; name the folder "
                "of the articles alone, or an output outside it"
            )


def _check_folder(output: str) -> None:
    if set(output) & set("*?[]"):
        raise UserError(f"--output {output}: readers take *, ? and [] for patterns; name another folder")
    folder = Path(output.removeprefix("file://"))
    if folder.exists() and not folder.is_dir():
        raise UserError(f"--output {output}: is a file; name a folder")
    nearest = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    if not os.access(nearest, os.W_OK):
        raise UserError(f"--output {output}: {nearest} cannot be written; change its mode or name another folder")
