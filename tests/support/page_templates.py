"""Pages as publishing systems write them, each with the body a reader would call the article. All of it is invented."""

# ruff: noqa: E501 -- markup is written here as publishing systems write it, not wrapped

from __future__ import annotations

import json
from dataclasses import dataclass

HARBOUR = [
    "The port of Velden stayed closed for a third day on Thursday after a freighter broke loose in the storm and struck "
    "the main lock, the harbour authority said.",
    "Divers found a crack of almost two metres in the outer gate, and engineers from the capital are to decide on Friday "
    "whether it can be welded under water.",
    "“We have eleven ships waiting outside and no berth to give them,” harbour master Ines Tallow told reporters.",
    "Fishermen from the villages along the coast took their catch to Orrin instead, forty kilometres to the north, where "
    "prices fell by a third within a morning.",
    "The owner of the freighter, Halvard Shipping, said that it would pay for the damage and denied that the crew had "
    "been short of hands.",
    "Prosecutors opened an inquiry on Wednesday evening. Nobody was hurt in the accident.",
]
BUDGET = [
    "Lawmakers in Carrow passed a budget of 4.2 billion crowns late on Tuesday, ending a quarrel that had kept schools "
    "and clinics without money for new staff since the summer.",
    "The vote was 61 to 58, with three members of the Farmers’ Union crossing the floor after a night of talks with "
    "Finance Minister Petra Lindqvist.",
    "Opposition leader Tomas Arendt called the deal a bribe paid in tractors and promised to bring it before the court.",
    "Under the law, hospitals in the four northern districts receive an extra 90 million crowns, while the road fund "
    "loses nearly half of what it was given last year.",
    "Teachers’ unions welcomed the result but said they would go on with a strike that is planned for Monday unless pay "
    "for assistants is raised.",
    "The president has ten days to sign the bill or to send it back to parliament.",
]
FLOOD = [
    "Rescue workers carried more than two hundred people from the roofs of their houses in Lower Marle on Sunday after "
    "the river rose four metres overnight.",
    "Soldiers brought drinking water and blankets to a sports hall where families slept on mats between the goalposts.",
    "The governor of the province, Aldo Ferrant, asked the government to declare a state of emergency and blamed the "
    "owners of a dam upstream for opening its gates without a warning.",
    "A spokeswoman for the operator said that the sluices open by themselves once the lake is full and that an alarm had "
    "gone out at midnight.",
    "Forecasters expect rain until Tuesday, and the army has begun to pile sandbags along the railway line.",
    "At least five people are missing, police said on Sunday evening.",
]
SUBSCRIBE = "Get the five stories you need to know each morning, straight to your inbox. Sign up for our newsletter."


@dataclass(frozen=True, slots=True)
class Template:
    """A page and the lines of its body; a page without any is to be refused."""

    name: str
    html: str
    body: tuple[str, ...]


def _paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>\n" for text in texts)


def _document(title: str, body: str, head: str = "") -> str:
    return f"<!doctype html><html lang='en'><head><title>{title}</title>{head}</head><body>{body}</body></html>"


NAV = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/world'>World</a></li><li><a href='/sport'>Sport</a></li></ul></nav>"
FOOTER = "<footer><p>© 2024 The Velden Courier. All rights reserved.</p><a href='/imprint'>Imprint</a></footer>"


