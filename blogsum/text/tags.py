"""How much work the tags of a page make for its parser; knows nothing of what they mean."""

from __future__ import annotations

import re

from blogsum.errors import UserError

# libxml2 compares each attribute of a tag with all before it: 40,000 of them take 1.4 seconds, 400,000 some minutes.
MOST_COMPARISONS = 1_000_000_000
_SMALL = 100_000  # characters; what fits in there cannot reach the bound
_TAG = re.compile(r"<[a-zA-Z][^\s/>]*")
_ATTRIBUTE = re.compile(r"""[\s/]*[^\s/>][^\s/>=]*(?:\s*=\s*(?:"[^"]*"?|'[^']*'?|[^\s>"'][^\s>]*)?)?""")


def refuse_slow(html: str) -> None:
    """Raise UserError for a page that would keep its parser busy for minutes."""
    if too_many_attributes(html):
        raise UserError(
            "a tag of this page has too many attributes", hint="save the article's text to a file and give that"
        )


def too_many_attributes(html: str) -> bool:
    """Whether parsing ``html`` would take more than a second for the attributes of its tags alone.

    Splits tags as the HTML standard does (13.2.5.32 to 13.2.5.39); what a script or a comment holds counts too, but
    no script has 30,000 words behind a ``<`` before the next ``>``.
    """
    total = place = 0
    while len(html) > _SMALL and (tag := _TAG.search(html, place)):
        place, count = tag.end(), 0
        while attribute := _ATTRIBUTE.match(html, place):
            place, count = attribute.end(), count + 1
        total += count * count
    return total > MOST_COMPARISONS
