"""A run in a forked child: the flow itself without a Prefect server around it, watched and, where wanted, disturbed.

The parent has loaded the model and every module, so a run costs a second or two and can be made hundreds of times.
What the child calls is `flows.news.news_to_parquet` with the flow's own steps; only Prefect's task runs, which would
need a server, are plain calls, and pages are extracted in the process. Trials through the command line, with its
server and workers, are in `command`.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import mmap
import os
import pkgutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PHASES = ("start", "recover", "read", "gate", "annotate", "merge", "publish", "cleaning", "over")
# Of the flow's module and its steps: what is entered when one is called.
STEPS = {
    "flows.news.recover": "recover",
    "flows.steps.discover": "read",
    "flows.steps.ingest": "read",
    "flows.steps.gate": "gate",
    "flows.steps.annotate": "annotate",
    "flows.steps.merge_and_publish": "merge",
}
STORAGE = ("write", "move", "delete", "delete_tree", "sweep", "create_exclusive", "replace_if")
CHANGING = frozenset(STORAGE)
JOURNAL = "_meta/publish.json"
HEARTBEAT_SECONDS = 0.4
# How long one run waits for another that is stopped in the middle of a step.
GUARD_SECONDS = 3.0
TIME_LIMIT = 600.0
FAILED, CRASHED, HUNG = 1, 3, -1

Matches = Callable[[str, Sequence[str]], bool]
Action = Callable[[], None]


@dataclass(slots=True)
class Trigger:
    """Does something before (or after) the n-th operation that matches."""

    matches: Matches
    action: Action
    nth: int = 1
    after: bool = False
    seen: int = 0


@dataclass(slots=True)
class Plan:
    """What is to happen inside a child: triggers on operations of the store, actions at the start of steps."""

    triggers: list[Trigger] = field(default_factory=list)
    at_step: dict[str, Action] = field(default_factory=dict)
    # Called in the child before the run: whatever else is to be otherwise.
    before: Action | None = None


@dataclass(slots=True)
class Child:
    """A run under way in a process (and session) of its own."""

    pid: int
    log: Path
    phases: mmap.mmap
    started: float

    @property
    def phase(self) -> str:
        """Which phase the run is in, or was in when it ended."""
        return PHASES[self.phases[0]]

    @property
    def operations(self) -> int:
        """How many operations of the store have been seen."""
        return int.from_bytes(self.phases[8:16], "little")

    def times(self) -> dict[str, float]:
        """Seconds from the start at which each phase was entered first."""
        found = {}
        for number, name in enumerate(PHASES):
            micros = int.from_bytes(self.phases[64 + 8 * number : 72 + 8 * number], "little")
            if micros:
                found[name] = micros / 1e6
        return found

    def stopped_or_ended(self, limit: float = TIME_LIMIT) -> bool:
        """Wait until the child stops itself (True) or ends (False); one that does neither is killed."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            found = os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT | os.WNOHANG)
            if found is not None:
                return found.si_code in (os.CLD_STOPPED, os.CLD_TRAPPED)
            time.sleep(0.005)
        return False

    def resume(self) -> None:
        """Let a stopped child go on."""
        os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WNOHANG)
        os.killpg(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL to the whole group."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            # Not yet a group of its own, or over.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def wait(self, limit: float = TIME_LIMIT) -> int:
        """Exit code; minus the signal's number after a signal; HUNG where it had to be ended after `limit` seconds."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.005)
        self.kill()
        os.waitpid(self.pid, 0)
        return HUNG

    def left_running(self) -> list[int]:
        """Processes of its session that still live."""
        return [pid for pid in living() if session_of(pid) == self.pid]

    def said(self) -> str:
        """What it wrote on standard output and error."""
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""


def living() -> list[int]:
    """Numbers of all processes."""
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def session_of(pid: int) -> int | None:
    """The session of a living process; None for one that has ended."""
    try:
        facts = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if facts[0] in ("Z", "X") else int(facts[3])


def preload() -> None:
    """Load what every run needs, so that a fork has it: one article is cleaned and annotated.

    No frame is touched: Polars would start threads, which a fork does not have.
    """

    for package in ("flows", "tasks"):
        found = importlib.import_module(package)
        for module in pkgutil.walk_packages(found.__path__, f"{package}."):
            if not module.name.startswith("tasks.annotate.training"):
                importlib.import_module(module.name)
    for name in ("duckdb", "pandas"):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    _warm_up()


def _warm_up() -> None:
    from bench.faults.corpus import page
    from bench.generated_news import article
    from flows.settings import load_config
    from tasks.annotate.layers import ArticleContext
    from tasks.annotate.pipeline import annotate_texts, load_pipeline
    from tasks.clean.article import CleanOptions, clean_article
    from tasks.clean.page.extract import extract_page
    from tasks.jobs.shards import code_sha256
    from tasks.records import Article, CleanArticle

    config = load_config(None)
    told = article(999)
    record = Article("warm-up", told["text"].encode(), text=told["text"], title=told["title"], source=told["source"])
    cleaned = clean_article(record, CleanOptions(languages=config.languages))
    assert isinstance(cleaned, CleanArticle)
    extract_page(page(told).decode(), None)
    # With the arguments that the job gives: the pipeline is kept by them.
    nlp = load_pipeline(config.model, config.actors, config.lexicon, config.coder)
    list(annotate_texts(nlp, [(cleaned.text, ArticleContext(cleaned.article_id, cleaned.title))]))
    code_sha256()


def start_run(settings: dict[str, Any], log: Path, plan: Plan | None = None) -> Child:
    """Fork a child that runs the flow with these settings."""
    return start(lambda: _run(settings), log, plan or Plan())


def start_command(arguments: Sequence[str], log: Path, plan: Plan | None = None) -> Child:
    """Fork a child that runs a command of `dateline` without a server, as the command line would."""
    return start(lambda: _command(arguments), log, plan or Plan())


def start(work: Callable[[], None], log: Path, plan: Plan) -> Child:
    """Fork a child with a session of its own that does some work; its output goes to a log."""
    sys.stdout.flush()
    sys.stderr.flush()
    phases = mmap.mmap(-1, 4096)
    started = time.monotonic()
    pid = os.fork()
    if pid:
        return Child(pid, log, phases, started)
    os.setsid()
    _to_log(log)
    code = CRASHED
    try:
        code = _work(work, phases, started, plan)
    except BaseException:  # noqa: BLE001 - the parent's code must not go on in a child
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _to_log(log: Path) -> None:
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(handle, 1)
    os.dup2(handle, 2)


def _work(work: Callable[[], None], phases: mmap.mmap, started: float, plan: Plan) -> int:
    from tasks.errors import RunFailed, UserError

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_DFL)
    _without_server()
    _watch(phases, started, plan)
    if plan.before is not None:
        plan.before()
    try:
        work()
    except (UserError, RunFailed) as error:
        print(f"dateline: {error}")
        return FAILED
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else 0
    enter(phases, started, "over")
    return 0


def _run(settings: dict[str, Any]) -> None:
    from flows.news import news_to_parquet
    from flows.settings import load_config

    news_to_parquet(load_config(None, **settings))


def _command(arguments: Sequence[str]) -> None:
    import flows.cli

    sys.argv[:] = ["dateline", *arguments]
    flows.cli.main()


def _without_server() -> None:
    """Let a Prefect task and flow be the functions they are, and nothing be told to a server."""
    import prefect
    from prefect.client.schemas.objects import State
    from prefect.logging import disable_run_logger

    import flows.artifact
    import flows.server
    import flows.steps
    import tasks.clean.article
    import tasks.store.lock
    import tasks.store.storage
    from tasks.clean.page.extract import extract_page

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        return self.fn(*args, **kwargs)

    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        ended = self.fn(*args, **kwargs)
        if isinstance(ended, State):
            raise ended.data if isinstance(ended.data, BaseException) else RuntimeError(ended.message)
        return ended

    prefect.Task.__call__ = call  # type: ignore[method-assign]
    prefect.Flow.__call__ = run  # type: ignore[method-assign]
    disable_run_logger().__enter__()
    for name in ("publish", "name_this_run"):
        setattr(flows.artifact, name, _nothing)
    vars(flows.server)["temporary_server"] = lambda *_, **__: contextlib.nullcontext("")
    vars(tasks.store.storage)["GUARD_SECONDS"] = GUARD_SECONDS
    vars(flows.steps)["run_jobs"] = _run_jobs
    # A helper process costs seconds to start; that it is killed with its run is for the command line's trials.
    vars(tasks.clean.article)["extract_page_within"] = lambda html, url, seconds: extract_page(html, url)
    set_default(tasks.store.lock.writer_lock, "heartbeat_seconds", HEARTBEAT_SECONDS)


def _nothing(*args: Any, **kwargs: Any) -> None:
    """Stands for what would tell a server something."""


def _run_jobs(config: Any, task: Any, jobs: Sequence[Any], *_: Any, **options: Any) -> tuple[list[Any], list[Any]]:
    """One job after another in this process; one that raises is a failure, as with a runner."""
    from flows.runners import Failure

    results: list[Any] = []
    failures: list[Any] = []
    for job in jobs:
        try:
            result = task.fn(job)
        except Exception as error:  # noqa: BLE001 - as a task runner makes a state of whatever a task raises
            failures.append(Failure(job, f"Task run encountered an exception {type(error).__name__}: {error}"))
            continue
        results.append((job, result))
        if options.get("on_done") is not None:
            options["on_done"](job, result)
    return results, failures


def set_default(function: Any, name: str, value: object) -> None:
    """Give a parameter another default, for every caller that does not say."""
    inner = inspect.unwrap(function)
    with_default = [
        item.name for item in inspect.signature(inner).parameters.values() if item.default is not item.empty
    ]
    keyword = inner.__kwdefaults__ or {}
    if name in keyword:
        inner.__kwdefaults__ = {**keyword, name: value}
        return
    place = [item for item in with_default if item not in keyword].index(name)
    defaults = list(inner.__defaults__)
    defaults[place] = value
    inner.__defaults__ = tuple(defaults)


def enter(phases: mmap.mmap, started: float, name: str) -> None:
    """Note in the shared page which phase the run is in, and when it was entered first."""
    number = PHASES.index(name)
    phases[0] = number
    at = slice(64 + 8 * number, 72 + 8 * number)
    if not any(phases[at]):
        phases[at] = max(1, int((time.monotonic() - started) * 1e6)).to_bytes(8, "little")


def _watch(phases: mmap.mmap, started: float, plan: Plan) -> None:
    """Wrap the steps and the operations of the store: they tell their phase and set off what is planned."""
    for path, phase in STEPS.items():
        module_name, _, name = path.rpartition(".")
        module = importlib.import_module(module_name)
        setattr(module, name, _step(getattr(module, name), name, phase, phases, started, plan))
    _watch_storage(phases, started, plan)
    _watch_steps(plan)
    _watch_renames(plan)


def _step(real: Any, name: str, phase: str, phases: mmap.mmap, started: float, plan: Plan) -> Any:
    def step(*args: Any, **kwargs: Any) -> Any:
        enter(phases, started, phase)
        if name in plan.at_step:
            plan.at_step[name]()
        return real(*args, **kwargs)

    return step


def _watch_storage(phases: mmap.mmap, started: float, plan: Plan) -> None:
    from tasks.store.storage import LocalStorage

    for name in STORAGE:
        setattr(LocalStorage, name, _operation(getattr(LocalStorage, name), name, phases, started, plan))


def _watch_steps(plan: Plan) -> None:
    """The moment before a step is made under the lock: operation `hold`."""
    from tasks.store.lock import WriterLock

    real = WriterLock.held

    def held(self: WriterLock) -> Any:
        with _triggered([trigger for trigger in plan.triggers if trigger.matches("hold", ["lock"])], "hold"):
            return real(self)

    vars(sys.modules["tasks.store.lock"])["WriterLock"].held = held


def _operation(real: Any, name: str, phases: mmap.mmap, started: float, plan: Plan) -> Any:
    def operation(self: Any, *args: Any) -> Any:
        urls = [item for item in args if isinstance(item, str)]
        phases[8:16] = (int.from_bytes(phases[8:16], "little") + 1).to_bytes(8, "little")
        writes_journal = urls[0].endswith(JOURNAL) and name in ("write", "create_exclusive")
        if writes_journal and PHASES[phases[0]] != "recover":
            enter(phases, started, "publish")
        pending = [trigger for trigger in plan.triggers if trigger.matches(name, urls)]
        with _triggered(pending, f"{name} {' '.join(urls)}"):
            result = real(self, *args)
        removes_journal = urls[0].endswith(JOURNAL) and (name == "delete" or (name == "replace_if" and args[2] is None))
        if removes_journal and PHASES[phases[0]] == "publish":
            enter(phases, started, "cleaning")
        return result

    return operation


@contextlib.contextmanager
def _triggered(triggers: list[Trigger], operation: str) -> Iterator[None]:
    due = []
    for trigger in triggers:
        trigger.seen += 1
        if trigger.seen == trigger.nth:
            due.append(trigger)
    for trigger in due:
        if not trigger.after:
            print(f"before {operation}", flush=True)
            trigger.action()
    yield
    for trigger in due:
        if trigger.after:
            print(f"after {operation}", flush=True)
            trigger.action()


def _watch_renames(plan: Plan) -> None:
    """The moment between a written temporary file and its name: operation `rename`."""
    real = os.replace

    def replace(source: Any, target: Any, **kwargs: Any) -> None:
        pending = [trigger for trigger in plan.triggers if trigger.matches("rename", [os.fspath(target)])]
        with _triggered(pending, f"rename {target}"):
            real(source, target, **kwargs)

    os.replace = replace  # type: ignore[assignment]


def stop_itself() -> None:
    """SIGSTOP to the whole process: its heartbeat stops too."""
    os.kill(os.getpid(), signal.SIGSTOP)


def kill_itself() -> None:
    """SIGKILL to the whole group."""
    os.killpg(os.getpgrp(), signal.SIGKILL)


def changes_store(name: str, urls: Sequence[str]) -> bool:
    """Matches every operation that changes something, but those on the lock."""
    return name in CHANGING and not urls[0].endswith("lock.json")


def on(file: str, *names: str) -> Matches:
    """Matches operations of these names (none: all that change something) on a file by the end of its URL."""
    wanted = names or STORAGE

    def matches(name: str, urls: Sequence[str]) -> bool:
        return name in wanted and any(url.endswith(file) for url in urls)

    return matches