def _wordpress() -> Template:
    comments = "".join(
        f"<li class='comment'><div class='comment-body'><cite class='fn'>Reader {n}</cite><p>I saw the ship come in "
        f"number {n} and I say the captain had been drinking since the morning.</p></div></li>"
        for n in range(6)
    )
    html = _document(
        "Port of Velden closed for a third day - The Velden Courier",
        f"<div id='page'><header id='masthead' class='site-header'><p class='site-title'><a href='/'>The Velden Courier</a>"
        f"</p>{NAV}</header><main id='main'><article id='post-71' class='post-71 post type-post hentry category-news'>"
        "<header class='entry-header'><span class='cat-links'><a href='/news'>News</a></span><h1 class='entry-title'>Port of "
        "Velden closed for a third day</h1><div class='entry-meta'><span class='posted-on'>Posted on <time "
        "datetime='2024-03-14T09:30:00+00:00'>March 14, 2024</time></span> <span class='byline'>by <a href='/a/jo'>Jo "
        f"Marsh</a></span></div></header><div class='entry-content'>{_paragraphs(HARBOUR[:3])}"
        f"<figure class='wp-block-image'><img src='lock.jpg'><figcaption>The lock on Wednesday. Photo: A. Brey</figcaption>"
        f"</figure><h2>Catch goes north</h2>{_paragraphs(HARBOUR[3:])}<div class='sharedaddy sd-sharing-enabled'><h3>Share "
        "this:</h3><ul><li><a href='#'>Click to share on X (Opens in new window)</a></li></ul></div><div id='jp-relatedposts' "
        "class='jp-relatedposts'><h3>Related</h3><p>Storm takes the roof of the town hall in Velden and two cars</p></div>"
        "</div><footer class='entry-footer'>Filed under: <a href='/news'>News</a></footer></article><nav class='navigation "
        "post-navigation'><h2>Post navigation</h2><a href='/p'>Town hall roof gone</a></nav><div id='comments' "
        f"class='comments-area'><h2>6 thoughts on “Port of Velden closed for a third day”</h2><ol class='comment-list'>"
        f"{comments}</ol><div id='respond'><h3>Leave a Reply</h3><form><p>Your email address will not be published.</p></form>"
        f"</div></div></main>{FOOTER}</div>",
    )
    return Template("WordPress", html, (*HARBOUR[:3], "Catch goes north", *HARBOUR[3:]))


def _amp() -> Template:
    html = _document(
        "Carrow passes its budget | Northern Post",
        f"<header class='amp-header'><a href='/'>Northern Post</a></header><article class='amp-article'><h1>Carrow passes its "
        "budget</h1><div class='amp-byline'>By Lena Holm</div><div class='timestamp'>Wed 6 March 2024 08:15</div><amp-img "
        f"src='a.jpg'></amp-img><p class='caption'>Parliament in Carrow, seen from the river</p>{_paragraphs(BUDGET[:2])}"
        f"<amp-ad type='x'></amp-ad><div class='ad-label'>Advertisement</div>{_paragraphs(BUDGET[2:4])}<amp-list "
        "class='related'><p>Read also: why the road fund was always going to lose this one, and who gains</p></amp-list>"
        f"{_paragraphs(BUDGET[4:])}<amp-social-share type='email'></amp-social-share></article>{FOOTER}",
    )
    return Template("AMP", html, tuple(BUDGET))


def _next_js() -> Template:
    data = json.dumps(
        {"@type": "NewsArticle", "headline": "Two hundred saved from roofs", "articleBody": "\n\n".join(FLOOD)}
    )
    html = _document(
        "Two hundred saved from roofs",
        "<div id='__next'><header><a href='/'>Marle Today</a></header><div class='skeleton'></div><p>Please enable JavaScript "
        "to read this page.</p></div><script id='__NEXT_DATA__' type='application/json'>{}</script>",
        head=f"<script type='application/ld+json'>{data}</script>",
    )
    return Template("Next.js with articleBody", html, tuple(FLOOD))


def _agency() -> Template:
    figure = (
        "<div class='Figure'><figure><picture><img src='{n}.jpg'></picture><figcaption class='Figure-caption'><p>Soldiers "
        "carry a woman from a house in Lower Marle, Sunday, March 3, 2024. (Pool Photo/Ann Brey)</p></figcaption></figure></div>"
    )
    first = "LOWER MARLE (Newswire) — " + FLOOD[0]
    html = _document(
        "Hundreds saved from roofs as river rises",
        f"{NAV}<main class='Page-main'><h1 class='Page-headline'>Hundreds saved from roofs as river rises</h1>"
        f"{figure.format(n=1)}{figure.format(n=2)}<div class='Page-byline'><div class='Page-authors'>By <a "
        "href='/m'>MARIT DOE</a></div><div class='Page-dateModified'>Updated 6:41 PM, March 3, 2024</div></div><div "
        f"class='Page-storyBody'><div class='RichTextStoryBody RichTextBody'><p>{first}</p>{_paragraphs(FLOOD[1:3])}"
        f"{figure.format(n=3)}{_paragraphs(FLOOD[3:])}<p>___</p><p>Associated reporter Kim Lee contributed to this report.</p>"
        "</div></div><div class='Page-below'><div class='PageList-items most-read'><h2>Most read</h2><ul><li><a href='/1'>Dam "
        "owners sued</a></li><li><a href='/2'>Rain until Tuesday</a></li><li><a href='/3'>Five missing</a></li></ul></div>"
        f"</div></main>{FOOTER}",
    )
    return Template("agency with captions", html, (first, *FLOOD[1:]))


