"""Zip and tar archives: each file inside is read as if it lay in a folder; nothing is ever unpacked into one."""

from __future__ import annotations

import re
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, cast

from tasks.ingest.limits import Limits
from tasks.ingest.streams import StreamError, told_apart
from tasks.records import Article, Reject

ReadMember = Callable[[IO[bytes], str], Iterator[Article | Reject]]

_IN_MEMORY = 16_000_000
_BLOCK = 1 << 18
# Below this many bytes no archive is called a bomb, whatever its ratio.
_HARMLESS = 100_000_000
# What may be unpacked of refused members only to come to those behind them, in bytes.
_MOST_PASSED_OVER = 2_000_000_000
_MAX_MEMBERS = 1_000_000
_LITTER = frozenset(("__MACOSX", "Thumbs.db", "desktop.ini"))


class _Budget:
    """How much an archive may still unpack to, in bytes, over all its members."""

    def __init__(self, packed_size: int, limits: Limits) -> None:
        allowed = max(_HARMLESS, limits.max_archive_ratio * packed_size)
        self.left = min(allowed, limits.max_unpacked_bytes)
        self.passed_over = _MOST_PASSED_OVER
        self.members = _MAX_MEMBERS

    def allow(self, size: int) -> None:
        """Ask for a member of a stated size before any of it is unpacked.

        Raises
        ------
        StreamError
            reason `unsafe_archive` where it is more than the archive may still unpack to.
        """
        if size > self.left:
            raise StreamError("unsafe_archive", "unpacks to far more than its size")

    def pass_over(self, size: int) -> bool:
        """Whether a member may be passed over: in a packed tar archive that costs as much as reading it."""
        self.passed_over -= size
        return self.passed_over >= 0

    def spend(self, size: int) -> None:
        """Count bytes that came out.

        Raises
        ------
        StreamError
            reason `unsafe_archive` once there are too many.
        """
        self.left -= size
        if self.left < 0:
            raise StreamError("unsafe_archive", "unpacks to far more than its size")


def read_zip(stream: IO[bytes], origin: str, limits: Limits, read_member: ReadMember) -> Iterator[Article | Reject]:
    """Give the records of every file in a zip archive, in the archive's order."""
    try:
        archive = zipfile.ZipFile(stream)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        ValueError,
        NotImplementedError,
        EOFError,
        OverflowError,
    ) as error:
        reason = "truncated" if "not a zip file" in str(error) else "corrupt"
        yield Reject(origin, "read", reason, f"the archive: {error}"[:200])
        return
    budget = _Budget(_size(stream), limits)
    any_file = False
    for info in archive.infolist():
        # Not is_dir(): a damaged archive can hold a file without a name, on which that fails.
        if info.filename.endswith("/") or _is_hidden(info.filename):
            continue
        any_file = True
        where = f"{origin}/{_readable(info.filename)}"
        problem = _zip_problem(info)
        if problem:
            yield Reject(where, "read", *problem)
            continue
        try:
            # A member never unpacks to more than its stated size, so a bomb is known unopened; the others are read.
            budget.allow(info.file_size)
            with archive.open(info) as member:
                copy = _spool(member, budget)
        except StreamError as error:
            yield Reject(where, "read", error.reason, error.detail)
            if budget.members < 0:
                return
            continue
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError) as error:
            reason = "unsupported_format" if isinstance(error, NotImplementedError) else "corrupt"
            yield Reject(where, "read", reason, str(error)[:200])
            continue
        with copy:
            yield from read_member(copy, where)
    if not any_file:
        yield Reject(origin, "read", "empty", "an archive without files")


def _zip_problem(info: zipfile.ZipInfo) -> tuple[str, str] | None:
    if not _is_inside(info.orig_filename):
        return "unsafe_archive", "a path that leaves the archive"
    if info.flag_bits & 0x1:
        return "encrypted", "a file that needs a password"
    if (info.external_attr >> 16) & 0o170000 == 0o120000:
        return "unsafe_archive", "a link"
    return None


