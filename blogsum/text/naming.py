"""What pages call their furniture: words of ids and classes for ``text/boilerplate.py``, German and English.

Each entry is a pattern of one name, entries are parted by blanks; names are compared in lower case, their parts joined
by hyphens (``shareButtons`` and ``share_buttons`` are ``share-buttons``).
"""

from __future__ import annotations

FURNITURE: dict[str, str] = {
    "comments": (
        r"comments? commentlist respond disqus kommentare? kommentar(?:modul|content|bereich|liste) trackbacks?"
        r" pingbacks? replies dsq akismet webmentions? leserkommentare? lesermeinungen facebook-comments"
        r" fb-comments comment-?(?:list|form|area|section|respond|count|box|thread)s? discourse-comments commento"
        r" isso-thread giscus utterances"
    ),
    "related": (
        r"related(?:posts?)? similar recommend(?:ed|ations?) yarpp outbrain taboola zergnet plista crp wp-rp"
        r" popular trending most-(?:read|viewed) latest-(?:posts?|news) recent-(?:posts?|comments?) see-also"
        r" read-?next read-?also also-read more-(?:posts|stories|news|articles) next-(?:posts?|articles?)"
        r" prev(?:ious)?-(?:posts?|articles?) weitere-(?:artikel|beitraege) aehnliche auch-interessant"
        r" cross-?links? infinite-scroll teaser-(?:list|grid|row) linkbox lesetipps?"
        r" (?:post|article|teaser)-?(?:slider|carousel|recommendations?)"
        r" mehr-zum-thema mehrzumthema dazu-passend themen-?(?:box|liste|links)"
        r" (?:article|post|inline)-?(?:teaser|link)s?-?(?:box|list) readmore-box also-(?:on|in) dossier-?box"
        r" linkliste"
    ),
    "slideshow": r"carousels? sliders? swiper slick owl-carousel slideshow galler(?:y|ies) galerien? bildergalerie",
    "share": (
        r"shar(?:e|es|ing|edaddy) share-?(?:bar|box|buttons?|links?|this) social(?:bar|media|links?|icons?|box)?"
        r" shariff addtoany a2a addthis heateor ssba sociable likes?-widget fb-like facebook-like tweet-?button"
        r" follow-?us sd-(?:block|social|like|sharing) jp-relatedposts socials article-?(?:actions|tools)"
        r" post-?(?:actions|tools|share) reactions? emoji-reactions?"
        r" social-?(?:share|sharing|bar|follow|nav|wrapper|buttons?) teilen"
    ),
    "newsletter": (
        r"newsletters? mailchimp mc4wp subscribe subscription sign-?up opt-?in mailpoet cleverreach sendinblue"
        r" abonnieren nl-?(?:box|signup|form|abo) abo-?(?:box|teaser|banner) email-?(?:signup|form|capture)"
        r" lead-?magnet app-?(?:promo|banner|teaser) whatsapp-(?:channel|kanal|box) push-?(?:box|banner|teaser)"
    ),
    "donation": (
        r"donat(?:e|ion|ions) spenden? spendenaufruf patreon paypal steady-(?:banner|button|box|widget|checkout)"
        r" flattr ko-?fi buy-me-a-coffee support-us crowdfunding"
    ),
    "author": (
        r"author-?(?:box|bio|card|info|profile|desc(?:ription)?|area|block|section|avatar|details|meta|wrap(?:per)?)"
        r" author-?(?:name|image|text|content)"
        r" about-?(?:the-)?author saboxplugin authorbox m-a-box abh-box byline autor(?:en)?-?(?:box|info|profil)"
        r" post-author entry-author biography ansprechpartner(?:in)? pressekontakt contact-?(?:person|box)"
        r" kontakt-?box autor(?:en)?-?(?:kasten|bereich|profil|zeile) writer-?(?:box|bio|info)"
        r" profile-?(?:box|card)"
    ),
    "block": (
        r"wp-block-(?:latest|comments?|post-(?:author|date|terms|navigation|comments)|social|navigation)[a-z-]*"
        r" wp-block-(?:search|tag-cloud|categories|archives|calendar|rss|query|loginout|site|avatar|term)[a-z-]*"
    ),
    "meta": (
        r"(?:post|entry|article|blog|item|content|news)-?(?:meta(?:data)?|info|details|footer|utility|tags|stats|nav)"
        r" (?:post|entry|article|blog|item|content|news)-?(?:categories|terms|date|byline)"
        r" posted-(?:on|in|by) postmetadata metadata meta meta-(?:info|data|bar|line|list) dateline timestamp"
        r" reading-?time lesezeit pubdate cat-links tag-?(?:list|links|cloud) tags(?:-links)? taglist schlagworte"
        r" entry-categories post-?views view-count edit-link permalink print-?link publish(?:ed)?-date kicker-?meta"
        r" byline-?date date-?line last-?(?:updated|modified) update-?(?:date|info) vgwort vg-wort"
    ),
    "contents": (
        r"toc toc-container ez-toc lwptoc table-of-contents inhaltsverzeichnis tableofcontents rank-math-toc"
        r" anchor-?(?:nav|links?|list) sprungmarken article-?toc"
    ),
    "consent": (
        r"cookies? consent gdpr dsgvo borlabs usercentrics cmp embed-privacy content-blocker brlbs cmplz iubenda"
        r" privacy-?(?:banner|overlay|notice|popup) two-?click 2-?klick embed-?(?:consent|placeholder)"
        r" content-?consent"
    ),
    "navigation": (
        r"nav(?:bar|box|igation)? menu submenu breadcrumbs? pagination pager paging page-links skip-link sitemap"
        r" toolbar nav-?links post-navigation jump-?links? back-to-top mega-?menu crumbs? brotkrumen?"
        r" (?:main|site|sub|meta|top|haupt)-?(?:nav|menu|navigation) language-?(?:switch(?:er)?|selector)"
        r" lang-?switch(?:er)? top-?bar letter-?nav article-?nav pagenavi post-?nav tab-?nav"
    ),
    "aside": (
        r"sidebars? widgets? widget-area masthead site-(?:header|footer|info|branding|title) footer colophon"
        r" page-footer footer-widgets?"
    ),
    "advert": (
        r"ads? adsbygoogle adverts? advertis(?:ement|ing) anzeigen? werbung sponsor(?:ed)? promo(?:tion|box)?"
        r" banner affiliate-?box paid-?content ad-(?:slot|container|wrapper|unit) amazon-?box aawp"
        r" advertorial-?(?:box|label) affiliate-?(?:links?|disclosure|hinweis|note)"
        r" product-?(?:box|teaser|slider)s? produkt-?(?:box|teaser|liste|karte)n?"
        r" shop-?(?:box|teaser|widget) buy-?(?:button|now|box) book-?shop-?box"
    ),
    "caption": (
        r"captions? wp-caption(?:-text)? bildunterschrift bu image-?(?:credits?|caption|source)"
        r" photo-?(?:credits?|caption) bildnachweis bildquelle credits? caption-text media-caption unterschrift"
        r" imagecaption"
    ),
    "discussion": r"forum forum-fil thread-?list discussions?",
    "form": r"search-?(?:form|box) login loginform log-in captcha contact-?form wpcf7 gform poll quiz",
    "rating": (
        r"ratings? star-rating votes? voting post-ratings kk-star-ratings yasr was-this-helpful"
        r" (?:article|post|page)-?feedback feedback-?(?:box|form|widget) wpulike like-?(?:button|box|count)"
    ),
    "overlay": (
        r"modal popup pop-up overlay lightbox tooltip off-?canvas toast snackbar screen-reader-text sr-only"
        r" visually-hidden visuallyhidden assistive-text robots-nocontent print-only no-?js hide(?!-) is-hidden"
    ),
    "license": r"licen[sc]e cc-license lizenz copyright",
    "audio": (
        r"audio-?player read-?aloud vorlesen text-to-speech readspeaker podcast-?player powerpress-links"
        r" audio-?(?:version|article|box) beyondwords speechkit player-?(?:bar|controls)"
    ),
}