def _live_blog() -> Template:
    headings = ("Police: five missing", "Army at the railway", "Operator answers", "Governor asks for help")
    entries = list(zip(headings, FLOOD[5:1:-1], strict=True))
    posts = "".join(
        f"<article class='live-post' id='p{n}'><time class='live-time' datetime='2024-03-03T1{n}:05:00Z'>1{n}:05</time><h2>"
        f"{heading}</h2><p>{text}</p><div class='share-buttons'><a href='#'>Share</a></div></article>"
        for n, (heading, text) in enumerate(entries)
    )
    html = _document(
        "Flood in Lower Marle: live updates",
        f"{NAV}<main><h1>Flood in Lower Marle: live updates</h1><div class='live-blog'>{posts}</div></main>{FOOTER}",
    )
    return Template("live blog", html, tuple(line for entry in entries for line in entry))


def _paywall() -> Template:
    html = _document(
        "Carrow passes its budget",
        f"{NAV}<main><article><h1>Carrow passes its budget</h1><p class='byline'>Lena Holm</p>"
        + "".join(f"<p class='paywall'>{text}</p>" for text in BUDGET[:3])
        + "<div class='paywall-prompt'><h3>Keep reading for one crown a week</h3><p>Subscribers have access to every story, "
        "the archive and the crossword. Already a subscriber? Log in.</p><button>Subscribe</button></div></article></main>"
        + FOOTER,
    )
    return Template("paywall teaser", html, tuple(BUDGET[:3]))


def _table_layout() -> Template:
    text = "<br><br>".join(HARBOUR)
    html = (
        "<HTML><HEAD><TITLE>Velden Online: Port stays closed</TITLE></HEAD><BODY><TABLE WIDTH=760><TR><TD COLSPAN=3><IMG "
        "SRC=logo.gif></TD></TR><TR><TD WIDTH=120 VALIGN=top><A HREF=/>Home</A><BR><A HREF=/news>News</A><BR><A "
        "HREF=/sport>Sport</A></TD><TD VALIGN=top><FONT SIZE=5><B>Port stays closed</B></FONT><BR><BR><TABLE ALIGN=right "
        "WIDTH=150><TR><TD><IMG SRC=lock.jpg></TD></TR><TR><TD><FONT SIZE=1>The broken lock</FONT></TD></TR></TABLE>"
        f"<FONT FACE=arial>{text}</FONT></TD><TD WIDTH=140 VALIGN=top><B>Top stories</B><BR><A HREF=/1>Roof of the hall "
        "gone</A><BR><A HREF=/2>Two cars crushed</A></TD></TR><TR><TD COLSPAN=3><FONT SIZE=1>Copyright 2004 Velden Online"
        "</FONT></TD></TR></TABLE></BODY></HTML>"
    )
    return Template("tables for layout", html, tuple(HARBOUR))


def _tabloid() -> Template:
    html = _document(
        "Lock SHOCK: eleven ships stuck at sea",
        f"{NAV}<div class='article-wrap'><h1>Lock SHOCK: eleven ships stuck at sea</h1><ul class='mol-bullets'><li><strong>"
        "A freighter broke loose in the storm and hit the lock</strong></li><li><strong>Eleven ships are waiting outside the "
        "port</strong></li></ul><p class='author-section'>By <a href='/a'>Rex Bold</a> for Courier Online</p><div "
        f"itemprop='articleBody'>{_paragraphs(HARBOUR[:2])}<p><a href='/x'>READ MORE: Captain’s wife breaks her silence on "
        f"the night of the storm</a></p>{_paragraphs(HARBOUR[2:4])}<div class='newsletter-box'><h3>Never miss a story</h3><p>"
        f"{SUBSCRIBE}</p><form><input type='email'></form></div><p>{HARBOUR[4]}</p><p><strong>Related: <a href='/y'>Ten worst "
        f"harbours in the world, ranked</a></strong></p><p>{HARBOUR[5]}</p><div class='share-bar'><a href='#'>Facebook</a><a "
        f"href='#'>X</a><span>1.2k shares</span></div></div><div class='trending'><h3>Trending now</h3><ul><li><a href='/1'>"
        "Cat survives</a></li><li><a href='/2'>Star weds again</a></li><li><a href='/3'>Snow on Friday</a></li></ul></div></div>"
        + FOOTER,
    )
    lead = (
        "A freighter broke loose in the storm and hit the lock",
        "Eleven ships are waiting outside the port",
    )
    return Template("tabloid", html, (*lead, *HARBOUR))


