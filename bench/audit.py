"""What dateline stands on, for those who must answer for it: `python -m bench.audit [--sbom FILE]`, or `make audit`.

1. Licences: `docs/licences.md` is written anew; a licence that nobody has looked at ends the audit (`bench.licences`).
2. A software bill of materials in CycloneDX 1.6 of what is installed, by the format's own library.
3. Known vulnerabilities of everything in `requirements.lock`, by pip-audit in an environment of its own. Where no index
   can be reached, or it gives no advisories, that is said, and the audit does not fail for it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.licences import ROOT, SECTIONS, Package, installed, named, not_named
from tasks import __version__
from tasks.pages import write_sections

PIP_AUDIT = "pip-audit>=2.10,<3"
LOCK = ROOT / "requirements.lock"


@dataclass(frozen=True, slots=True)
class Advisories:
    """What a look at the known vulnerabilities gave.

    `vulnerable` has one line for each advisory; `unchecked` are packages of which nothing could be learned, `checked`
    counts the others.
    """

    checked: int
    unchecked: tuple[str, ...]
    vulnerable: tuple[str, ...]

    def lines(self) -> list[str]:
        """Tell it, never calling safe what was not looked at."""
        told = [f"vulnerable: {line}" for line in self.vulnerable]
        if self.unchecked and not self.checked:
            return [*told, "known vulnerabilities: NOT CHECKED, the index gives no advisories here"]
        if self.unchecked:
            told.append(f"known vulnerabilities: NOT CHECKED for {', '.join(self.unchecked)}")
        return [*told, f"known vulnerabilities: {self.checked} packages checked, {len(self.vulnerable)} advisories"]


def bill_of_materials(packages: Sequence[Package]) -> str:
    """Give the bill of materials as CycloneDX 1.6 JSON: dateline, its packages with licences, and who needs whom."""
    from cyclonedx.contrib.license.factories import LicenseFactory
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.output import make_outputter
    from cyclonedx.schema import OutputFormat, SchemaVersion
    from packageurl import PackageURL

    licences, names = LicenseFactory(), named()
    own = Component(
        type=ComponentType.APPLICATION,
        name="dateline",
        version=__version__,
        bom_ref=f"dateline@{__version__}",
        licenses=[licences.make_from_string("MIT")],
    )
    components = {"dateline": own}
    for package in packages:
        taken = names[package.name].licence if package.name in names else package.declared
        components[package.name] = Component(
            type=ComponentType.LIBRARY,
            name=package.name,
            version=package.version,
            bom_ref=f"{package.name}@{package.version}",
            purl=PackageURL("pypi", None, package.name, package.version),
            licenses=[licences.make_from_string(taken)],
        )
    bom = Bom(components=[component for name, component in components.items() if name != "dateline"])
    bom.metadata.component = own
    for name, component in components.items():
        bom.register_dependency(component, [components[p.name] for p in packages if name in p.needed_by])
    text: str = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1)
    return text + "\n"


def known_vulnerabilities(lock: Path = LOCK) -> Advisories | str:
    """Ask pip-audit about every package of the lock file; a line instead that says why it could not be asked."""
    with tempfile.TemporaryDirectory(prefix="dateline-audit-") as folder:
        python = Path(folder) / "venv" / "bin" / "python"
        venv.create(python.parent.parent, with_pip=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PIP_AUDIT]
        if subprocess.run(install, capture_output=True, check=False).returncode:
            return "known vulnerabilities: NOT CHECKED, no index of packages can be reached"
        report = Path(folder) / "report.json"
        ask = [str(python), "-m", "pip_audit", "--requirement", str(lock), "--require-hashes", "--disable-pip"]
        ask += ["--format", "json", "--output", str(report), "--progress-spinner", "off"]
        done = subprocess.run(ask, capture_output=True, text=True, check=False)
        if not report.is_file():
            last = (done.stderr.strip().splitlines() or ["no word"])[-1]
            return f"known vulnerabilities: NOT CHECKED, pip-audit ended with {done.returncode}: {last}"
        return read_report(report.read_text("utf-8"))


def read_report(text: str) -> Advisories:
    """Read pip-audit's JSON report."""
    packages = json.loads(text)["dependencies"]
    unchecked = tuple(package["name"] for package in packages if "skip_reason" in package)
    vulnerable = tuple(
        f"{package['name']} {package['version']}: {found['id']}"
        + (f", mended in {', '.join(found['fix_versions'])}" if found["fix_versions"] else ", not mended yet")
        for package in packages
        for found in package.get("vulns", ())
    )
    return Advisories(len(packages) - len(unchecked), unchecked, vulnerable)


def main(arguments: Sequence[str]) -> int:
    """Make the audit, print what it found, and give the exit code: 1 for a licence in question or a vulnerability."""
    parser = argparse.ArgumentParser(prog="python -m bench.audit")
    parser.add_argument("--sbom", default=str(ROOT / "dist" / "sbom.cdx.json"), help="file of the bill of materials")
    options = parser.parse_args(arguments)
    packages = installed()
    wrong = not_named(packages)
    write_sections(SECTIONS, ["--write"])
    print(f"licences: {len(packages)} packages, docs/licences.md written")
    for line in wrong:
        print(f"licences: not named in bench/licences.toml: {line}")
    sbom = Path(options.sbom)
    sbom.parent.mkdir(parents=True, exist_ok=True)
    sbom.write_text(bill_of_materials(packages), "utf-8")
    print(f"bill of materials: {sbom}")
    advisories = known_vulnerabilities()
    for line in [advisories] if isinstance(advisories, str) else advisories.lines():
        print(line)
    return int(bool(wrong) or (isinstance(advisories, Advisories) and bool(advisories.vulnerable)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