def read_tar(stream: IO[bytes], origin: str, limits: Limits, read_member: ReadMember) -> Iterator[Article | Reject]:
    """Give the records of every file in a tar archive (already decompressed), in the archive's order."""
    budget = _Budget(_size(stream), limits)
    any_file = False
    position = 0
    try:
        with told_apart(), tarfile.open(fileobj=stream, mode="r:") as archive:
            for info in archive:
                position = info.offset_data + -(-info.size // 512) * 512
                if info.isdir() or _is_hidden(info.name):
                    continue
                any_file = True
                where = f"{origin}/{_readable(info.name)}"
                problem = _tar_problem(info)
                if problem:
                    yield Reject(where, "read", *problem)
                    continue
                if info.size > budget.left and budget.pass_over(info.size):
                    yield Reject(where, "read", "unsafe_archive", "unpacks to far more than its size")
                    continue
                budget.allow(info.size)
                member = archive.extractfile(info)
                if member is None:
                    continue
                copy = _spool(member, budget)
                if copy.seek(0, 2) < info.size:
                    copy.close()
                    raise StreamError("truncated", f"the archive ends inside {_readable(info.name)}"[:200])
                copy.seek(0)
                with copy:
                    yield from read_member(copy, where)
            yield from _after_end(stream, position, origin)
    except tarfile.ReadError as error:
        reason = "truncated" if "unexpected end" in str(error) else "corrupt"
        yield Reject(origin, "read", reason, f"the archive: {error}"[:200])
        return
    except (tarfile.TarError, ValueError, OverflowError) as error:
        yield Reject(origin, "read", "corrupt", f"the archive: {error}"[:200])
        return
    except StreamError as error:
        yield Reject(origin, "read", error.reason, error.detail)
        return
    if not any_file:
        yield Reject(origin, "read", "empty", "an archive without files")


def _tar_problem(info: tarfile.TarInfo) -> tuple[str, str] | None:
    if not _is_inside(info.name):
        return "unsafe_archive", "a path that leaves the archive"
    if not info.isreg():
        return "unsafe_archive", "a link or a device"
    return None


def _after_end(stream: IO[bytes], position: int, origin: str) -> Iterator[Reject]:
    """Where a tar archive stops without its end mark, or at a header that is none, Python's reader says nothing."""
    stream.seek(position)
    block = stream.read(512)
    if not block:
        yield Reject(origin, "read", "truncated", "the archive ends without its end mark")
    elif block.strip(b"\0"):
        yield Reject(origin, "read", "corrupt", f"no file header at byte {position} of the archive")


def _is_inside(name: str) -> bool:
    """Whether a member's path stays below the archive, on any system."""
    parts = re.split(r"[/\\]", name)
    return not (name.startswith(("/", "\\")) or ".." in parts or re.match(r"[A-Za-z]:", name) or "\0" in name)


def _is_hidden(name: str) -> bool:
    """Whether a folder's reader would skip a member: its name, or that of a folder above it, begins with a dot.

    What macOS and Windows put beside the files on their own account counts as such.
    """
    parts = name.replace("\\", "/").split("/")
    return any(part in _LITTER or (part.startswith(".") and part.strip(".")) for part in parts)


def _readable(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "\ufffd")


def _spool(member: IO[bytes], budget: _Budget) -> IO[bytes]:
    """A seekable copy of a member, in memory while it is small.

    Raises
    ------
    StreamError
        reason `truncated`, `corrupt` or `unsafe_archive`.
    """
    budget.members -= 1
    if budget.members < 0:
        raise StreamError("unsafe_archive", f"more than {_MAX_MEMBERS} files")
    copy = cast("IO[bytes]", tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115
    try:
        with told_apart():
            while block := member.read(_BLOCK):
                budget.spend(len(block))
                copy.write(block)
    except (StreamError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError):
        copy.close()
        raise
    copy.seek(0)
    return copy


def _size(stream: IO[bytes]) -> int:
    """The bytes that the file on the disk takes, as near as it can be told."""
    inner = stream
    while (below := getattr(inner, "fileobj", None) or getattr(inner, "_fp", None)) is not None:
        inner = below
    position = inner.tell()
    size = inner.seek(0, 2)
    inner.seek(position)
    return size