# how an element says that it holds the article
CONTENT = (
    r"(?:entry|post|article|blog|story|single|blogpost|page|main)-?(?:content|body|text[eo]?|inner|inhalt)"
    r" (?:entry|post|article|blog|page|main)-?(?:contenu|corps|contenido|cuerpo|testo|tekst)"
    r" articlebody e-content post-?entry beitrag(?:stext)? artikel(?:text)? storytext bodytext fulltext texte"
    r" body-?copy copytext rich-?text prose markdown-body"
)

# how classes begin that WordPress, Bootstrap, Tailwind and page builders put on everything, and that say nothing, …
NEUTRAL = (
    r"tag category cat author post-tag format type status has no with is not elementor wp-block vc fl et col row"
    r" m[trblxy]? p[trblxy]?"
)
# … how they end, …
STATES = r"open closed enabled disabled off none left right active sticky"
# … and which of them name a part of the page all the same
PARTS = (
    r"author-?(?:box|bio|card|info|profile|desc|area|block|section|avatar|details|meta|wrap|name|image|text|content)"
    r" tags?-(?:list|links|cloud) cat-links category-list"
    r" wp-block-(?:latest|comments?|post-(?:author|date|terms|navigation|comments)|social|navigation|search|tag-cloud)"
    r" wp-block-(?:categories|archives|calendar|rss|query|loginout|site|avatar|term)"
)


def one_of(entries: str) -> str:
    """The pattern that any of these entries is."""
    return "|".join(entries.split())
