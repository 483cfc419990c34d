"""The vocabulary of a checkpoint of any family: how its articles and summaries become ids, and what is a line break.

A line break is a mark of pretraining that no text holds (``<extra_id_0>``, ``<mask>``), so that a trained row stands
behind it; a family that has none gets a row more, behind all its pieces, and the row's number is the line break's name.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blogsum.errors import USAGE, UserError
from blogsum.summarize import mt5, seq2seq, subwords
from blogsum.summarize.tokens import Tokens
from blogsum.train import foreign

_EXTRA = 100  # T5's own tokenizer numbers <extra_id_0> as the hundredth row behind the pieces
_WRITTEN = ("<extra_id_0>", "▁<extra_id_0>")
_LANGUAGES = {"de": "deu_Latn", "en": "eng_Latn"}  # as NLLB calls them
_TABLES = (subwords.SOURCE, subwords.TARGET, subwords.IDS)


@dataclass(frozen=True)
class Opened:
    """A vocabulary in use: the ``tokens``, and the line break's name and id.

    ``opening`` stands before a summary, ``start`` is what a decoder starts with where the language decides that, None
    otherwise. ``save`` writes its files into a folder.
    """

    tokens: seq2seq.Vocabulary | Theirs
    line_break: str
    line_break_id: int
    save: Callable[[Path], None]
    opening: tuple[int, ...] = ()
    start: int | None = None


def opened(folder: Path, told: Any, rows: int, lang: str = "", asked: str = "") -> Opened:
    """The vocabulary in ``folder``, of a model with the configuration ``told`` and ``rows`` of embeddings.

    ``lang`` (ISO 639-1) is the language of the texts, for families that mark it; ``asked`` is the line break that the
    model was trained with, if it was. UserError when files are missing or damaged.
    """
    if told.model_type in foreign.PIECES and (folder / mt5.VOCABULARY).is_file():
        return _pieces(folder, _end(told), rows, asked)
    if told.model_type == "marian":
        return _tables(folder, _end(told), rows, asked)
    return _theirs(folder, told, rows, lang, asked)


def at_use(folder: Path, part: Path, told: Any, asked: str) -> tuple[seq2seq.Vocabulary, int | None]:
    """The vocabulary as a bundle in ``part`` has it, its files there, and the id of the line break ``asked`` for."""
    end = _end(told)
    if told.model_type in foreign.PIECES and (folder / mt5.VOCABULARY).is_file():
        shutil.copyfile(folder / mt5.VOCABULARY, part / mt5.VOCABULARY)
        tokens = Tokens(part / mt5.VOCABULARY, end)
        found = number(tokens, asked)
        return Tokens(part / mt5.VOCABULARY, end, found), found
    if told.model_type == "marian":
        _complete(folder)
        for name in _TABLES:
            shutil.copyfile(folder / name, part / name)
        found = number(subwords.Marian(part, end), asked)
        return subwords.Marian(part, end, found), found
    tokenizer = _tokenizer(folder)
    if not hasattr(tokenizer, "backend_tokenizer"):
        raise untold(told.model_type)
    tokenizer.backend_tokenizer.save(str(part / subwords.TOKENIZER))
    found = number(subwords.Subwords(part / subwords.TOKENIZER), asked)
    return subwords.Subwords(part / subwords.TOKENIZER, found), found


def untold(family: str) -> UserError:
    """What to say of a family whose tokenizer only transformers can run."""
    hint = "it has no tokenizer.json, and transformers cannot make one"
    return UserError(f"a model of the type '{family}' can be trained, but not exported", hint=hint)


def number(tokens: seq2seq.Vocabulary, asked: str) -> int | None:
    """The id of a line break: a piece's, or in digits the number of a row behind all pieces; None for none."""
    if not asked:
        return None
    found = int(asked) if asked.isdecimal() and int(asked) >= tokens.size else tokens.id(asked)
    if found is None:
        raise _no_piece(asked)
    return found


def break_of_pieces(tokens: Tokens, rows: int, asked: str = "") -> tuple[str, int]:
    """Name and id of a line break: ``asked`` for, else pretraining's first mark, or its row in T5 1.x, or a new one."""
    if asked:
        return asked, number(tokens, asked) or 0
    for name in _WRITTEN:
        found = tokens.id(name)
        if found is not None:
            return name, found
    first = tokens.size + _EXTRA - 1
    row = first if first < rows else rows
    return str(row), row


def _pieces(folder: Path, end: int, rows: int, asked: str) -> Opened:
    content = (folder / mt5.VOCABULARY).read_bytes()
    name, line_break = break_of_pieces(Tokens(content, end), rows, asked)

    def save(place: Path) -> None:
        (place / mt5.VOCABULARY).write_bytes(content)

    return Opened(Tokens(content, end, line_break), name, line_break, save)


def _tables(folder: Path, end: int, rows: int, asked: str) -> Opened:
    """Marian's three files; they have no mark to spare."""
    _complete(folder)
    plain = subwords.Marian(folder, end)
    name = asked or str(max(rows, plain.size))
    line_break = number(plain, name) or 0
    names = [name for name in (*_TABLES, "tokenizer_config.json") if (folder / name).is_file()]

    def save(place: Path) -> None:
        for file in names:
            shutil.copyfile(folder / file, place / file)

    return Opened(subwords.Marian(folder, end, line_break), name, line_break, save)


