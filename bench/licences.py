"""Under which licences the packages are that dateline installs: the table of `docs/licences.md`.

`python -m bench.licences --write` writes it from the metadata of what is installed: dateline's own requirements, what
`[query]` adds, and all that those need. Tools for development are no part of it: they are not distributed.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tasks.pages import DOCS, table, write_sections

ROOT = Path(__file__).resolve().parent.parent
NAMED = Path(__file__).with_name("licences.toml")
OWN = "dateline"

# Licences that say in other words what SPDX has a name for.
_PLAIN = (
    (r"MIT( License| Licence| license)?|The MIT License \(MIT\)|OSI Approved :: MIT License", "MIT"),
    (r"OSI Approved :: Apache Software License|Apache( License)?,? (Version )?2\.0", "Apache-2.0"),
    (r"The BSD 2-Clause License", "BSD-2-Clause"),
    (r"BSD( License)?|OSI Approved :: BSD License", "BSD"),
    (r"ISC License|OSI Approved :: ISC License \(ISCL\)", "ISC"),
    (r"OSI Approved :: Mozilla Public License 2\.0 \(MPL 2\.0\)", "MPL-2.0"),
)
# LGPL too: who wants it in has to say so.
_VAGUE = ("Dual License", "UNKNOWN", "Other", "Proprietary")
_STRONG = re.compile(r"GPL|GNU|SSPL|Server Side Public|Affero|EUPL|CC-BY-(?:NC|SA)|Commons Clause|BUSL", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Package:
    """An installed package: canonical name, version, what its metadata says of its licence, and who asks for it.

    `declared` is empty where the metadata says nothing. `needed_by` are names of packages, `dateline` for our own.
    """

    name: str
    version: str
    declared: str
    needed_by: tuple[str, ...]

    @property
    def in_question(self) -> bool:
        """Whether the licence is none, or one that asks more of users than to keep a notice and give back changes."""
        return self.declared in ("", *_VAGUE) or bool(_STRONG.search(self.declared))


@dataclass(frozen=True, slots=True)
class TakenPackage:
    """The licence under which a package in question is taken, and why it may be."""

    licence: str
    why: str


def own_requirements(extras: tuple[str, ...] = ("query",)) -> list[Requirement]:
    """Give what pyproject.toml asks for, with what some extras add."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = [text for extra in extras for text in project["optional-dependencies"][extra]]
    return [Requirement(text) for text in (*project["dependencies"], *optional)]


def installed(requirements: list[Requirement] | None = None) -> list[Package]:
    """Give all packages that these requirements (default: dateline's own) bring on this machine, sorted by name.

    Raises
    ------
    PackageNotFoundError
        One that this machine needs is not installed.
    """
    needed_by: dict[str, set[str]] = {}
    found: dict[str, Distribution] = {}
    todo = [(OWN, requirement) for requirement in requirements or own_requirements()]
    done: set[tuple[str, str, frozenset[str]]] = set()
    while todo:
        asker, requirement = todo.pop()
        name = canonicalize_name(requirement.name)
        key = (asker, name, frozenset(requirement.extras))
        if key in done or (asker == OWN and not _applies(requirement, ())):
            continue
        done.add(key)
        package = found[name] = found.get(name) or _distribution(requirement)
        needed_by.setdefault(name, set()).add(asker)
        todo += [(name, further) for further in _further(package, tuple(requirement.extras))]
    return [
        Package(name, package.version, declared_licence(package), tuple(sorted(needed_by[name])))
        for name, package in sorted(found.items())
    ]


def _distribution(requirement: Requirement) -> Distribution:
    try:
        return distribution(requirement.name)
    except PackageNotFoundError:
        raise PackageNotFoundError(f"{requirement} is not installed: run make") from None


def _applies(requirement: Requirement, extras: tuple[str, ...]) -> bool:
    return requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in ("", *extras))


def _further(package: Distribution, extras: tuple[str, ...]) -> Iterator[Requirement]:
    for text in package.requires or ():
        requirement = Requirement(text)
        if _applies(requirement, extras):
            yield requirement


def declared_licence(package: Distribution) -> str:
    """Give the licence that a package's metadata declares, in SPDX's words where they are clear; empty without any.

    The expression comes first, then a short `License` field, then the classifiers; classifiers that name the GPL are
    never passed over.
    """
    metadata = package.metadata
    classifiers = [text.removeprefix("License :: ") for text in metadata.get_all("Classifier") or ()]
    classifiers = [text for text in classifiers if "OSI Approved :: " in text or "Licen" in text or "GPL" in text]
    strong = [text.removeprefix("OSI Approved :: ") for text in classifiers if _STRONG.search(text)]
    expression = str((metadata.get_all("License-Expression") or [""])[0]).strip()
    field = " ".join(str((metadata.get_all("License") or [""])[0]).split("\n")[0].split())
    if expression:
        return expression
    if strong:
        return " / ".join(dict.fromkeys((field, *strong)))
    # A licence's whole text, or its copyright line, is no name of it.
    if field and len(field) <= 60 and "opyright" not in field and not _vague(field):
        return _plain(field)
    return " OR ".join(dict.fromkeys(_plain(text) for text in classifiers)) or _plain(field)


def _vague(field: str) -> bool:
    return field in _VAGUE


def _plain(text: str) -> str:
    for pattern, name in _PLAIN:
        if re.fullmatch(pattern, text):
            return name
    return text.removeprefix("OSI Approved :: ")


def named() -> dict[str, TakenPackage]:
    """Give the packages of `bench/licences.toml`."""
    return {name: TakenPackage(**entry) for name, entry in tomllib.loads(NAMED.read_text("utf-8")).items()}


def not_named(packages: list[Package], names: dict[str, TakenPackage] | None = None) -> list[str]:
    """Give what must not go unnoticed: packages in question that `bench/licences.toml` does not name, one line each."""
    names = named() if names is None else names
    return [
        f"{package.name} {package.version} ({package.declared or 'no licence stated'}), "
        f"needed by {', '.join(package.needed_by)}"
        for package in packages
        if package.in_question and package.name not in names
    ]


def licences_table() -> str:
    """The table of `docs/licences.md`: package, licence, who asks for it."""
    names = named()
    rows = []
    for package in installed():
        taken = names.get(package.name)
        licence = f"{taken.licence} ({taken.why})" if taken else package.declared
        rows.append((package.name, licence, ", ".join(package.needed_by)))
    return table(("package", "licence", "needed by"), rows)


SECTIONS = {(DOCS / "licences.md", "licences"): licences_table}

if __name__ == "__main__":
    wrong = not_named(installed())
    if wrong:
        raise SystemExit("not named in bench/licences.toml:\n" + "\n".join(wrong))
    write_sections(SECTIONS, sys.argv[1:])
