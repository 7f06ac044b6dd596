"""Modules of the user's, lying where dateline is run, are never taken for ours.

For: flows.children, flows.server, flows.runners, tasks.clean.page.process.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from small_runs import AUDIT, Run, digests

from tasks.annotate.events.encoder.coders import SMALL

# As the installed command is: a script that lies elsewhere than the folder it is called in.
COMMAND = "from flows.cli import main\nmain()\n"
MODULES = ("click.py", "flows/__init__.py", "polars.py", "queue.py", "spacy.py", "tasks/__init__.py")
PAGE = """<html><head><title>Police arrest mayor of Lima</title></head><body><article>
<h1>Police arrest mayor of Lima</h1>
<p>Police in Lima arrested the mayor on Friday over bribes of {} million dollars, the prosecutor said. He denied the
accusation and said that he would appeal to the court of the city.</p>
<p>The council met on Saturday to name a deputy, and the party of the mayor called for calm in the city.</p>
</article></body></html>"""


@pytest.mark.slow
def test_a_run_imports_nothing_from_the_folder_it_is_started_in(tmp_path: Path, run_flow: Run) -> None:
    here, inputs = tmp_path / "here", tmp_path / "here" / "in"
    inputs.mkdir(parents=True)
    (inputs / "note.txt").write_text("The army killed four rebels near Bamako on Friday, a spokesman said.\n", "utf-8")
    (inputs / "page.html").write_text(PAGE.format(3), "utf-8")
    for name in MODULES:
        (here / name).parent.mkdir(exist_ok=True)
        (here / name).write_text(f"raise SystemExit({name!r} + ' was imported')\n", "utf-8")
    command = tmp_path / "bin" / "dateline.py"
    command.parent.mkdir()
    command.write_text(COMMAND, "utf-8")
    outside = {name: value for name, value in os.environ.items() if name not in ("PYTHONSAFEPATH", "PREFECT_API_URL")}
    done = subprocess.run(
        [sys.executable, str(command), "run", "in", "--workers", "2"],
        cwd=here,
        env=outside | {"DATELINE_RECORDS_PER_SHARD": "1", "DATELINE_WORDS_PER_SHARD": "5"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    run_flow(inputs, tmp_path / "out", coder=SMALL)
    assert digests(here / "output", AUDIT) == digests(tmp_path / "out", AUDIT)
