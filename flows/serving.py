"""`dateline serve`: a Prefect server and the flow in one process, on a schedule, until it is stopped."""

from __future__ import annotations

import os
import signal

from rich.console import Console

from flows.children import safe_children
from flows.server import Listen, ServerFailed, temporary_server
from flows.settings import RunConfig


def serve_until_stopped(
    config: RunConfig, cron: str | None, host: str, port: int | None, ui: bool, console: Console
) -> None:
    """Start a server and run the flow under it whenever it is due, one run at a time, until Ctrl-C.

    Parameters
    ----------
    cron
        When to run; on demand only where it is None.
    host, port, ui
        Where the server listens, a free port if None, and whether it shows its web pages.

    Raises
    ------
    ServerFailed
        Where the server does not start, or dies.
    """
    # Nobody waits for a result here: what goes wrong in a run has to show, here and among the run's own lines.
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "INFO")
    os.environ.setdefault("PREFECT_LOGGING_EXTRA_LOGGERS", "dateline")
    lost: list[bool] = []

    def stop() -> None:
        lost.append(True)
        os.kill(os.getpid(), signal.SIGTERM)

    with safe_children(), temporary_server(config.state, Listen(host, port, ui), on_loss=stop) as address:
        from prefect.types.entrypoint import EntrypointType

        from flows.news import news_to_parquet

        pages = f"Prefect at {address.removesuffix('/api')}" if ui else f"Prefect API at {address}"
        console.print(f"{pages}; runs {cron or 'on demand'}; stop with Ctrl-C", soft_wrap=True, highlight=False)
        news_to_parquet.serve(
            name="dateline",
            cron=cron,
            parameters={"config": config.model_dump(mode="json")},
            print_starting_message=False,
            # Two runs cannot write at once: the second one waits for its turn instead of failing.
            limit=1,
            # By its name: loading it by its path would put the working folder first on the path of its process.
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        if lost:
            raise ServerFailed("the server has ended")
