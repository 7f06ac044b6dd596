"""For: tasks.report.page.write.

The report in a real browser: nothing complained of or loaded, fits the window, works by keyboard, can be read.

Skipped where no Chromium is on PATH. The screenshots are left in pytest's temporary folder for a person to look at.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import chromium as browser
import pytest

from tasks.report.page.write import write_report

PROGRAM = browser.find_chromium()
pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason="no Chromium on PATH (apt-get install chromium): the report is not looked at in a browser"
)
WINDOWS = [(width, height, scheme) for width, height in ((1280, 900), (390, 844)) for scheme in ("light", "dark")]

# Contrast as WCAG 2.2 defines it, of every element that has text of its own and is seen. The background is that of the
# nearest ancestor that has one; in drawings the page's or the map's (text on marks has an outline of that colour).
CONTRAST = """
(() => {
  const channel = v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const parse = text => { const m = text.match(/[\\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
  const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const behind = node => {
    for (let at = node; at instanceof Element; at = at.parentElement) {
      const sea = at.tagName === 'svg' && at.querySelector('rect.sea');
      if (sea) return parse(getComputedStyle(sea).fill);
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] === 1) return colour;
    }
    return [255, 255, 255, 1];
  };
  const low = []; let seen = 0;
  for (const node of document.querySelectorAll('body *')) {
    if (['title', 'desc'].includes(node.tagName) || !node.checkVisibility()) continue;
    if (![...node.childNodes].some(one => one.nodeType === 3 && one.data.trim())) continue;
    const style = getComputedStyle(node);
    const front = parse(node instanceof SVGElement ? style.fill : style.color);
    const [a, b] = [light(front), light(behind(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    seen += 1;
    const name = `${node.tagName}.${node.getAttribute('class')} ${node.textContent.slice(0, 40)}`;
    if (ratio < 4.5) low.push(`${name}: ${ratio.toFixed(2)}`);
  }
  return {seen, low};
})()
"""
TEXT_BOXES = """
[...document.querySelectorAll('svg[role=img]')].filter(svg => svg.checkVisibility()).map(svg => {
  const frame = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll('text')].map(one => [one.textContent, one.getBoundingClientRect(), one]);
  const cut = texts.filter(([, box]) =>
    box.left < frame.left - 1 || box.right > frame.right + 1 ||
    box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
  const over = [];
  texts.forEach(([a, p], i) => texts.slice(i + 1).forEach(([b, q]) => {
    const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
    const high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
    if (wide > 2 && high > 5) over.push(`${a} | ${b}`);
  }));
  const scale = frame.width / svg.viewBox.baseVal.width;
  const size = scale * Math.min(...texts.map(([, , one]) => parseFloat(getComputedStyle(one).fontSize)));
  const title = svg.querySelector('title').textContent;
  return {title, texts: texts.length, cut: cut.map(([a]) => a), over, size};
})
"""


ARTICLES = (
    (
        "harbour.example",
        "2024-10-15",
        "Dock workers strike in Gdansk",
        "Dock workers in Gdansk went on strike on Monday over pay, the union leader Marta Zielinska said. "
        "Police arrested three protesters in Gdansk on Tuesday. Poland's labour minister Adam Wolny urged the"
        " union to return to talks.",
    ),
    (
        "harbour.example",
        "2024-10-16",
        "Talks over the Gdansk strike",
        "Labour minister Adam Wolny met union leader Marta Zielinska in Warsaw on Wednesday. The minister "
        "rejected the demand for higher pay. Protesters marched through Warsaw on Wednesday.",
    ),
    (
        "wire.example",
        "2024-10-16",
        "Labour minister meets union",
        "Poland's labour minister Adam Wolny met Marta Zielinska, the union's leader, in Warsaw on Wednesday."
        " She accused the government of delaying the talks. The two will meet again in Warsaw on Friday.",
    ),
    (
        "wire.example",
        "2024-10-17",
        "Bomb kills five in Maiduguri",
        "A bomb killed five people at a market in Maiduguri on Thursday, Nigerian police said. No group "
        "claimed responsibility. President Bola Tinubu condemned the attack.",
    ),
    (
        "courier.example",
        "2024-10-18",
        "Toll of market bombing rises",
        "The bomb that exploded at a market in Maiduguri on Thursday killed seven people, hospital officials "
        "said. Police arrested two suspects on Friday. Nigeria sent troops to Maiduguri.",
    ),
    (
        "courier.example",
        "2024-10-18",
        "Toll of market bombing rises",
        "The bomb that exploded at a market in Maiduguri on Thursday killed seven people, hospital officials "
        "said. Police arrested two suspects on Friday. Nigeria sent troops to Maiduguri.",
    ),
    (
        "wire.example",
        "2024-10-18",
        "Peru and Ecuador sign border accord",
        "Peru and Ecuador signed an agreement on border trade in Quito on Friday. President Daniel Noboa of "
        "Ecuador praised Peru for its help. Peru's foreign minister will visit Quito next month.",
    ),
    (
        "courier.example",
        "2024-10-19",
        "Ecuador accuses smugglers",
        "Ecuador accused smugglers of attacking a patrol near Huaquillas on Saturday. Peru's foreign minister"
        " offered help to Ecuador. Colombia sent medicine to Ecuador.",
    ),
    (
        "wire.example",
        "2024-10-20",
        "Storm aid",
        "Japan gave Indonesia food and tents on Sunday after the storm, officials in Jakarta said. "
        "Australia's prime minister Anthony Albanese visited Jakarta on Sunday.",
    ),
    (
        "wire.example",
        "2024-10-20",
        "Kurzmeldung",
        "Die Minister trafen sich am Freitag in Berlin und sprachen lange miteinander. Am Abend kehrten sie "
        "nach Hause zurück.",
    ),
)


@pytest.fixture(scope="module")
def report(run_flow: Callable[..., dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    lines = [
        json.dumps({"id": str(i), "source": source, "published_at": day, "title": title, "text": text})
        for i, (source, day, title, text) in enumerate(ARTICLES)
    ]
    (folder / "articles.jsonl").write_text("\n".join([*lines, "{"]) + "\n")
    run_flow(folder / "articles.jsonl", folder / "output")
    path, _ = write_report(str(folder / "output"), None, str(folder / "report.html"))
    return path


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with browser.open_chromium(PROGRAM, tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.mark.parametrize(("width", "height", "scheme"), WINDOWS)
def test_the_page_can_be_read_in_every_window(
    page: Any, report: Path, tmp_path: Path, width: int, height: int, scheme: str
) -> None:
    page.complaints.clear()
    page.requests.clear()
    page.view(width, height, scheme)
    page.open(report)
    page.screenshot(tmp_path / f"report-{width}-{scheme}.png")
    assert (tmp_path / f"report-{width}-{scheme}.png").read_bytes().startswith(b"\x89PNG")
    # Everything opened, so that all of it is looked at.
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = page.evaluate(CONTRAST)
    assert found["seen"] > 300
    assert found["low"] == []
    drawings = page.evaluate(TEXT_BOXES)
    assert len(drawings) >= (4 if width > 800 else 3)
    for drawing in drawings:
        assert drawing["texts"]
        assert drawing["cut"] == [], drawing["title"]
        assert drawing["over"] == [], drawing["title"]
        assert drawing["size"] >= 12, drawing["title"]
    assert page.complaints == []
    assert page.requests == [report.resolve().as_uri()]


def test_dark_is_dark_and_light_is_light(page: Any, report: Path) -> None:
    colours = []
    for scheme in ("light", "dark"):
        page.view(1280, 900, scheme)
        page.open(report)
        colours.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert colours == ["rgb(255, 255, 255)", "rgb(22, 23, 24)"]


def test_an_event_opens_by_keyboard_with_the_focus_seen(page: Any, report: Path) -> None:
    page.view(1280, 900, "light")
    page.open(report)
    page.press("Tab", 9)
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.press("Enter", 13, "\r")
    assert page.evaluate("document.activeElement.id") == "main"
    event = "document.activeElement.matches('.event > summary')"
    for _ in range(80):
        page.press("Tab", 9)
        if page.evaluate(event):
            break
    assert page.evaluate(event)
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert page.evaluate("document.activeElement.parentElement.open") is False
    page.press("Enter", 13, "\r")
    assert page.evaluate("document.activeElement.parentElement.open") is True
    assert page.evaluate("document.activeElement.parentElement.querySelector('blockquote mark').checkVisibility()")
    page.press(" ", 32, " ")
    assert page.evaluate("document.activeElement.parentElement.open") is False


def test_on_paper_every_event_shown_is_open(page: Any, report: Path) -> None:
    page.view(1280, 900, "dark", media="print")
    page.open(report)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("[...document.querySelectorAll('.story blockquote')].every(one => one.checkVisibility())")
    assert page.evaluate("document.querySelector('.story blockquote').getBoundingClientRect().height") > 0
    page.view(1280, 900, "light")


def test_a_script_that_gets_into_the_page_does_not_run(page: Any, report: Path, tmp_path: Path) -> None:
    spoiled = tmp_path / "spoiled.html"
    inserted = "<script>document.title = 'spoiled'</script><img src=x onerror=\"document.title = 'spoiled'\"></main>"
    spoiled.write_text(report.read_text("utf-8").replace("</main>", inserted), "utf-8")
    page.open(spoiled)
    assert page.evaluate("document.title").endswith("dateline")
