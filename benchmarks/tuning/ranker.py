"""The built-in ranker without the posts held out: the shipped one was fitted on all of DIR/blog/dev.jsonl.gz.

It chooses the built-in summary and what a model reads of a long article; both would know the posts they are judged on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from blogsum.summarize.lexicon import Lexicon
from blogsum.summarize.ranker import Ranker
from models.teaser.fit import example, fit, rarities
from models.teaser.posts import read


def fitted(data: Path, held: Collection[str], most: int) -> Ranker:
    """A ranker that learned from at most ``most`` posts, of other repositories than those ``held`` out."""
    every = read(data, "text")
    posts = [post for post in every[:: -(-len(every) // most)] if post.repo not in held]
    lexicons = rarities(posts)
    made = (example(post, lexicons.get(post.lang, Lexicon(post.lang))) for post in posts)
    return fit([one for one in made if one is not None], lexicons)


@contextmanager
def used(ranker: Ranker) -> Iterator[None]:
    """Let it stand in for the shipped one."""
    with (
        mock.patch("blogsum.summarize.ranker.built_in_ranker", return_value=ranker),
        mock.patch("blogsum.summarize.extractive.built_in_ranker", return_value=ranker),
    ):
        yield
