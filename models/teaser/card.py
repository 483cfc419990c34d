"""The card of the teaser model, from what was trained on and the last report of the quality benchmark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from blogsum.summarize.ranker import Ranker
from models.teaser.posts import Post

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results" / "quality.md"

CARD = """# Teaser model

Ranks sentences of a blog post, and sets of them, for the built-in extractive summariser. Five small models (numpy,
no other runtime): two vote on sentences, one guesses which stems a description uses, two linear ones rate sets of
sentences (60 words, 160 characters). {size} numbers and two word lists ({stems}).

- **Data.** {posts} public blog posts ({langs}) from {repos} repositories with the description their authors wrote in
  the front matter; {good} of them are good references (more than one sentence, not cut off, not copied from the post).
  Read as plain text, the good ones as Markdown as well.
- **Licence.** MIT, as the rest of blogsum. No text of the posts is shipped: the lists hold single stems that occur in
  at least five posts, with how many posts hold them and how descriptions use them.
- **Languages.** German and English. Other languages are ranked with rarities counted in the article itself.
- **Made by** `python -m models.teaser.train --data DIR` (DIR/blog/dev.jsonl.gz), seed 0, about three minutes on two
  cores; the same machine and data give the same bytes.
- **SHA-256** of weights.npz: `{digest}`

## Scores

On posts of repositories not trained on, with every rule of readability on (`python benchmarks/quality.py --data DIR`;
the whole report, with rivals and losses, is benchmarks/results/quality.md):

{scores}

## Known failures

- German gains little over the opening of the article: few German posts with good descriptions were at hand, and many
  descriptions are written freely.
- Where an author pasted the opening of the post as its description, the opening itself scores higher in English. Such
  posts cannot be told from the others by their article (area under the curve 0.42 German, 0.47 English, by repository).
- Sentences without a verb, names of sections before a colon and leftovers of links pass now and then.
- A sentence may point back from its middle ("auch", "der andere") to something that the summary leaves out.
- An article without an overview sentence gives a summary of facts that stand side by side.
"""


def write_card(folder: Path, ranker: Ranker, posts: Sequence[Post], digest: str) -> None:
    """Write ``card.md`` into ``folder``."""
    langs = Counter(post.lang for post in posts)
    nets = [*ranker.lines, ranker.stems, *ranker.sets.values()]
    text = CARD.format(
        size=f"{sum(net.pack().size for net in nets):,}",
        stems=", ".join(f"{len(lexicon.seen):,} stems {lang}" for lang, lexicon in sorted(ranker.lexicons.items())),
        posts=f"{len(posts):,}",
        langs=", ".join(f"{lang} {n:,}" for lang, n in sorted(langs.items())),
        repos=len({post.repo for post in posts}),
        good=sum(post.good for post in posts),
        digest=digest,
        scores=_scores(RESULTS),
    )
    (folder / "card.md").write_text(text, encoding="utf-8")


def _scores(path: Path) -> str:
    """The rows of lead, blogsum and the oracle in the report of the benchmark."""
    if not path.is_file():
        return "Not measured yet."
    lines = path.read_text(encoding="utf-8").splitlines()
    wanted = ("## ", "| system", "|---", "| lead", "| blogsum", "| greedy oracle", "Gap ")
    kept = [
        line.replace("## ", "**") + "**\n" if line.startswith("## ") else line
        for line in lines
        if line.startswith(wanted)
    ]
    return "\n".join(f"\n{line}" if line.startswith(("**", "Gap")) else line for line in kept).strip()
