"""Front matter and body of a Markdown file; knows nothing of Markdown itself."""

from __future__ import annotations

import datetime
import json
import re
import sys
from collections.abc import Mapping
from typing import Any

_OPEN = re.compile(r"\ufeff?(?:[ \t]*\r?\n)*(---|\+\+\+)[ \t]*\r?\n")
_CLOSE = {"---": re.compile(r"^(?:---|\.\.\.)[ \t]*\r?$\n?", re.M), "+++": re.compile(r"^\+\+\+[ \t]*\r?$\n?", re.M)}
_PAIR = re.compile(r"""([A-Za-z_][\w.-]{0,40}|"[^"\n]{1,40}")[ \t]*[:=][ \t]*(.*\S)?[ \t]*$""")
_LONGEST = 65_536  # characters; the longest of 3,400 real posts had 9,000
# Twenty aliases multiply a value at most 3 ** (20 / 3) = 1,500 times; a bomb needs more, real front matter one or two.
_ALIASES = 20

# What front matter calls the fields of an Article, the likeliest first.
_TITLE = ("title", "titel", "headline")
_AUTHOR = ("author", "authors", "autor", "autoren", "creator", "byline")
_DATE = ("date", "datum", "published", "publishdate", "publish_date", "pubdate", "published_at", "created")
_LANG = ("lang", "language", "locale", "sprache")
_SUMMARY = ("teaser", "excerpt", "summary", "description", "abstract", "beschreibung", "zusammenfassung", "subtitle")
_URL = ("canonical_url", "canonicalurl", "canonical", "url", "permalink", "link")
_BARE = re.compile(r"\ufeff?((?:[A-Za-z][\w-]{0,30}:[^\r\n]*\r?\n)+)(?:-{3,})?[ \t]*(?:\r?\n|$)")
_BARE_KEYS = {*_TITLE, *_AUTHOR, *_DATE, *_LANG, *_SUMMARY, "category", "layout", "modified", "slug", "status", "tags"}
_LANGUAGES = {"german": "de", "deutsch": "de", "english": "en", "englisch": "en"}
_MONTHS = ["jan", "feb", "mär|mar|maer", "apr", "mai|may", "jun", "jul", "aug", "sep", "okt|oct", "nov", "dez|dec"]


def split(text: str) -> tuple[dict[str, object], str]:
    """Front matter (YAML, TOML or JSON, key order kept) and body; ``({}, text)`` when there is none.

    Broken front matter never loses the article: what its lines of ``key: value`` say is returned with the body.
    """
    opened = _OPEN.match(text)
    if opened is None:
        return _split_bare(text) or _split_json(text)
    mark = opened[1]
    closed = _CLOSE[mark].search(text, opened.end(), opened.end() + _LONGEST)
    if closed is None:
        return {}, text
    block, body = text[opened.end() : closed.start()], text[closed.end() :]
    if not block.strip():
        return {}, body
    try:
        meta = _yaml(block) if mark == "---" else _toml(block)
    except (ValueError, RecursionError):
        meta = _salvage(block)
    if not isinstance(meta, dict) or not meta:
        return {}, text  # two rules around a paragraph are not front matter
    return {str(key): value for key, value in meta.items()}, body


def fields(meta: Mapping[str, object]) -> dict[str, str]:
    """The fields of an Article that front matter gives: title, author, date (ISO), lang, summary, url (absolute)."""
    known = {key.lower().replace("-", "_"): value for key, value in meta.items()}
    found = {
        "title": _first(known, _TITLE, _text),
        "author": _first(known, _AUTHOR, _people),
        "date": _first(known, _DATE, iso_date),
        "lang": _first(known, _LANG, language),
        "summary": _first(known, _SUMMARY, _text),
        "url": _first(known, _URL, _address),
    }
    return {name: value for name, value in found.items() if value}


