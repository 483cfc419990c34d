"""Count the words of German and English posts: ``python models/words/count.py --data DIR``.

Reads the articles of DIR/blog/dev.jsonl.gz and the German pages of DIR/html/blog_pages_half.jsonl.gz, writes a list for
each language and manifest.json beside itself. A word is kept when at least two hosts use it, without order and without
its neighbours: no text can be put together again from it.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
LANGUAGES = ("de", "en")
HOSTS = 2  # that must use a word
LONGEST = 40  # letters; what is longer is no word
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
Post = tuple[str, str]  # host and text


def main() -> None:
    """Count and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    told: dict[str, dict[str, float]] = {}
    digests = {}
    for lang in LANGUAGES:
        posts = list(read(options.data, lang))
        found = hosts(posts)
        kept = {word: len(them) for word, them in found.items() if len(them) >= HOSTS}
        path = HERE / f"{lang}.txt.gz"
        path.write_bytes(gzip.compress(written(kept).encode(), 9, mtime=0))
        digests[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
        told[lang] = {"words": len(kept), "posts": len(posts), "hosts": len({host for host, _ in posts})}
        told[lang] |= {"covered": round(covered(posts, found), 4)}
        print(f"{lang}: {told[lang]}, {path.stat().st_size:,} bytes")
    manifest = {"name": "words", "languages": told, "sha256": digests}
    (HERE / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def read(data: Path, lang: str) -> Iterator[Post]:
    """The posts in a language; a repository of posts counts as a host."""
    for row in _rows(data / "blog" / "dev.jsonl.gz"):
        if row["lang"] == lang:
            yield row["repo"], row["article_text"]
    if lang == "de":
        import trafilatura

        for row in _rows(data / "html" / "blog_pages_half.jsonl.gz"):
            if row["german"]:
                yield urlsplit(row["url"]).hostname or "", trafilatura.extract(row["html"]) or ""


def words(text: str) -> Iterator[str]:
    """The words of a text: letters, with hyphens and apostrophes between them."""
    return (word for word in _WORD.findall(text) if len(word) <= LONGEST)


def hosts(posts: Iterable[Post]) -> dict[str, set[str]]:
    """The hosts that use each word."""
    found: dict[str, set[str]] = defaultdict(set)
    for host, text in posts:
        for word in words(text):
            found[word].add(host)
    return found


def covered(posts: Iterable[Post], found: dict[str, set[str]]) -> float:
    """The share of the running words of a new host that the list of all others has, in either case; mean of hosts."""
    running: dict[str, Counter[bool]] = defaultdict(Counter)
    for host, text in posts:
        for word in words(text):
            forms = (word, word.lower(), word[0].upper() + word[1:])
            running[host][any(len(found.get(form, set()) - {host}) >= HOSTS for form in forms)] += 1
    shares = [count[True] / count.total() for count in running.values()]
    return sum(shares) / len(shares)


def written(kept: dict[str, int]) -> str:
    """The list: words of two hosts, an empty line, all others; each part in the order of the alphabet."""
    parts = ([word for word, count in kept.items() if (count > HOSTS) == often] for often in (False, True))
    return "\n\n".join("\n".join(sorted(part)) for part in parts) + "\n"


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


if __name__ == "__main__":
    main()
