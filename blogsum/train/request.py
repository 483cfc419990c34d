"""How a model is meant to be used: what a checkpoint's own files say, overruled by who exports it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from blogsum import jsonl
from blogsum.errors import UserError
from blogsum.summarize.decoding import Options

_OURS = "blogsum.json"  # what blogsum's own training says of a checkpoint


@dataclass(frozen=True)
class Request:
    """How a model is meant to be used: what stands before every article, how much it reads, how it writes.

    ``base`` is what it was fine-tuned from; ``prompts`` says that a length stands before the article, as in
    <teaser>; ``verdict`` whether it is better than that and than the built-in summary, in a line;
    ``run`` the one that trained it.
    """

    name: str
    prefix: str = ""
    max_input: int = 512
    licence: str = ""
    languages: tuple[str, ...] = ()
    line_break: str = ""
    precision: str = "fp32"
    hub: str = ""
    base: str = ""
    prompts: bool = False
    verdict: str = ""
    run: str = ""
    options: Options = field(default_factory=Options)


def request(folder: Path, given: Mapping[str, Any]) -> Request:
    """What the checkpoint's own files say, overruled by what is ``given`` (None is not given).

    UserError when there is no such folder or a file in it cannot be read.
    """
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder", hint="a checkpoint is a folder with config.json and weights")
    theirs = told(folder)
    asked: dict[str, Any] = {"name": folder.resolve().name, "prefix": theirs.get("prefix") or ""}
    asked |= {**_json(folder / _OURS), "options": _options(theirs)}
    asked |= {name: value for name, value in given.items() if value is not None and name != "max_output"}
    if given.get("max_output"):
        asked["options"] = replace(asked["options"], max_tokens=given["max_output"])
    asked["languages"] = tuple(asked.get("languages", ()))
    known = Request.__dataclass_fields__
    return Request(**{name: value for name, value in asked.items() if name in known})


def told(folder: Path) -> dict[str, Any]:
    """What ``generation_config.json``, or an older ``config.json``, says of how to write summaries."""
    config = _json(folder / "config.json")
    task = (config.get("task_specific_params") or {}).get("summarization") or {}
    return {**config, **task, **_json(folder / "generation_config.json")}


def _options(told: Mapping[str, Any]) -> Options:
    """How the checkpoint wants to be decoded."""
    ours = Options()
    longest = told.get("max_new_tokens") or (told.get("max_length") or ours.max_tokens + 1) - 1
    early = told.get("early_stopping", False)
    return Options(
        beams=told.get("num_beams") or 1,
        max_tokens=longest,
        min_tokens=told.get("min_new_tokens") or max(0, (told.get("min_length") or 0) - 1),
        length_penalty=float(told.get("length_penalty") or 1.0),
        early_stopping=None if early == "never" else bool(early),
        no_repeat_ngram=told.get("no_repeat_ngram_size") or 0,
        repetition_penalty=float(told.get("repetition_penalty") or 1.0),
    )


def _json(path: Path) -> dict[str, Any]:
    """The object in a file, or nothing when there is no such file."""
    try:
        found = jsonl.parse(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UserError(f"cannot read {path}: {error}") from error
    return dict(found) if isinstance(found, dict) else {}
