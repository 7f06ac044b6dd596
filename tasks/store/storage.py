"""Files behind URLs: the few operations that publishing needs, each durable and atomic when it returns.

Callers hold URLs and never paths, so another kind of storage (an object store, where a PUT is the atomic step) is one
more class here and one more line in `open_storage`.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, quote_from_bytes, unquote_to_bytes

from tasks.errors import UserError

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
# What `LocalStorage.write` writes into before the rename: hidden from `list_files`, removed by `sweep`.
_TEMPORARY = re.compile(r"\..+\.\d+-\d+\.tmp")
_HELPER = re.compile(r"\..+\.(guard|swap)")

_MENDS = {
    errno.EACCES: "no permission; change its owner or mode, or give another folder",
    errno.EPERM: "no permission; change its owner or mode, or give another folder",
    errno.EROFS: "the file system is read-only; give another folder",
    errno.ENOSPC: "the disk is full; free some space and run again (what is published is intact)",
    errno.EDQUOT: "the disk quota is used up; free some space and run again (what is published is intact)",
    errno.ENOTDIR: "a file lies where a folder must be; move it away or give another folder",
    errno.ENAMETOOLONG: "the name is too long for the file system; give a shorter folder",
}
GUARD_SECONDS = 20.0
GUARD_POLL_SECONDS = 0.01
_NO_LOCKS = {errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.ENOLCK, errno.EINVAL}


class GuardHeld(UserError):
    """The guard of a file did not come free: the process that holds it is stopped in the middle of a step."""


class Storage(Protocol):
    """What publishing asks of a place that keeps files.

    Every method takes URLs as `to_url` and `join` make them. A method that changes something has made the change
    durable when it returns; killed before that, it has either changed nothing or all (`delete_tree` and `sweep`: part,
    and may be called again). Folders exist where files are: nobody creates or removes one. Reading a file that is not
    there raises FileNotFoundError; no room and no permission raise UserError.
    """

    def read(self, url: str) -> bytes:
        """The whole content of a file."""

    def write(self, url: str, data: bytes) -> None:
        """Create or replace a file; a reader sees the old content or the new, never a part."""

    def move(self, source: str, target: str) -> None:
        """Give a file another name, replacing what was there in one step; a move made before is made durable."""

    def delete(self, url: str) -> None:
        """Remove a file; one that is not there is no error."""

    def exists(self, url: str) -> bool:
        """Whether there is a file of that name."""

    def size(self, url: str) -> int:
        """Size of a file in bytes."""

    def list_files(self, url: str) -> list[str]:
        """The URLs of all files below a folder, at any depth, sorted; none where there is no such folder."""

    def delete_tree(self, url: str) -> None:
        """Remove a folder with everything below it; one that is not there is no error."""

    def sweep(self, url: str) -> None:
        """Remove what interrupted writes left below a folder, and folders without files. Not while others write."""

    def create_exclusive(self, url: str, data: bytes) -> bool:
        """Create a file unless there is one; of several callers at once exactly one gets True."""

    def replace_if(self, url: str, expected: bytes, data: bytes | None) -> bool:
        """Replace (None: remove) a file if its content is still `expected`; of several at once one gets True."""

    def guarded(self, url: str) -> AbstractContextManager[None]:
        """Keep every `create_exclusive` and `replace_if` of a file, by whatever process, waiting inside the block."""

    def location(self, url: str) -> str:
        """What Polars, PyArrow and people call this file."""


def to_url(place: str | os.PathLike[str]) -> str:
    """Give the URL of a path or URL: absolute, percent-encoded, without a slash at the end.

    A text with a scheme (`s3://…`) is taken for a URL, anything else for a path of this machine. `to_url` of a URL is
    that URL.

    Raises
    ------
    UserError
        The text is empty, names another machine, or the path leads in a circle.
    """
    text = os.fspath(place)
    if not text or "\0" in text:
        raise UserError("an empty folder name was given; name a folder or a URL")
    scheme = _SCHEME.match(text)
    if scheme is None:
        return _file_url(Path(text))
    if scheme[1].lower() != "file":
        return scheme[1].lower() + text[len(scheme[1]) :].rstrip("/")
    host, slash, path = text[scheme.end() :].partition("/")
    if host not in ("", "localhost") or not slash:
        raise UserError(f"{text}: a file URL has three slashes and an absolute path: file:///folder")
    return _file_url(Path(os.fsdecode(unquote_to_bytes("/" + path))))


def _file_url(path: Path) -> str:
    try:
        full = path.resolve()
    except (OSError, RuntimeError) as error:  # Python 3.11 and 3.12 raise RuntimeError for a circle of links
        raise UserError(f"{path}: the path cannot be followed ({error}); give another folder") from error
    return "file://" + quote_from_bytes(os.fsencode(full), safe="/=")


def join(url: str, *parts: str) -> str:
    """Give the URL of something below a folder; `parts` are plain names or relative paths with forward slashes.

    Raises
    ------
    ValueError
        A part is empty, absolute, or climbs out with `..`.
    """
    for part in parts:
        if any(step in ("", ".", "..") for step in part.split("/")) or "\0" in part:
            raise ValueError(f"{part!r} is not a name below a folder")
    return "/".join([url.removesuffix("/"), *(quote_from_bytes(os.fsencode(part), safe="/=") for part in parts)])


def relative_name(folder: str, url: str) -> str:
    """Give the plain name of a file relative to a folder above it; `join` of the two is the file's URL again."""
    prefix = folder.removesuffix("/") + "/"
    if not url.startswith(prefix):
        raise ValueError(f"{url} is not below {folder}")
    return os.fsdecode(unquote_to_bytes(url.removeprefix(prefix)))


