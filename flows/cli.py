"""The command line: `dateline run | report | show | query | verify | serve` and what goes with them.

Exit codes: 0 done, 1 failed, 2 misused.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from tasks.errors import RunFailed, UserError

# Whatever a command needs it imports itself: `--help` must not wait for readers, models and servers.
if TYPE_CHECKING:
    from flows.settings import RunConfig

app = typer.Typer(
    help="News articles in, entity and event tables in Parquet out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
CONSOLE = Console(stderr=True)

OutputOption = Annotated[str | None, typer.Option("--output", help="Folder of the tables \\[default: output].")]
ConfigOption = Annotated[str | None, typer.Option("--config", help="TOML file of settings.")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]


@app.command()
def run(
    inputs: Annotated[
        list[str] | None, typer.Argument(help="Files, folders or globs of articles; - reads what is piped in.")
    ] = None,
    output: OutputOption = None,
    clean: Annotated[str | None, typer.Option(help="auto or none (the text letter for letter).")] = None,
    dedup: Annotated[str | None, typer.Option(help="on or off.")] = None,
    languages: Annotated[str | None, typer.Option(help="Languages let in: en, or en,de, or all.")] = None,
    annotate: Annotated[bool | None, typer.Option("--annotate/--no-annotate", help="Stop after cleaning.")] = None,
    model: Annotated[str | None, typer.Option(help="Installed spaCy model.")] = None,
    workers: Annotated[int | None, typer.Option(help="Worker processes; 0 is one per core.")] = None,
    runner: Annotated[str | None, typer.Option(help="local, dask, ray or inline.")] = None,
    actors: Annotated[str | None, typer.Option(help="Authority file of actors, CSV or Parquet.")] = None,
    lexicon: Annotated[str | None, typer.Option(help="Event frames besides the shipped ones, TSV.")] = None,
    boilerplate: Annotated[str | None, typer.Option(help="Boilerplate rules besides the shipped ones, TOML.")] = None,
    reprocess: Annotated[bool | None, typer.Option("--reprocess", help="Annotate all published texts again.")] = None,
    replace_by_origin: Annotated[
        bool | None, typer.Option("--replace-by-origin", help="A changed file replaces the articles it gave before.")
    ] = None,
    config: ConfigOption = None,
    quiet: QuietOption = False,
) -> None:
    """Read articles, annotate what is new and publish the tables."""
    settings = load_config(
        config,
        inputs=tuple(inputs) if inputs else None,
        output=output,
        clean=clean,
        dedup=dedup,
        languages=languages,
        annotate=annotate,
        model=model,
        workers=workers,
        runner=runner,
        actors=actors,
        lexicon=lexicon,
        boilerplate=boilerplate,
        reprocess=reprocess,
        replace_by_origin=replace_by_origin,
    )
    _run(settings, quiet)


@app.command()
def withdraw(
    ids: Annotated[str, typer.Option("--ids", help="File of article ids, one a line.")],
    output: OutputOption = None,
    actors: Annotated[str | None, typer.Option(help="The authority file that the tables were made with.")] = None,
    lexicon: Annotated[str | None, typer.Option(help="The event frames that the tables were made with.")] = None,
    config: ConfigOption = None,
    quiet: QuietOption = False,
) -> None:
    """Take articles out for good: their rows go, a tombstone keeps them out of every later run."""
    from flows.withdrawal import read_ids, with_settings_of_tables

    given = read_ids(ids)
    settings = load_config(config, inputs=(), output=output, withdraw=given, actors=actors, lexicon=lexicon)
    _run(with_settings_of_tables(settings), quiet)


@app.command()
def boilerplate(
    inputs: Annotated[list[str], typer.Option("--mine", help="Files, folders or globs of articles.")],
    fewest: Annotated[int, typer.Option(help="Articles of one source that must hold a line.")] = 5,
) -> None:
    """Print rules for lines that one source repeats in many articles: read them, then give them to `run`."""
    from tasks.clean.article import CleanOptions, clean_article
    from tasks.clean.mine import mine_boilerplate
    from tasks.ingest.discover import discover
    from tasks.ingest.limits import Limits
    from tasks.ingest.slices import read
    from tasks.records import Article, CleanArticle

    options = CleanOptions(languages=("all",))
    found = (
        clean_article(record, options)
        for file in discover(inputs)
        for record in read(file, Limits())
        if isinstance(record, Article)
    )
    typer.echo(mine_boilerplate((article for article in found if isinstance(article, CleanArticle)), fewest=fewest))


@app.command()
def lexicon(
    inputs: Annotated[
        list[str] | None, typer.Argument(help="For --refused: files, folders or globs of articles.", metavar="[INPUT]…")
    ] = None,
    output: OutputOption = None,
    unused: Annotated[bool, typer.Option("--unused", help="Frames that coded no report of the tables.")] = False,
    misses: Annotated[
        bool, typer.Option("--misses", help="Frequent verbs between two actors that no frame takes.")
    ] = False,
    refused: Annotated[
        bool, typer.Option("--refused", help="Matches of frames in INPUT that became no event, with the rule.")
    ] = False,
    articles: Annotated[int, typer.Option(help="How many published articles --misses parses again.")] = 500,
    frames: Annotated[str | None, typer.Option("--lexicon", help="Your frames, as given to run.")] = None,
    actors: Annotated[str | None, typer.Option(help="Your authority file, as given to run.")] = None,
    config: ConfigOption = None,
) -> None:
    """Tell what the event lexicon does with your articles, as tab-separated lines, to help extend it."""
    from tasks.report.lexicon import print_misses, print_refused, print_unused

    if unused + misses + refused != 1:
        raise UserError("dateline lexicon: say one of --unused, --misses and --refused")
    if inputs and not refused:
        raise UserError(f"dateline lexicon: {inputs[0]} is read with --refused only; name tables with --output")
    settings = load_config(config, output=output, lexicon=frames, actors=actors)
    if unused:
        print_unused(settings.output, settings.lexicon)
    elif misses:
        print_misses(settings.output, settings.model, settings.actors, settings.lexicon, articles)
    else:
        given = inputs or list(settings.inputs)
        print_refused(given, settings.model, settings.actors, settings.lexicon)


@app.command()
def show(
    key: Annotated[str, typer.Argument(help="Id of an event or an entity.", metavar="EVENT_ID|ENTITY_ID")],
    output: OutputOption = None,
    why: Annotated[
        bool,
        typer.Option("--why", help="Tell of each report why it counts, and which rules of language decided its cells."),
    ] = False,
    actors: Annotated[str | None, typer.Option(help="For --why: the authority file given to run.")] = None,
    lexicon: Annotated[str | None, typer.Option(help="For --why: the event frames given to run.")] = None,
    config: ConfigOption = None,
) -> None:
    """Open an event or an entity in the terminal, down to the sentences."""
    from tasks.report.show import show as print_it

    settings = load_config(config, output=output, actors=actors, lexicon=lexicon)
    print_it(settings.output, key, why, Console(), actors=settings.actors, lexicon=settings.lexicon)


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="One SQL statement over the tables by name.")],
    output: OutputOption = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")] = False,
    config: ConfigOption = None,
) -> None:
    """Ask the tables in SQL (needs DuckDB: pip install duckdb)."""
    from tasks.report.query import query as print_rows

    print_rows(load_config(config, output=output).output, sql, csv, Console())


@app.command()
def report(
    output: OutputOption = None,
    run_id: Annotated[str | None, typer.Option("--run", help="Run whose intake to tell \\[default: the last].")] = None,
    file: Annotated[
        str | None, typer.Option("--out", "-o", help="HTML file to write \\[default: dateline-report.html].")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Write one page about the tables and a run, to open in any browser, without a network."""
    from tasks.report.page.write import write_report

    path, size = write_report(load_config(config, output=output).output, run_id, file)
    Console().print(f"{path}: {size / 1000:,.0f} kB", highlight=False, markup=False, soft_wrap=True)


