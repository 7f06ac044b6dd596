"""Changes to the tree of a page where its elements are there for the look: tables for layout, articles in a row."""

from __future__ import annotations

from lxml.html import HtmlElement

from tasks.clean.page.tree import stretch

_FIGURE_TEXT = 400
_FEWEST_POSTS = 3


def unwrap_layout(tree: HtmlElement) -> None:
    """Make blocks of the tables that old pages are laid out with; tables of figures stay.

    A table is there for layout where it holds another table, headings or a long running text.
    """
    # From the inside out, so that an inner table's cells are not taken for the outer one's.
    for table in reversed(list(tree.iter("table"))):
        cells = list(table.iter("td"))
        laid_out = any(
            next(cell.iter("table", "h1", "h2", "h3", "p", "div"), None) is not None
            or len(str(cell.text_content())) > _FIGURE_TEXT
            for cell in cells
        )
        if laid_out:
            for element in [table, *(part for part in table.iter("tbody", "tr", "td") if _table_of(part) is table)]:
                element.tag = "div"


def _table_of(part: HtmlElement) -> HtmlElement | None:
    return next(part.iterancestors("table"), None)


def join_posts(tree: HtmlElement) -> None:
    """Make sections of the posts of a live blog, which are articles beside each other; extraction reads one article.

    The teasers of a front page are articles too, but their headlines are links.
    """
    families: dict[HtmlElement, list[HtmlElement]] = {}
    for post in tree.iter("article"):
        parent = post.getparent()
        if parent is not None and _is_post(post):
            families.setdefault(parent, []).append(post)
    for posts in families.values():
        if len(posts) >= _FEWEST_POSTS:
            for post in posts:
                post.tag = "section"


def _is_post(post: HtmlElement) -> bool:
    linked = any(
        next(heading.iter("a"), None) is not None or next(heading.iterancestors("a"), None) is not None
        for heading in post.iter("h1", "h2", "h3", "h4")
    )
    return not linked and any(stretch(str(paragraph.text_content())) for paragraph in post.iter("p"))
