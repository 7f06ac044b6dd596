"""The command line: `dateline run | report | show | query | verify | serve` and what goes with them.

Exit codes: 0 done, 1 failed, 2 misused, 3 no article found (`run --fail-on-empty`), 4 drift
(`run --fail-on-drift`).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from tasks.errors import RunFailed, UserError

# Whatever a command needs it imports itself: `--help` must not wait for readers, models and servers.
if TYPE_CHECKING:
    from flows.settings import RunConfig

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
CONSOLE = Console(stderr=True)

OutputOption = Annotated[str | None, typer.Option("--output", help="Folder of the tables \\[default: output].")]
ConfigOption = Annotated[str | None, typer.Option("--config", help="TOML file of settings.")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        from tasks import __version__

        typer.echo(f"dateline {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """News articles in, entity and event tables in Parquet out."""


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
    coder: Annotated[str | None, typer.Option(help="Who codes events: small, large or frames.")] = None,
    workers: Annotated[int | None, typer.Option(help="Worker processes; 0 is one per core.")] = None,
    runner: Annotated[str | None, typer.Option(help="local, dask, ray or inline.")] = None,
    actors: Annotated[str | None, typer.Option(help="Authority file of actors, CSV or Parquet.")] = None,
    lexicon: Annotated[str | None, typer.Option(help="Event frames besides the shipped ones, TSV.")] = None,
    boilerplate: Annotated[str | None, typer.Option(help="Boilerplate rules besides the shipped ones, TOML.")] = None,
    reprocess: Annotated[bool | None, typer.Option("--reprocess", help="Annotate all published texts again.")] = None,
    replace_by_origin: Annotated[
        bool | None, typer.Option("--replace-by-origin", help="A changed file replaces the articles it gave before.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="Leave articles published before this day, YYYY-MM-DD, for a later run.")
    ] = None,
    limit: Annotated[int | None, typer.Option(help="Take so many new records at most, the rest later.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be read, skipped and replaced; change nothing.")
    ] = False,
    fail_on_drift: Annotated[
        bool | None, typer.Option("--fail-on-drift", help="Exit with 4 where the run differs from the days before it.")
    ] = None,
    fail_on_empty: Annotated[
        bool | None, typer.Option("--fail-on-empty", help="Exit with 3 where no article is found.")
    ] = None,
    log_file: Annotated[str | None, typer.Option(help="Add progress and end to this file.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object at the end, also of a failure, and nothing else.")
    ] = False,
    config: ConfigOption = None,
    quiet: QuietOption = False,
) -> None:
    """Read articles, annotate what is new and publish the tables."""
    from flows.run_command import dry_run_and_print, run_and_print
    from flows.summary import told_as_json

    given: dict[str, Any] = dict(  # noqa: C408  (names of settings, as load_config takes them)
        inputs=tuple(inputs) if inputs else None,
        output=output,
        clean=clean,
        dedup=dedup,
        languages=languages,
        annotate=annotate,
        model=model,
        coder=coder,
        workers=workers,
        runner=runner,
        actors=actors,
        lexicon=lexicon,
        boilerplate=boilerplate,
        reprocess=reprocess,
        replace_by_origin=replace_by_origin,
        since=since,
        limit=limit,
        fail_on_drift=fail_on_drift,
        fail_on_empty=fail_on_empty,
        log_file=log_file,
    )
    with told_as_json(as_json) as told:
        settings = load_config(config, **given)
        done = dry_run_and_print(settings, quiet or as_json) if dry_run else run_and_print(settings, quiet, as_json)
        told |= {"exit_code": 0, "message": None, "output": settings.output, **done}


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
    from flows.run_command import run_and_print
    from flows.withdrawal import read_ids, with_settings_of_tables

    given = read_ids(ids)
    settings = load_config(config, inputs=(), output=output, withdraw=given, actors=actors, lexicon=lexicon)
    run_and_print(with_settings_of_tables(settings), quiet)


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
def repair(
    inputs: Annotated[
        list[str] | None, typer.Argument(help="The inputs that the tables were made from, as far as they are there.")
    ] = None,
    output: OutputOption = None,
    actors: Annotated[str | None, typer.Option(help="The authority file that the tables were made with.")] = None,
    lexicon: Annotated[str | None, typer.Option(help="The event frames that the tables were made with.")] = None,
    boilerplate: Annotated[str | None, typer.Option(help="The boilerplate rules that they were made with.")] = None,
    config: ConfigOption = None,
    quiet: QuietOption = False,
) -> None:
    """Make damaged or missing files anew: from the published texts, or from INPUT where texts are gone."""
    from flows.repair import begin_repair, damage_lines, kept_lines, loss_lines
    from flows.run_command import run_and_print

    given = tuple(inputs) if inputs else None
    files = {"actors": actors, "lexicon": lexicon, "boilerplate": boilerplate}
    found = begin_repair(load_config(config, inputs=given, output=output, **files))
    for line in damage_lines(found):
        CONSOLE.print(line, highlight=False, markup=False, soft_wrap=True)
    if found.needs_run:
        # What the run fills again is no news, and may all be there already.
        settings = found.settings.model_copy(update={"fail_on_empty": False, "fail_on_drift": False})
        done = False
        try:
            run_and_print(settings, quiet, repair=True)
            done = True
        finally:
            # A run that ended well has named what is lost itself.
            for line in (*(() if done else loss_lines(found)), *kept_lines(found)):
                CONSOLE.print(line, highlight=False, markup=False, soft_wrap=True)


@app.command()
def migrate(output: OutputOption = None, config: ConfigOption = None) -> None:
    """Bring tables of an earlier schema to this program's, without reading an article."""
    from flows.migration import migrate as bring

    settings = load_config(config, output=output)
    for line in bring(settings):
        Console().print(line, highlight=False, markup=False, soft_wrap=True)


@app.command()
def serve(
    config: ConfigOption = None,
    output: OutputOption = None,
    inputs: Annotated[list[str] | None, typer.Argument(help="Files, folders or globs of articles.")] = None,
    cron: Annotated[str | None, typer.Option(help='When to run, e.g. "0 * * * *"; without, on demand.')] = None,
    ui: Annotated[bool, typer.Option("--ui/--no-ui", help="Show Prefect's web pages too.")] = False,
    host: Annotated[str, typer.Option(help="Address that the server listens on.")] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port of the server \\[default: a free one].")
    ] = None,
) -> None:
    """Serve the flow from this process, on a schedule, with a local Prefect server; stop it with Ctrl-C."""
    from flows.checks import check_before_start
    from flows.serving import serve_until_stopped

    settings = load_config(config, output=output, inputs=tuple(inputs) if inputs else None)
    check_before_start(settings)
    serve_until_stopped(settings, cron, host, port, ui, Console())


def load_config(config_file: str | None = None, **command_line: Any) -> RunConfig:
    """The settings of a command; see `flows.settings.load_config`."""
    from flows.settings import load_config as load

    return load(config_file, **command_line)


def main() -> None:
    """Run the command line; a user's mistake is one line on standard error and exit code 2, a failed run 1 or 3."""
    try:
        app()
    except (UserError, RunFailed) as error:
        from flows.summary import exit_code

        CONSOLE.print(f"dateline: {error}", style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(exit_code(error))


if __name__ == "__main__":
    main()
