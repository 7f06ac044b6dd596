"""Whether Prefect tries a failed flow run once more, as the deployment says (`PREFECT_FLOWS_DEFAULT_RETRIES`)."""

from __future__ import annotations

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRunPolicy
from prefect.context import FlowRunContext


def retry_is_to_come() -> bool:
    """Whether the flow run that is under way is tried once more where it fails now."""
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        return False
    return context.flow_run.run_count <= (context.flow_run.empirical_policy.retries or 0)


def forgo_retries() -> None:
    """Let the failure of the flow run that is under way be its end.

    Raises
    ------
    httpx.HTTPError
        Prefect's server could not be told.
    """
    context = FlowRunContext.get()
    if context is None or context.flow_run is None or not retry_is_to_come():
        return
    policy = FlowRunPolicy(**context.flow_run.empirical_policy.model_dump() | {"retries": 0})
    with get_client(sync_client=True) as client:
        client.update_flow_run(context.flow_run.id, empirical_policy=policy)
    context.flow_run.empirical_policy = policy