def open_storage(url: str) -> Storage:
    """Pick the storage of a URL by its scheme.

    Raises
    ------
    UserError
        There is no storage for the scheme.
    """
    scheme = _SCHEME.match(url)
    if scheme is not None and scheme[1] == "file":
        return LocalStorage()
    name = scheme[1] if scheme else quote(url)
    raise UserError(f"{url}: no storage for {name}://; give a local folder or a file:// URL")


@dataclass(frozen=True, slots=True)
class LocalStorage:
    """Folders of this machine, under `file://`.

    A write goes to a temporary file beside the target, is synced, renamed over it, and the folder is synced: the order
    that survives a loss of power (rename(2), fsync(2)).
    """

    # Folders whose own entry is known to be on disk; a folder found in place may stem from a process killed before
    # it could sync.
    _settled: set[Path] = field(default_factory=set, repr=False, compare=False)

    def read(self, url: str) -> bytes:
        """The whole content of a file."""
        path = _path(url)
        with _explained(path, "read"):
            return path.read_bytes()

    def write(self, url: str, data: bytes) -> None:
        """Create or replace a file in one durable step."""
        path = _path(url)
        temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
        with _explained(path, "write"):
            self._make_folder(path.parent)
            _replace(path, data, temporary)

    def move(self, source: str, target: str) -> None:
        """Rename a file over another; across file systems (a table's folder may be a link) copy, then remove."""
        old, new = _path(source), _path(target)
        with _explained(new, "write"):
            self._make_folder(new.parent)
            try:
                old.replace(new)
            except FileNotFoundError:
                if not new.exists():
                    raise
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                self.write(target, old.read_bytes())
                old.unlink()
            _sync_folder(new.parent)
            _sync_if_there(old.parent)

    def delete(self, url: str) -> None:
        """Remove a file if it is there."""
        path = _path(url)
        with _explained(path, "write"):
            path.unlink(missing_ok=True)
            # Also when it was gone already: whoever removed it may have been killed before this.
            _sync_if_there(path.parent)

    def exists(self, url: str) -> bool:
        """Whether there is a file of that name."""
        path = _path(url)
        with _explained(path, "read"):
            return path.is_file()

    def size(self, url: str) -> int:
        """Size of a file in bytes."""
        path = _path(url)
        with _explained(path, "read"):
            return path.stat().st_size

    def list_files(self, url: str) -> list[str]:
        """All files below a folder, sorted, without temporary ones."""
        root = _path(url)
        found = []
        with _explained(root, "read"):
            for folder, name in _walk(root):
                if not (_TEMPORARY.fullmatch(name) or _HELPER.fullmatch(name)):
                    found.append(join(url, (folder / name).relative_to(root).as_posix()))
        return sorted(found)

    def delete_tree(self, url: str) -> None:
        """Remove a folder and everything below it."""
        path = _path(url)
        with _explained(path, "write"):
            if path.is_symlink():
                path.unlink()
            elif path.is_dir():
                shutil.rmtree(path)
            _sync_if_there(path.parent)

    def sweep(self, url: str) -> None:
        """Remove temporary files and empty folders."""
        root = _path(url)
        changed = {root}
        with _explained(root, "write"):
            for folder, name in list(_walk(root)):
                if _TEMPORARY.fullmatch(name):
                    (folder / name).unlink(missing_ok=True)
                    changed.add(folder)
            for at, _, _ in os.walk(root, topdown=False):
                with suppress(OSError):  # it has files, or is a mount point: then it stays
                    Path(at).rmdir()
                    changed.add(Path(at).parent)
            for folder in sorted(changed):
                _sync_if_there(folder)

    def create_exclusive(self, url: str, data: bytes) -> bool:
        """Create a file unless there is one."""
        path = _path(url)
        with _explained(path, "write"):
            self._make_folder(path.parent)
            with _guarded(path):
                if path.exists():
                    return False
                _replace(path, data, _swap(path))
                return True

    def replace_if(self, url: str, expected: bytes, data: bytes | None) -> bool:
        """Compare and swap; the guard file makes the two one step for all processes that use this method."""
        path = _path(url)
        with _explained(path, "write"):
            self._make_folder(path.parent)
            with _guarded(path):
                try:
                    if path.read_bytes() != expected:
                        return False
                except FileNotFoundError:
                    return False
                if data is None:
                    path.unlink()
                    _sync_folder(path.parent)
                else:
                    _replace(path, data, _swap(path))
                return True

    @contextmanager
    def guarded(self, url: str) -> Iterator[None]:
        """Keep compare-and-swap of a file waiting; a process that dies inside lets go."""
        path = _path(url)
        with ExitStack() as stack:
            with _explained(path, "write"):
                self._make_folder(path.parent)
                stack.enter_context(_guarded(path))
            yield

    def location(self, url: str) -> str:
        """The path."""
        return str(_path(url))

    def _make_folder(self, path: Path) -> None:
        """Create a folder and those above it, each durable in the one above it."""
        if path in self._settled and path.is_dir():
            return
        if not path.is_dir():
            if not path.parent.is_dir():
                self._make_folder(path.parent)
            try:
                path.mkdir()
            except FileExistsError:
                if not path.is_dir():
                    raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path)) from None
        # Where the folder above may not be opened it is not one of ours.
        with suppress(PermissionError):
            _sync_folder(path.parent)
        self._settled.add(path)


