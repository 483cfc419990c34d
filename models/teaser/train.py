"""Train the built-in teaser model: ``python -m models.teaser.train --data DIR`` (DIR/blog/dev.jsonl.gz).

Writes weights.npz, manifest.json and card.md beside this file. Seeded: on one machine the same data give the same
bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from functools import partial
from multiprocessing import Pool
from pathlib import Path

import numpy as np

from blogsum.summarize.lexicon import Lexicon
from blogsum.summarize.ranker import to_arrays
from models.teaser.card import write_card
from models.teaser.fit import Example, example, fit, rarities
from models.teaser.posts import Post, read

HERE = Path(__file__).parent


def prepare(posts: list[Post], lexicons: dict[str, Lexicon], processes: int) -> list[Example]:
    """Take posts apart in several processes, in order; those without a line are left out."""
    with Pool(processes) as pool:
        found = pool.map(partial(_example, lexicons=lexicons), posts, chunksize=40)
    return [e for e in found if e is not None]


def _example(post: Post, lexicons: dict[str, Lexicon]) -> Example | None:
    return example(post, lexicons.get(post.lang, Lexicon(post.lang)))


def main() -> None:
    """Read, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    began = time.perf_counter()
    posts = read(options.data, "text")
    lexicons = rarities(posts)
    both = posts + [post for post in read(options.data, "markdown") if post.good]
    examples = prepare(both, lexicons, options.processes)
    print(f"{len(examples)} examples after {time.perf_counter() - began:.0f} s", flush=True)
    ranker = fit(examples, lexicons, options.seed)
    np.savez_compressed(HERE / "weights.npz", **to_arrays(ranker))
    digest = hashlib.sha256((HERE / "weights.npz").read_bytes()).hexdigest()
    manifest = {"name": "teaser", "sha256": {"weights.npz": digest}}
    (HERE / "manifest.json").write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    write_card(HERE, ranker, [e.post for e in examples if e.post.form == "text"], digest)
    print(f"weights of {(HERE / 'weights.npz').stat().st_size / 1000:.0f} kB after {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