def _theirs(folder: Path, told: Any, rows: int, lang: str, asked: str) -> Opened:
    """Whatever tokenizer transformers has for it, in the form that blogsum runs if there is one."""
    tokenizer = _tokenizer(folder)
    _speak(tokenizer, lang)
    end = _end(told)
    name = asked or _gap(tokenizer, rows) or str(max(rows, len(tokenizer)))
    known = tokenizer.get_vocab().get(name)
    if known is None and not name.isdecimal():
        raise _no_piece(name)
    line_break = int(name if known is None else known)
    framed = [int(one) for one in tokenizer(text_target="").input_ids]
    at = framed.index(end) if end in framed else len(framed)
    behind = framed[at + 1 :]  # mBART's language: behind an article, and what its decoder starts with
    opening = tuple(framed[:at])
    start = behind[0] if behind else foreign.one(getattr(told, "decoder_start_token_id", None))
    if opening and opening[0] == start:
        opening = opening[1:]
    form: seq2seq.Vocabulary | Theirs = Theirs(tokenizer, line_break, opening, end)
    if hasattr(tokenizer, "backend_tokenizer"):
        content = tokenizer.backend_tokenizer.to_str().encode("utf-8")
        form = subwords.Subwords(content, line_break, opening, end)
    start = behind[0] if behind else None
    return Opened(form, name, line_break, lambda place: _saved(tokenizer, place), opening, start)


class Theirs:
    """A tokenizer that only transformers can run; same use as ``Tokens``, to train with."""

    def __init__(self, tokenizer: Any, line_break: int, opening: Sequence[int], end: int) -> None:
        self._tokenizer, self._line_break = tokenizer, line_break
        self._opening, self._end = list(opening), end
        self._marks = subwords.any_of([str(one) for one in tokenizer.all_special_tokens])
        self.size = len(tokenizer)
        self.frame = len(tokenizer("").input_ids)
        logging.getLogger("transformers.tokenization_utils_base").setLevel(logging.ERROR)  # long texts are cut later

    def encode(self, text: str) -> list[int]:
        """The ids of ``text`` on one line, with its marks."""
        return [int(one) for one in self._tokenizer(self._plain(text)).input_ids]

    def encode_lines(self, text: str) -> list[int]:
        """The ids of a summary, its lines joined by the line break, with its marks."""
        return [*self._opening, *subwords.joined(text, self._line_break, self._target), self._end]

    def count(self, text: str) -> int:
        """How many tokens ``text`` has, without marks."""
        return len(self.encode(text)) - self.frame

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ``ids``, a line for each part between line breaks, without marks."""
        return subwords.split(ids, self._line_break, self._line)

    def _plain(self, text: str) -> str:
        return " ".join(self._marks.sub(" ", text).split())

    def _target(self, line: str) -> list[int]:
        found = self._tokenizer(text_target=self._plain(line), add_special_tokens=False)
        return [int(one) for one in found.input_ids]

    def _line(self, ids: Sequence[int]) -> str:
        known = [one for one in ids if one < self.size]
        return " ".join(self._tokenizer.decode(known, skip_special_tokens=True).split())


def _tokenizer(folder: Path) -> Any:
    try:
        from transformers import AutoTokenizer

        return AutoTokenizer.from_pretrained(folder, use_fast=True, **foreign.HERE)
    except Exception as error:  # each tokenizer has its own for a missing file
        raise UserError(f"cannot read the vocabulary in {folder}: {foreign.first_line(error)}") from error


def _speak(tokenizer: Any, lang: str) -> None:
    """Let a tokenizer that marks languages mark ``lang``; one that does not know it keeps its own."""
    if not hasattr(tokenizer, "src_lang"):
        return
    tables = (getattr(tokenizer, f"lang_code_to_{what}", {}) for what in ("id", "token"))
    codes = [*(code for table in tables for code in table), *tokenizer.additional_special_tokens]
    wanted = [code for code in codes if code.split("_")[0] == lang or code == _LANGUAGES.get(lang)]
    if wanted:
        tokenizer.src_lang = tokenizer.tgt_lang = wanted[0]


def _gap(tokenizer: Any, rows: int) -> str:
    """The mark of pretraining that becomes the line break; "" where the model has no row for any."""
    special = {str(one): int(tokenizer.convert_tokens_to_ids(one)) for one in tokenizer.all_special_tokens}
    gaps = [name for name in special if name == tokenizer.special_tokens_map.get("mask_token")]
    gaps += sorted(filter(foreign.GAP.fullmatch, special))
    return next((name for name in gaps if special[name] < rows), "")


def _no_piece(asked: str) -> UserError:
    return UserError(f"the vocabulary has no piece '{asked}'", hint="as in ▁<extra_id_0>", code=USAGE)


def _complete(folder: Path) -> None:
    """UserError when one of Marian's files is missing."""
    for name in _TABLES:
        if not (folder / name).is_file():
            raise UserError(f"{folder} has no {name}", hint="is the download complete?")


def _saved(tokenizer: Any, place: Path) -> None:
    with foreign.quiet():
        tokenizer.save_pretrained(place)


def _end(told: Any) -> int:
    """The end mark; UserError when the configuration has none."""
    found = foreign.one(getattr(told, "eos_token_id", None))
    if found is None:
        raise UserError("the checkpoint's config.json has no eos_token_id", hint="is the download complete?")
    return found