def _podcast() -> Template:
    html = _document(
        "What the budget means",
        f"{NAV}<main><article><h1>What the budget means</h1><div class='audio-player'><button>Play</button><span>00:00 / 28:14"
        f"</span><a href='/p.mp3'>Download episode</a></div>{_paragraphs(BUDGET)}<div class='subscribe-box'><h3>Listen on</h3>"
        "<a href='/a'>Apple Podcasts</a> <a href='/s'>Spotify</a></div><div class='author-bio'><img src='l.jpg'><p>Lena Holm "
        "has covered parliament for eleven years and presents the weekly show.</p></div></article></main>" + FOOTER,
    )
    return Template("podcast player", html, tuple(BUDGET))


def _gallery() -> Template:
    slides = "".join(
        f"<li class='gallery-slide'><img src='{n}.jpg'><div class='gallery-caption'>Picture {n} of 8: water in the streets of "
        "Lower Marle and men in boats. (A. Brey)</div></li>"
        for n in range(1, 9)
    )
    html = _document(
        "In pictures: the flood",
        f"{NAV}<main><article><h1>In pictures: the flood</h1>{_paragraphs(FLOOD[:3])}<ul class='gallery'>{slides}</ul>"
        f"{_paragraphs(FLOOD[3:])}</article></main>{FOOTER}",
    )
    return Template("photo gallery", html, tuple(FLOOD))


def _press_release() -> Template:
    html = _document(
        "Halvard Shipping to repair lock",
        f"{NAV}<div class='content'><h1>Halvard Shipping to repair lock</h1><p class='date'>14 March 2024</p>"
        f"{_paragraphs(HARBOUR[:2])}<ul><li>The outer gate is welded under water</li><li>Pilots guide the waiting ships to "
        f"Orrin</li><li>The crew is heard by an independent expert</li></ul>{_paragraphs(HARBOUR[3:])}<p><strong>Press "
        "contact</strong></p><p>Ida Krog<br>Head of Communications<br>Tel: +47 555 01 02<br>E-mail: press@halvard.example</p>"
        "</div>" + FOOTER,
    )
    measures = (
        "The outer gate is welded under water",
        "Pilots guide the waiting ships to Orrin",
        "The crew is heard by an independent expert",
    )
    return Template("press release", html, (*HARBOUR[:2], *measures, *HARBOUR[3:]))


def _many_pages() -> Template:
    html = _document(
        "Long read: the budget (page 1 of 3)",
        f"{NAV}<div id='content'><ul class='breadcrumb'><li><a href='/'>Home</a></li><li><a href='/p'>Politics</a></li></ul><h1>"
        f"Long read: the budget</h1>{_paragraphs(BUDGET)}<div class='pagination'><span>Page 1 of 3</span><a href='?p=2'>2</a><a "
        f"href='?p=3'>3</a><a href='?p=2'>Next page: how the farmers were won</a></div></div>{FOOTER}",
    )
    return Template("several pages", html, tuple(BUDGET))


def _story_platform() -> Template:
    html = _document(
        "Why the lock broke | by Ada Quill | Tidewater | Mar, 2024",
        "<div id='root'><div class='ab cd'><a href='/signin'>Sign in</a></div><article><div class='l'><section><div><div "
        "class='ef gh'><div><h1 class='pw-post-title'>Why the lock broke</h1><h2 class='pw-subtitle-paragraph'>A gate from 1931 "
        "met a ship from 2019, and the numbers were never on its side.</h2><div class='speechify'><a href='/@ada'>Ada Quill</a>"
        "<span>·</span><span>Follow</span><div>5 min read · Mar 14, 2024</div></div></div>"
        f"{_paragraphs(HARBOUR[:2])}<blockquote class='ij'><p>{HARBOUR[2]}</p></blockquote>{_paragraphs(HARBOUR[3:])}</div></div>"
        "</section></div></article><div class='kl'><div class='author-card'><h3>Written by Ada Quill</h3><p>312 followers. "
        "Engineer, writes about locks and dams and about the people who look after them.</p></div><h2>More from Ada Quill</h2>"
        "<div class='recommended'><p>Dams I have known and what became of most of them in the end</p></div></div></div>",
    )
    lead = "A gate from 1931 met a ship from 2019, and the numbers were never on its side."
    return Template("story platform", html, (lead, *HARBOUR))