def _path(url: str) -> Path:
    if not url.startswith("file:///"):
        raise ValueError(f"{url} is no file:// URL; make it with to_url")
    return Path(os.fsdecode(unquote_to_bytes(url.removeprefix("file://"))))


def _swap(path: Path) -> Path:
    """The temporary file of guarded writes: one name, since the guard lets one in at a time; `sweep` leaves it be."""
    return path.with_name(f".{path.name}.swap")


def _replace(path: Path, data: bytes, temporary: Path) -> None:
    """Write, sync, rename, sync the folder. Only an error removes the temporary file: a kill cannot either."""
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(handle, rest) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    """Make the names in a folder durable; some network file systems refuse to sync a folder and need it not."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def _sync_if_there(path: Path) -> None:
    with suppress(FileNotFoundError):
        _sync_folder(path)


def _walk(root: Path) -> Iterator[tuple[Path, str]]:
    """Folder and name of every file below a folder; a folder that cannot be read raises, one that is gone does not."""

    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise error

    for at, _, names in os.walk(root, onerror=refuse, followlinks=True):
        for name in names:
            yield Path(at), name


@contextmanager
def _guarded(path: Path) -> Iterator[None]:
    """Let one process at a time in; the kernel lets go of the guard when its holder dies."""
    guard = path.with_name(f".{path.name}.guard")
    handle = os.open(guard, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        _wait_for(handle, path)
        yield
    finally:
        os.close(handle)


def _wait_for(handle: int, path: Path) -> None:
    """Get the guard; not for ever: its holder may be stopped, and says nothing while it is."""
    deadline = time.monotonic() + GUARD_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise GuardHeld(
                    f"{path}: another process is in the middle of a step there and does not go on; let it go on or "
                    "end it, then run again"
                ) from error
            time.sleep(GUARD_POLL_SECONDS)
        except OSError as error:
            # A file system without locks: the compare and the swap are then two steps, microseconds apart.
            if error.errno not in _NO_LOCKS:
                raise
            return
        else:
            return


@contextmanager
def _explained(path: Path, doing: str) -> Iterator[None]:
    """Turn the errors that a user can mend into one line that names the folder."""
    try:
        yield
    except OSError as error:
        mend = _MENDS.get(error.errno or 0)
        if mend is None:
            raise
        place = path if doing == "read" else _nearest(path)
        raise UserError(f"cannot {doing} {place}: {mend}") from error


def _nearest(path: Path) -> Path:
    """The deepest thing that exists on the way to a file: the folder that has no room or gives no permission."""
    for above in path.parents:
        with suppress(OSError):
            if above.exists():
                return above
    return path
