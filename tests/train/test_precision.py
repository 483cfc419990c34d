"""Layers that 8 bits harm are kept from them, no others."""

from __future__ import annotations

import pytest

for _name in ("onnx", "onnxruntime"):
    pytest.importorskip(_name, reason="building and running graphs needs blogsum[train]")

from blogsum.train import precision
from tests import tiny

ARTICLES = tiny.articles(4, 4)


def test_the_groups_are_the_layers_and_the_head() -> None:
    assert precision.groups(tiny.checkpoint(1)) == [
        "encoder.block.0",
        "encoder.block.1",
        "encoder.block.2",
        "decoder.block.0",
        "decoder.block.1",
        "lm_head",
    ]


def test_the_most_harmful_are_kept_until_the_limit_holds() -> None:
    one = tiny.checkpoint(1, gain=0.8)
    found = precision.choose(one, ARTICLES, limit=1e-9)
    assert found["exact"] == sorted(found["harm"], key=lambda group: -found["harm"][group])
    assert found["chosen"] == 0
    half = precision.choose(one, ARTICLES, limit=found["everywhere"] * 0.6)
    assert half["chosen"] <= half["limit"] < half["everywhere"]
    assert half["exact"] == found["exact"][: len(half["exact"])] != found["exact"]


def test_nothing_is_kept_where_nothing_is_harmed() -> None:
    found = precision.choose(tiny.checkpoint(1, gain=0.1), ARTICLES)
    assert (found["exact"], found["harm"]) == ([], {})
    assert 0 < found["chosen"] == found["everywhere"] < found["limit"]
