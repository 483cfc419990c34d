"""A task that a small mT5 learns within minutes: write the marked sentences of a passage, in order, one a line."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from blogsum.summarize.tokens import Tokens
from blogsum.text.sentences import sentences

PREFIX, BREAK = "kurz: ", "▁<extra_id_0>"
OPEN, CLOSE = "»", "«"
EOS = 1
PIECES, SENTINELS = 5000, 10
LONGEST_SOURCE, LONGEST_TARGET = 110, 62  # tokens, without prefix and marks of the ends
_TOKENS = range(4, 41)  # of a sentence
_HELD_OUT = 10  # one post of so many is never trained on
_UNUSUAL = re.compile(r"[{}<>|`»«_*#\\]|https?:|www\.|::|=>")
_WHOLE = re.compile(r"[A-ZÄÖÜ].*[.!?]")


@dataclass(frozen=True)
class Post:
    """A post's language, whether it is kept from training, its text, and its sentences that are plain prose."""

    id: str
    lang: str
    unseen: bool
    text: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """A passage with marked sentences, and what is to be written about it."""

    post: str
    lang: str
    source: str
    target: str


def posts(data: Path) -> list[Post]:
    """The posts of ``DIR/blog/dev.jsonl.gz`` with at least four sentences of prose."""
    with gzip.open(data / "blog" / "dev.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    found = [Post(row["id"], row["lang"], _unseen(row["id"]), row["article_text"], _prose(row)) for row in rows]
    return [post for post in found if len(post.sentences) >= 4]


def vocabulary(posts: Sequence[Post]) -> bytes:
    """A sentencepiece model like mT5's (ids, bytes, sentinels), trained on whole posts: prose, code and addresses."""
    import sentencepiece as spm
    from sentencepiece import sentencepiece_model_pb2 as protobuf

    written = io.BytesIO()
    spm.SentencePieceTrainer.Train(
        sentence_iterator=(line for post in posts if not post.unseen for line in post.text.split("\n") if line.strip()),
        model_writer=written,
        vocab_size=PIECES - SENTINELS,
        character_coverage=0.9998,
        byte_fallback=True,
        pad_id=0,
        eos_id=EOS,
        unk_id=2,
        bos_id=-1,
        user_defined_symbols=[f"▁{OPEN}", f"▁{CLOSE}"],
        num_threads=1,
        input_sentence_size=60_000,
        shuffle_input_sentence=False,
        minloglevel=2,
    )
    model = protobuf.ModelProto.FromString(written.getvalue())
    for number in reversed(range(SENTINELS)):
        model.pieces.add(piece=f"▁<extra_id_{number}>", score=0.0, type=protobuf.ModelProto.SentencePiece.USER_DEFINED)
    return bytes(model.SerializeToString())


class Passages:
    """Examples drawn from posts, and from random tokens: those teach to copy whatever stands there."""

    def __init__(self, posts: Sequence[Post], tokens: Tokens, seed: int) -> None:
        self._draw, self._tokens = random.Random(seed), tokens
        self._posts = {
            lang: [found for post in posts if post.lang == lang and len(found := self._encoded(post)) >= 4]
            for lang in ("de", "en")
        }
        self._prefix = tokens.encode(PREFIX)[:-1]
        self._marks = [tokens.encode(mark)[0] for mark in (OPEN, CLOSE)]
        self._break = tokens.id(BREAK) or 0
        special = {*self._marks, self._break}
        self._any = [one for one in range(259, tokens.size - SENTINELS) if one not in special]

    def draw(self, longest: int, at_random: float = 0.0) -> tuple[list[int], list[int]]:
        """A source of at most ``longest`` tokens and its target; of random tokens with the probability given."""
        synthetic = self._draw.random() < at_random
        while True:
            run = self._random() if synthetic else self._run()
            chosen = self._chosen(len(run))
            source, target = self._joined(run, chosen)
            if len(source) <= longest + len(self._prefix) and len(target) <= LONGEST_TARGET:
                return [*source, EOS], [*target, EOS]

    def shuffle(self, batches: list[list[tuple[list[int], list[int]]]]) -> None:
        """Put batches into a random order."""
        self._draw.shuffle(batches)

    def _encoded(self, post: Post) -> list[list[int]]:
        found = [self._tokens.encode(sentence)[:-1] for sentence in post.sentences]
        return [ids for ids in found if len(ids) in _TOKENS]

    def _run(self) -> list[list[int]]:
        """Neighbouring sentences of one post."""
        post = self._draw.choice(self._posts[self._draw.choice(("de", "en"))])
        start = self._draw.randrange(len(post))
        return post[start : start + self._draw.randint(1, 6)]

    def _random(self) -> list[list[int]]:
        """Random tokens, half of the time of so few that only a longer context tells them apart."""
        pool = self._draw.sample(self._any, 12) if self._draw.random() < 0.5 else self._any
        sizes = [self._draw.randint(4, 16) for _ in range(self._draw.randint(1, 4))]
        return [self._draw.choices(pool, k=size) for size in sizes]

    def _chosen(self, count: int) -> list[int]:
        """Which sentences are marked; none means the first."""
        return sorted(self._draw.sample(range(count), min(self._draw.choice((0, 1, 1, 2, 2, 3)), count)))

    def _joined(self, run: Sequence[Sequence[int]], chosen: Sequence[int]) -> tuple[list[int], list[int]]:
        source, target = list(self._prefix), list[int]()
        for number, ids in enumerate(run):
            source += [self._marks[0], *ids, self._marks[1]] if number in chosen else ids
            if number in (chosen or [0]):
                target += [*([self._break] if target else []), *ids]
        return source, target


def cases(posts: Sequence[Post], tokens: Tokens, lang: str, count: int, seed: int) -> list[Case]:
    """Passages of unseen posts in ``lang``, as text; those of one post do not overlap much, and no two are equal."""
    draw = random.Random(seed)
    unseen = [post for post in posts if post.unseen and post.lang == lang]
    found: dict[str, Case] = {}
    while len(found) < count:
        post = draw.choice(unseen)
        start, size = draw.randrange(len(post.sentences)), draw.randint(1, 6)
        run = post.sentences[start : start + size]
        chosen = sorted(draw.sample(range(len(run)), min(draw.choice((0, 1, 1, 2, 2, 3)), len(run))))
        source = " ".join(f"{OPEN} {one} {CLOSE}" if i in chosen else one for i, one in enumerate(run))
        target = "\n".join(run[i] for i in chosen or [0])
        lengths = [tokens.count(sentence) for sentence in run]
        fits = tokens.count(source) <= LONGEST_SOURCE and len(tokens.encode_lines(target)) <= LONGEST_TARGET
        if fits and all(length in _TOKENS for length in lengths):
            found[source] = Case(post.id, lang, source, target)
    return list(found.values())


def _unseen(identity: str) -> bool:
    return hashlib.sha256(identity.encode()).digest()[0] % _HELD_OUT == 0


def _prose(row: dict[str, str]) -> tuple[str, ...]:
    """Whole sentences of lines without markup, addresses and code."""
    found = []
    for line in row["article_text"].split("\n"):
        line = " ".join(line.split())
        if len(line) < 30 or _UNUSUAL.search(line) or not _WHOLE.fullmatch(line):
            continue
        parts = [line[start:end] for start, end in sentences(line, row["lang"])]
        found += [part for part in parts if 15 <= len(part) <= 220 and _WHOLE.fullmatch(part)]
    return tuple(one for one, after in pairwise([*found, ""]) if one != after)
