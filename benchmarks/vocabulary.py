"""How many words of unseen blogs a smaller vocabulary writes otherwise: ``python benchmarks/vocabulary.py --data DIR``.

Reads DIR/blog/dev.jsonl.gz and DIR/html/blog_pages_half.jsonl.gz, writes benchmarks/results/vocabulary.md. A quarter of
the hosts is held out: lists are counted on, and articles taken from, the others alone. The vocabularies are trained on
all posts, as mT5's was on everything (sentencepiece, unigram, bytes), so that their pieces fit the held-out posts as
well and what is lost shows.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import platform
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from blogsum.summarize.tokens import Tokens  # noqa: E402
from blogsum.train import prune as pruning  # noqa: E402
from blogsum.train.words import WordList  # noqa: E402
from models.words import count  # noqa: E402

SIZES = (30_000, 60_000)
HELD_OUT = 4  # one host of so many
GIVEN = 200  # articles, as somebody may have
Posts = dict[str, list[count.Post]]


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    every = {lang: list(count.read(options.data, lang)) for lang in count.LANGUAGES}
    seen = {lang: [post for post in posts if not is_held_out(post)] for lang, posts in every.items()}
    unseen = {lang: [post for post in posts if is_held_out(post)] for lang, posts in every.items()}
    lines = ["| pieces | kept by | kept | German | English |", "|---:|---|---:|---:|---:|"]
    for size in SIZES:
        vocabulary = trained(every, size)
        lines += measured(vocabulary, seen, unseen)
    hosts = {lang: len({host for host, _ in posts}) for lang, posts in unseen.items()}
    text = "\n".join(
        [
            "# Smaller vocabularies",
            "",
            f"`python benchmarks/vocabulary.py --data DIR`, commit {_commit()}, Python {platform.python_version()}, "
            f"sentencepiece {version('sentencepiece')}.",
            "",
            f"Share of the running words of {hosts['de']} German and {hosts['en']} English hosts held out that are "
            "written in other pieces than by the whole vocabulary. Lists and articles are of other hosts "
            f"({GIVEN} articles of each language). No character is lost: what has no piece is written in bytes.",
            "",
            *lines,
            "",
            "The vocabularies are made of these very posts, names and all. mT5's own has pieces for 101 languages and "
            "fewer that are whole German or English words: there, less is lost.",
            "",
        ]
    )
    print(text)
    (ROOT / "benchmarks" / "results" / "vocabulary.md").write_text(text, encoding="utf-8")


def is_held_out(post: count.Post) -> bool:
    """Whether the host is one of those that nothing is learned from."""
    return hashlib.sha256(post[0].encode()).digest()[0] % HELD_OUT == 0


def trained(every: Posts, size: int) -> bytes:
    """A sentencepiece model like mT5's; German posts count three times, there are fewer."""
    import sentencepiece

    times = {"de": 3, "en": 1}
    texts = (text for lang, posts in every.items() for _, text in posts for _ in range(times[lang]))
    lines = (line for text in texts for line in text.split("\n") if line.strip())
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.Train(
        sentence_iterator=lines,
        model_writer=written,
        vocab_size=size,
        model_type="unigram",
        byte_fallback=True,
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        minloglevel=2,
    )
    return written.getvalue()


def measured(vocabulary: bytes, seen: Posts, unseen: Posts) -> Iterator[str]:
    """A row of the table for each way to choose pieces."""
    lists = [counted(lang, posts) for lang, posts in seen.items()]
    texts = [text for posts in seen.values() for _, text in posts[:: max(1, len(posts) // GIVEN)]]
    whole = Tokens(vocabulary, 1)
    ways = {
        "`--languages de,en`": pruning._of_lists(vocabulary, lists, 1),
        "`--keep-vocab-from`": pruning._of_texts(vocabulary, texts, 1),
    }
    ways["both"] = set.union(*ways.values())
    for name, kept in ways.items():
        smaller = Tokens(pruning._vocabulary(vocabulary, sorted(kept | set(pruning._always(vocabulary)))), 1)
        shares = (changed(whole, smaller, unseen[lang]) for lang in count.LANGUAGES)
        yield f"| {whole.size:,} | {name} | {smaller.size:,} | {' | '.join(f'{share:.1%}' for share in shares)} |"


def counted(lang: str, posts: Sequence[count.Post]) -> WordList:
    """The list of a language as models/words/count.py makes it."""
    words = [word for word, hosts in count.hosts(posts).items() if len(hosts) >= count.HOSTS]
    return WordList(lang, [], words, 0.0)


def changed(whole: Tokens, smaller: Tokens, posts: Sequence[count.Post]) -> float:
    """The share of running words that are written in other pieces."""
    words = Counter(word for _, text in posts for word in text.split())
    differ = pruning.differing(whole, smaller, words)
    return sum(words[word] for word in differ) / words.total()


def _commit() -> str:
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


if __name__ == "__main__":
    main()
