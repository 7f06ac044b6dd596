"""The flow of the nightly check: every promise of the contract, held against the published tables.

No `from __future__ import annotations` here, as in `flows.news`.
"""

import contextlib
import datetime as dt
from typing import cast

import httpx
from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.logging import get_run_logger
from prefect.states import Failed

from flows.artifact import name_this_run
from flows.news import name_while_running
from flows.notify import notify_failure
from tasks.errors import RunFailed, UserError
from tasks.report.page.markup import plural
from tasks.verify.finding import Finding
from tasks.verify.output import verify

ARTIFACT_KEY = "dateline-verify"
# So many findings stand in the state's message, and so many in the artifact; the command `dateline verify` has all.
IN_MESSAGE = 3
IN_ARTIFACT = 200


@flow(name="verify_tables", flow_run_name=name_while_running, persist_result=False)
def verify_tables(output: str = "output", on_failure: str | None = None) -> int:
    """Check the tables and give the number of findings, which is 0: with findings the flow run is Failed.

    Parameters
    ----------
    output
        Folder of the tables.
    on_failure
        Who is told where something does not hold: a shell command or an address, as in the settings of a run.

    Raises
    ------
    UserError
        There is no such folder.
    RunFailed
        With the first findings.
    """
    started = dt.datetime.now(dt.UTC)
    try:
        findings = verify(output)
    except UserError as error:
        return _failed(output, on_failure, started, error, "failed")
    create_table_artifact(
        [{"finding": str(finding)} for finding in findings[:IN_ARTIFACT]],
        key=ARTIFACT_KEY,
        description=f"What does not hold in {output}: {plural(len(findings), 'finding')}",
    )
    for finding in findings[:IN_ARTIFACT]:
        get_run_logger().error(str(finding))
    if findings:
        told = plural(len(findings), "finding")
        return _failed(output, on_failure, started, RunFailed(_message(output, findings)), told)
    get_run_logger().info("%s: every check holds", output)
    with contextlib.suppress(httpx.HTTPError):
        name_this_run(started, "every check holds")
    return 0


def _message(output: str, findings: list[Finding]) -> str:
    more = len(findings) - IN_MESSAGE
    first = "; ".join(str(finding) for finding in findings[:IN_MESSAGE])
    return f"{output}: {plural(len(findings), 'finding')}: {first}" + (f"; and {more:,} more" if more > 0 else "")


def _failed(output: str, on_failure: str | None, started: dt.datetime, error: Exception, told: str) -> int:
    """End the flow run as Failed with the error's own line; the caller of the flow gets the error raised."""
    notify_failure(on_failure, f"verify-{started:%Y%m%dT%H%M%S%f}", str(error), output)
    with contextlib.suppress(httpx.HTTPError):
        name_this_run(started, told)
    return cast("int", Failed(message=str(error), data=error))