def _wiki() -> Template:
    rows = "".join(
        f"<tr><td>{year}</td><td>{height}</td><td>{dead}</td></tr>"
        for year, height, dead in (("1931", "5.1 m", "12"), ("1978", "4.4 m", "3"), ("2024", "4.0 m", "5 missing"))
    )
    html = _document(
        "2024 Marle flood - Openpedia",
        "<div id='mw-page-base'></div><div id='content' class='mw-body'><h1 id='firstHeading'>2024 Marle flood</h1><div "
        "id='bodyContent'><div id='siteSub'>From Openpedia</div><div id='mw-content-text'><div class='mw-parser-output'>"
        f"{_paragraphs(FLOOD[:2])}<div id='toc' class='toc'><h2>Contents</h2><ul><li><a href='#a'>1 Course</a></li><li><a "
        "href='#b'>2 Earlier floods</a></li></ul></div><h2><span class='mw-headline' id='a'>Course</span><span "
        f"class='mw-editsection'>[<a href='?edit'>edit</a>]</span></h2>{_paragraphs(FLOOD[2:])}<h2><span class='mw-headline' "
        "id='b'>Earlier floods</span></h2><p>Three floods since the river was first measured have reached the market square "
        f"of the town.</p><table class='wikitable'><tr><th>Year</th><th>Height</th><th>Dead</th></tr>{rows}</table></div></div>"
        "<div id='catlinks'><a href='/c'>Categories</a>: <a href='/f'>Floods</a></div></div></div>",
    )
    return Template(
        "wiki",
        html,
        (
            *FLOOD[:2],
            "Course",
            *FLOOD[2:],
            "Earlier floods",
            "Three floods since the river was first measured have reached the market square of the town.",
            "Year Height Dead",
            "1931 5.1 m 12",
            "1978 4.4 m 3",
            "2024 4.0 m 5 missing",
        ),
    )


def _links_that_are_the_text() -> Template:
    items = (
        ("Orrin harbour", "takes ships of up to nine metres and has sent two pilots to the boats that wait."),
        ("Carrow yard", "offers a floating crane, but it needs four days to come down the river."),
        ("The naval base", "keeps its gates shut to merchant ships unless the ministry gives the order."),
    )
    listed = "".join(f"<li><a href='/{n}'>{name}</a> {rest}</li>" for n, (name, rest) in enumerate(items))
    html = _document(
        "Where the ships can go",
        f"{NAV}<main><article><h1>Where the ships can go</h1>{_paragraphs(HARBOUR[:3])}<ul>{listed}</ul><blockquote "
        "class='twitter-tweet'><p>No berth before Saturday, says the minister.</p>— Velden Port (@veldenport) <a "
        f"href='https://t.example/1'>March 14, 2024</a></blockquote>{_paragraphs(HARBOUR[3:])}</article></main>{FOOTER}",
    )
    tweet = ("No berth before Saturday, says the minister.", "— Velden Port (@veldenport) March 14, 2024")
    return Template(
        "list of links that is the text",
        html,
        (*HARBOUR[:3], *(f"{name} {rest}" for name, rest in items), *tweet, *HARBOUR[3:]),
    )


def _front_page() -> Template:
    teasers = "".join(
        f"<article class='teaser'><a href='/{n}'><h2>{title}</h2></a></article>"
        for n, title in enumerate(["Port closed", "Budget passed", "River rises", "Strike on Monday", "Snow on Friday"])
    )
    html = _document("The Velden Courier", f"{NAV}<main><h1>The Velden Courier</h1>{teasers}</main>{FOOTER}")
    return Template("front page", html, ())


TEMPLATES = (
    _wordpress(),
    _amp(),
    _next_js(),
    _agency(),
    _live_blog(),
    _paywall(),
    _table_layout(),
    _tabloid(),
    _podcast(),
    _gallery(),
    _press_release(),
    _many_pages(),
    _story_platform(),
    _wiki(),
    _links_that_are_the_text(),
    _front_page(),
)
