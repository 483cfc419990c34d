"""Count the joins of words that German and English avoid: ``python models/grammar/train.py --data DIR``.

Reads the articles of DIR/blog/dev.jsonl.gz (no summary, no rating), writes weights.npz and manifest.json beside itself.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from blogsum.evaluate.grammar import END, LONGEST_ENDING, START, name, tokens
from blogsum.evaluate.reading import read_article

HERE = Path(__file__).resolve().parent
WORDS = 600  # most frequent words that are a class of their own; 400 and 1,000 gave the same
SHARE = {2: 0.004, 3: 0.006, 4: 0.008}  # of all rare words that an ending must have to be a class
LEAST = 3  # a pair of classes seen less often counts as never seen
DISCOUNT = 0.75  # of absolute discounting (Ney, Essen and Kneser, 1994)
EXPECTED = 1.0  # times that chance would have shown a pair; below, having seen none says little
AVOIDED = -1.0  # natural logarithm of how often a pair stands together, against chance
_WHOLE = re.compile(r"[.!?][\"”“]?$")
_CODE = re.compile(r"[{}<>=|\\]|://")


def main() -> None:
    """Count and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    arrays: dict[str, Any] = {}
    for lang in ("de", "en"):
        names, avoided = table(list(lines(options.data, lang)), lang)
        arrays[f"classes_{lang}"] = np.frombuffer("\n".join(names).encode(), np.uint8)
        arrays[f"avoided_{lang}"] = np.packbits(avoided)
        print(f"{lang}: {len(names)} classes, {avoided.mean():.0%} of their pairs avoided")
    path = HERE / "weights.npz"
    np.savez_compressed(path, **arrays)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest = {"name": "grammar", "sha256": {path.name: digest}}
    (HERE / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def lines(data: Path, lang: str) -> Iterator[str]:
    """Whole sentences of the posts in a language, without code and addresses."""
    with gzip.open(data / "blog" / "dev.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            if row["lang"] == lang:
                for sentence in read_article(row["article_text"], lang).sentences:
                    if 3 < len(sentence.split()) < 60 and _WHOLE.search(sentence) and not _CODE.search(sentence):
                        yield sentence


def table(sentences: Sequence[str], lang: str, expected: float = EXPECTED) -> tuple[list[str], Any]:
    """The classes of a language, and which pairs of them it avoids."""
    split = [tokens(sentence) for sentence in sentences]
    known = dict.fromkeys(classes(split, lang))
    rows = [[START, *(name(token, place == 0, lang, known) for place, token in enumerate(line)), END] for line in split]
    one = Counter(part for row in rows for part in row[1:])
    two = {pair: count for pair, count in Counter(p for row in rows for p in pairwise(row)).items() if count >= LEAST}
    names = sorted(part for part, count in one.items() if count >= LEAST)
    chance = np.array([(one[part] + 0.5) / (one.total() + 0.5 * len(one)) for part in names])
    place = {part: number for number, part in enumerate(names)}
    counts = np.zeros((len(names), len(names)))
    for (first, second), count in two.items():
        if first in place and second in place:
            counts[place[first], place[second]] = count
    total = counts.sum(1, keepdims=True)
    kinds = (counts > 0).sum(1, keepdims=True)
    found = np.maximum(counts - DISCOUNT, 0) / np.maximum(total, 1) + DISCOUNT * kinds / np.maximum(total, 1) * chance
    return names, (found / chance < math.exp(AVOIDED)) & (total * chance >= expected)


def classes(split: Sequence[Sequence[str]], lang: str) -> list[str]:
    """Frequent words, and frequent endings of the others."""
    counts = Counter(token.lower() for line in split for token in line if token[0].isalpha())
    frequent = [word for word, _ in counts.most_common(WORDS)]
    endings: Counter[str] = Counter()
    for word in counts.keys() - set(frequent):
        for size in range(2, LONGEST_ENDING + 1):
            if len(word) > size + 1:
                endings[word[-size:]] += min(counts[word], 20)  # one frequent name is no ending
    total = sum(count for ending, count in endings.items() if len(ending) == 2)
    chosen = sorted(ending for ending, count in endings.items() if count > total * SHARE[len(ending)])
    marks = ("", "^") if lang == "de" else ("",)
    return frequent + [f"{mark}-{ending}" for mark in marks for ending in ["", *chosen]]


if __name__ == "__main__":
    main()