def iso_date(value: object) -> str | None:
    """``YYYY-MM-DD`` of a date, a time or the usual ways to write one; None when it is none."""
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    if not isinstance(value, str):
        return None
    text = value.strip().lower()
    if match := re.match(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)|(\d{4})(\d\d)(\d\d)$", text):
        return _date(match[1] or match[4], match[2] or match[5], match[3] or match[6])
    if match := re.match(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b", text):
        return _date(match[3], match[2], match[1])
    if match := re.search(r"\b(\d{1,2})(?:\.|st|nd|rd|th)?\s+(?:of\s+)?([a-zä]{3})[a-zä]*\.?,?\s+(\d{4})\b", text):
        return _date(match[3], _month(match[2]), match[1])
    if match := re.search(r"\b([a-zä]{3})[a-zä]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b", text):
        return _date(match[3], _month(match[1]), match[2])
    return None


def language(value: object) -> str | None:
    """ISO 639-1 (or -2) code of ``de``, ``de-DE``, ``de_AT.UTF-8``, ``German``; None for anything else."""
    if not isinstance(value, str):
        return None
    text = value.strip().lower()
    if text in _LANGUAGES:
        return _LANGUAGES[text]
    match = re.fullmatch(r"([a-z]{2,3})(?:[-_.@][\w.@-]*)?", text)
    return match[1] if match else None


def _split_bare(text: str) -> tuple[dict[str, object], str] | None:
    """Pelican's and Hexo's way: lines ``Key: value`` on top, ended by a blank line or a rule."""
    match = _BARE.match(text[:_LONGEST])
    if match is None:
        return None
    meta = _salvage(match[1])
    known = [key for key in meta if key.lower() in _BARE_KEYS]
    if len(known) < 2 or len(known) < 0.5 * len(meta) or "title" not in [key.lower() for key in known]:
        return None
    return dict(meta), text[match.end() :]


def _split_json(text: str) -> tuple[dict[str, object], str]:
    """Hugo's JSON front matter: an object on top, then the body."""
    top = text.lstrip("\ufeff \t\r\n")
    if not top.startswith("{"):
        return {}, text
    try:
        meta, end = json.JSONDecoder().raw_decode(top[:_LONGEST])
    except (ValueError, RecursionError):
        return {}, text
    rest = top[end:]
    if not meta or not re.match(r"[ \t]*\r?\n", rest):
        return {}, text
    return meta, rest.lstrip()


def _yaml(block: str) -> Any:
    """``yaml.safe_load`` with a bound on aliases; ValueError for what it refuses."""
    import yaml

    class Loader(yaml.SafeLoader):
        aliases = 0

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                self.aliases += 1
                if self.aliases > _ALIASES:
                    raise yaml.YAMLError("too many aliases")
            return super().compose_node(parent, index)

    try:
        return yaml.load(block, Loader)  # noqa: S506 - Loader is a SafeLoader
    except (yaml.YAMLError, TypeError, OverflowError, AttributeError) as error:
        raise ValueError(str(error)) from error


def _toml(block: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib.loads(block.replace("\r\n", "\n"))


def _salvage(block: str) -> dict[str, str]:
    """What the unindented lines ``key: value`` (or ``key = value``) of broken front matter say."""
    pairs = (_PAIR.match(line) for line in block.splitlines())
    return {pair[1].strip('"'): pair[2].strip("\"' ") for pair in pairs if pair and pair[2]}


def _first(known: Mapping[str, object], names: tuple[str, ...], read: Any) -> str | None:
    return next((value for name in names if (value := read(known.get(name)))), None)


def _text(value: object) -> str | None:
    """One line of a scalar; None for nothing, lists, tables and switches."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | datetime.date):
        return None
    return " ".join(str(value).split()) or None


def _people(value: object) -> str | None:
    """Names of one author or several, given as text, list, or tables with a ``name``."""
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("display_name")
    if isinstance(value, list):
        return ", ".join(name for item in value[:20] if (name := _people(item))) or None
    return _text(value)


def _address(value: object) -> str | None:
    text = _text(value)
    return text if text and text.startswith(("https://", "http://")) else None


def _month(name: str) -> str:
    return next((str(number) for number, names in enumerate(_MONTHS, 1) if name in names.split("|")), "0")


def _date(year: str, month: str, day: str) -> str | None:
    try:
        return datetime.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