@app.command()
def export(
    target: Annotated[str, typer.Argument(help="New or empty folder for the copy.", metavar="DIR")],
    output: OutputOption = None,
    no_text: Annotated[
        bool, typer.Option("--no-text", help="Leave out texts, evidence, quotations' words and titles.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Copy the tables to share them; with --no-text without the publishers' words."""
    from tasks.report.export import export_tables

    folder = load_config(config, output=output).output
    rows = export_tables(folder, target, with_text=not no_text)
    Console().print(f"{target}: {len(rows)} tables, {sum(rows.values()):,} rows", highlight=False, soft_wrap=True)


@app.command()
def actors(
    unknown: Annotated[str, typer.Option("--unknown", help="Folder of the tables.")],
    file: Annotated[str | None, typer.Option("--out", "-o", help="CSV file to write \\[default: print it].")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 200,
) -> None:
    """List the most frequent actors without country or sector, as a file for `run --actors` to fill in."""
    from tasks.report.unknown_actors import write_unknown_actors

    text = write_unknown_actors(unknown, file, limit)
    if file is None:
        typer.echo(text, nl=False)


@app.command()
def verify(output: OutputOption = None, config: ConfigOption = None) -> None:
    """Check every promise of the contract; exit 1 with the rows that break one."""
    from tasks.verify.output import verify as check

    folder = load_config(config, output=output).output
    findings = check(folder)
    for finding in findings:
        CONSOLE.print(str(finding), highlight=False, markup=False, soft_wrap=True)
    if findings:
        CONSOLE.print(f"{len(findings)} findings", highlight=False)
        raise typer.Exit(1)
    Console().print(f"{folder}: every check holds")


@app.command()
def migrate(output: OutputOption = None, config: ConfigOption = None) -> None:
    """Bring tables of an earlier schema to this program's; there has been one schema so far."""
    from tasks.store.fingerprint import require_schema
    from tasks.store.layout import open_tables

    folder = load_config(config, output=output).output
    version = require_schema(open_tables(folder))
    Console().print(f"{folder}: schema {version} already, nothing to do")


@app.command()
def serve(
    config: ConfigOption = None,
    output: OutputOption = None,
    inputs: Annotated[list[str] | None, typer.Argument(help="Files, folders or globs of articles.")] = None,
    cron: Annotated[str | None, typer.Option(help='When to run, e.g. "0 * * * *"; without, on demand.')] = None,
) -> None:
    """Serve the flow from this process, on a schedule, with a local Prefect server; stop it with Ctrl-C."""
    from flows.checks import check_before_start
    from flows.children import safe_children
    from flows.server import temporary_server

    settings = load_config(config, output=output, inputs=tuple(inputs) if inputs else None)
    check_before_start(settings)
    # Nobody waits for a result here: what goes wrong in a run has to show.
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "INFO")
    with safe_children(), temporary_server(settings.state) as address:
        from prefect.types.entrypoint import EntrypointType

        from flows.news import news_to_parquet

        Console().print(f"Prefect API at {address}; runs {cron or 'on demand'}; stop with Ctrl-C", soft_wrap=True)
        news_to_parquet.serve(
            name="dateline",
            cron=cron,
            parameters={"config": settings.model_dump(mode="json")},
            print_starting_message=False,
            # By its name: loading it by its path would put the working folder first on the path of its process.
            entrypoint_type=EntrypointType.MODULE_PATH,
        )


def load_config(config_file: str | None = None, **command_line: Any) -> RunConfig:
    """The settings of a command; see `flows.settings.load_config`."""
    from flows.settings import load_config as load

    return load(config_file, **command_line)


def _run(settings: RunConfig, quiet: bool) -> None:
    from flows.checks import check_before_start
    from flows.progress import reporting
    from flows.server import prefect_environment, temporary_server
    from flows.stopping import STOPPED, stop_on_signals

    _log_to_stderr(quiet)
    os.environ.update(prefect_environment(settings.state))
    check_before_start(settings)
    try:
        with stop_on_signals(_say_stopped), temporary_server(settings.state), reporting(CONSOLE, quiet):
            from flows.news import news_to_parquet

            try:
                summary = news_to_parquet(settings)
            except UserError as error:
                # Nothing wrong with the command itself: tables made otherwise, another writer, a full disk.
                raise RunFailed(str(error)) from error
    except KeyboardInterrupt as stopped:
        _say_stopped()
        raise typer.Exit(STOPPED) from stopped
    if not quiet:
        _print_summary(settings.output, summary)


def _say_stopped() -> None:
    CONSOLE.print("\ndateline: stopped; the next run goes on from the finished shards", soft_wrap=True)


def _log_to_stderr(quiet: bool) -> None:
    """Only our own lines: Prefect keeps its own with the run."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", datefmt="%H:%M:%S"))
    logger = logging.getLogger("dateline")
    logger.handlers[:] = [handler]
    logger.propagate = False
    logger.setLevel(logging.WARNING if quiet else logging.INFO)


def _print_summary(output: str, summary: dict[str, Any]) -> None:
    from rich.table import Table as Grid

    from flows.artifact import note_lines

    console = Console()
    grid = Grid(title=f"Tables in {output}", title_justify="left")
    grid.add_column("table")
    grid.add_column("rows", justify="right")
    for name, rows in summary["tables"].items():
        grid.add_row(name, f"{rows:,}")
    console.print(grid)
    console.print(
        "Records: {n_inputs:,} in, {n_new:,} new, {n_unchanged:,} unchanged, {n_superseded:,} superseded, "
        "{n_rejects:,} rejected; {n_duplicates:,} copies found; {seconds:.0f} s".format(**summary["run"]),
        highlight=False,
        soft_wrap=True,
    )
    for line in note_lines(summary):
        console.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)
    lines = (f'pl.read_parquet("{output}/events/**/*.parquet")', f"duckdb.sql(\"FROM '{output}/events/**/*.parquet'\")")
    console.print("Load a table in Python, with Polars or DuckDB:", highlight=False)
    for line in lines:
        console.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)


def main() -> None:
    """Run the command line; a user's mistake is one line on standard error and exit code 2, a failed run 1."""
    try:
        app()
    except UserError as error:
        CONSOLE.print(f"dateline: {error}", style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(2)
    except RunFailed as error:
        CONSOLE.print(f"dateline: {error}", style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
