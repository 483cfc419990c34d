"""Installed models and the catalogue fit a terminal of 80 columns, and say who may use what."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from blogsum.report import models
from blogsum.store import catalog


def entry(**changes: Any) -> dict[str, Any]:
    return {**asdict(catalog.entries()["mt5-multilingual-xlsum"]), **changes}


def installed(**changes: Any) -> dict[str, Any]:
    files = {"step.onnx": {"bytes": 60_000_000, "sha256": ""}, "encoder.onnx": {"bytes": 40_500_000, "sha256": ""}}
    facts = {"name": "teaser", "aliases": ["default"], "languages": ["de", "en"], "precision": "int8", "files": files}
    return {**facts, "licence": "MIT", **changes}


def test_models_are_listed_in_full() -> None:
    long = installed(name="xlsum", aliases=[], licence=entry()["licence"], languages=[], precision="fp32")
    assert models.table([installed(), long], [entry()]) == (
        "installed  alias    languages  precision  MB   licence\n"
        "teaser     default  de, en     int8       100  MIT\n"
        "xlsum      -        -          fp32       100  CC BY-NC-SA 4.0: not for\n"
        "                                               business; what is made of it must\n"
        "                                               be shared alike\n"
        "\n"
        "worth pulling (blogsum models pull NAME):\n"
        "\n"
        "mt5-multilingual-xlsum\n"
        "  csebuetnlp/mT5_multilingual_XLSum, 2,330 MB, en, es, fr, pt, tr, uk, ru\n"
        "  news in one line, 45 languages; German is not among them\n"
        "  reads 512 tokens, writes up to 84\n"
        "  CC BY-NC-SA 4.0: not for business; what is made of it must be shared alike\n"
    )


def test_the_catalogue_fits_80_columns() -> None:
    text = models.table([], [asdict(one) for one in catalog.entries().values()])
    assert text.startswith("nothing installed: the built-in summariser answers\n\nworth pulling")
    assert max(map(len, text.split("\n"))) <= 80
    for one in catalog.entries().values():
        assert f"\n\n{one.name}\n  {one.hub}, " in text
        assert f"\n  {one.licence}\n" in text


def test_a_bundle_that_says_little_is_listed_too() -> None:
    table = models.table([{"name": "a", "aliases": [], "files": {}}], [])
    assert table.split("\n")[1].split() == ["a", "-", "-", "-", "0.0", "not", "stated"]


def test_what_a_bundle_says_cannot_fake_a_line() -> None:
    table = models.table([installed(licence="MIT\nteaser2  \x1b[2J evil")], [])
    assert table.split("\n")[1].endswith("MIT teaser2   evil")


def test_a_card_is_shown_within_80_columns() -> None:
    card = "# teaser\n\n- Made with: " + ", ".join(f"tool{i} {i}.0" for i in range(12)) + "\n\nProof \x1b[31mred.\n"
    assert models.sheet("teaser", {"files": {"step.onnx": {"bytes": 1234}}}, card) == (
        "# teaser\n"
        "\n"
        "- Made with: tool0 0.0, tool1 1.0, tool2 2.0, tool3 3.0, tool4 4.0, tool5 5.0,\n"
        "  tool6 6.0, tool7 7.0, tool8 8.0, tool9 9.0, tool10 10.0, tool11 11.0\n"
        "\n"
        "Proof red.\n"
        "\n"
        "## Files of teaser\n"
        "\n"
        "- step.onnx, 1,234 bytes\n"
    )
