"""Where people's summaries lie on the raw scales: ``python models/criteria/anchors.py --data DIR [--write]``.

Reads DIR/blog/dev.jsonl.gz: descriptions of several sentences that a person wrote, not cut off, no teaser, not copied.
Beside them stands what is known to be bad: another article's description (consistency, relevance), the description's
words shuffled (fluency), sentences of four other articles (coherence). ``--write`` puts the numbers into
``blogsum/evaluate/anchors.py``; it must follow every change of a signal.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from blogsum.evaluate import CRITERIA, load  # noqa: E402
from blogsum.evaluate.criterion import Criterion, raw  # noqa: E402
from blogsum.evaluate.pair import of_texts  # noqa: E402
from blogsum.evaluate.reading import read_article  # noqa: E402
from blogsum.types import Article  # noqa: E402

MODULE = ROOT / "blogsum" / "evaluate" / "anchors.py"
HEAD = '''"""Where human-written summaries lie on each criterion's raw scale, by language (``models/criteria``).

Three raw values: the median of what is known to be bad, the 10th percentile of people's summaries and their median,
over {counts} blog descriptions. A language without any gets the mean of the two.
"""

from __future__ import annotations

OTHER = "other"
ANCHORS: dict[str, dict[str, tuple[float, float, float]]] = {{
'''
Row = dict[str, Any]


def main() -> None:
    """Measure and print; write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rows = {lang: good(options.data, lang) for lang in ("de", "en")}
    found = {name: {lang: anchor(name, rows[lang], lang) for lang in rows} for name in CRITERIA}
    text = module(found, {lang: len(listed) for lang, listed in rows.items()})
    print(text)
    if options.write:
        MODULE.write_text(text, encoding="utf-8")


def good(data: Path, lang: str) -> list[Row]:
    """The posts whose description is a summary."""
    with gzip.open(data / "blog" / "dev.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    bad = ("truncated", "teaser_style", "summary_is_lead", "extractive_copy")
    return [r for r in rows if r["lang"] == lang and r["multi_sentence"] and not any(r[key] for key in bad)]


def anchor(name: str, rows: Sequence[Row], lang: str) -> tuple[float, float, float]:
    """Bad, tenth and median; bad is at least half as far below the tenth as the median is above it."""
    metric = load(name)
    assert isinstance(metric, Criterion)
    chance = random.Random(0)
    people = [value(metric, row, row["summary"], lang) for row in rows]
    spoil = {"coherence": _patchwork, "fluency": _shuffled}.get(name, _other)
    spoilt = [value(metric, row, spoil(rows, number, chance), lang) for number, row in enumerate(rows)]
    tenth, median = np.percentile(people, [10, 50])
    bad = min(float(np.median(spoilt)), float(tenth - (median - tenth) / 2))
    print(f"{name} {lang}: spoilt {np.percentile(spoilt, [10, 50, 90]).round(3)}", file=sys.stderr)
    return round(bad, 3), round(float(tenth), 3), round(float(median), 3)


def value(metric: Criterion, row: Row, summary: str, lang: str) -> float:
    """The criterion's raw value."""
    pair = of_texts(Article(row["id"], row["article_text"], title=row["title"], lang=lang), summary)
    return raw(metric.signals, metric.goods(pair))


def _other(rows: Sequence[Row], number: int, _: random.Random) -> str:
    return str(rows[(number + len(rows) // 3) % len(rows)]["summary"])


def _shuffled(rows: Sequence[Row], number: int, chance: random.Random) -> str:
    words = str(rows[number]["summary"]).split()
    chance.shuffle(words)
    return " ".join(words)


def _patchwork(rows: Sequence[Row], number: int, chance: random.Random) -> str:
    others = [rows[(number + step * (len(rows) // 6)) % len(rows)] for step in range(1, 5)]
    return " ".join(chance.choice(read_article(row["article_text"], row["lang"]).sentences or ("",)) for row in others)


def module(found: dict[str, dict[str, tuple[float, float, float]]], counts: dict[str, int]) -> str:
    """The text of anchors.py."""
    lines = []
    for name, by_lang in found.items():
        mean = tuple(round(sum(column) / len(column), 3) for column in zip(*by_lang.values(), strict=True))
        entries = [f'        "{lang}": {numbers},\n' for lang, numbers in by_lang.items()]
        lines.append(f'    "{name}": {{\n{"".join(entries)}        OTHER: {mean},\n    }},\n')
    named = " and ".join(f"{count} {lang}" for lang, count in counts.items())
    return HEAD.format(counts=named) + "".join(lines) + "}\n"


if __name__ == "__main__":
    main()
