"""The vocabulary of a checkpoint of any family: how its articles and summaries become ids, and what is a line break.

A line break is a mark of pretraining that no text holds (``<extra_id_0>``, ``<mask>``), so that a trained row stands
behind it; a family that has none gets a piece more, ``<br>``, whose row is new.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blogsum.errors import UserError
from blogsum.summarize import mt5, seq2seq, subwords
from blogsum.summarize.tokens import Tokens
from blogsum.train import foreign

BREAK = "<br>"
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
        found = of_pieces(tokens, asked)
        return Tokens(part / mt5.VOCABULARY, end, found), found
    if told.model_type == "marian":
        _copied(folder, part)
        found = _named(subwords.Marian(part, end), asked)
        return subwords.Marian(part, end, found), found
    tokenizer = _tokenizer(folder)
    if not hasattr(tokenizer, "backend_tokenizer"):
        raise untold(told.model_type)
    tokenizer.backend_tokenizer.save(str(part / subwords.TOKENIZER))
    found = _named(subwords.Subwords(part / subwords.TOKENIZER), asked)
    return subwords.Subwords(part / subwords.TOKENIZER, found), found


def untold(family: str) -> UserError:
    """What to say of a family whose tokenizer only transformers can run."""
    hint = "it has no tokenizer.json, and transformers cannot make one"
    return UserError(f"a model of the type '{family}' can be trained, but not exported", hint=hint)


def of_pieces(tokens: Tokens, asked: str) -> int | None:
    """The id of a line break among sentencepiece's own: a piece, or in digits the number of a row behind them all."""
    if not asked:
        return None
    found = tokens.id(asked)
    if found is None and asked.isdecimal() and int(asked) >= tokens.size:
        found = int(asked)
    if found is None:
        raise _no_piece(asked, "▁<extra_id_0>")
    return found


def break_of_pieces(tokens: Tokens, rows: int, asked: str = "") -> tuple[str, int]:
    """Name and id of a line break: ``asked`` for, else pretraining's first mark, or its row in T5 1.x, or a new one."""
    if asked:
        return asked, of_pieces(tokens, asked) or 0
    for name in _WRITTEN:
        found = tokens.id(name)
        if found is not None:
            return name, found
    first = tokens.size + _EXTRA - 1
    row = first if first < rows else rows
    return str(row), row


def _pieces(folder: Path, end: int, rows: int, asked: str) -> Opened:
    content = (folder / mt5.VOCABULARY).read_bytes()
    name, number = break_of_pieces(Tokens(content, end), rows, asked)

    def save(place: Path) -> None:
        (place / mt5.VOCABULARY).write_bytes(content)

    return Opened(Tokens(content, end, number), name, number, save)


def _tables(folder: Path, end: int, rows: int, asked: str) -> Opened:
    """Marian's three files; they have no mark to spare."""
    for name in _TABLES:
        if not (folder / name).is_file():
            raise UserError(f"{folder} has no {name}", hint="is the download complete?")
    plain = subwords.Marian(folder, end)
    name = asked or BREAK
    found = plain.id(name)
    number = rows if found is None else found
    kept = [path for path in (folder / "tokenizer_config.json",) if path.is_file()]

    def save(place: Path) -> None:
        for path in (folder / subwords.SOURCE, folder / subwords.TARGET, *kept):
            shutil.copyfile(path, place / path.name)
        table = {**json.loads((folder / subwords.IDS).read_text(encoding="utf-8")), name: number}
        (place / subwords.IDS).write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")

    return Opened(subwords.Marian(folder, end, number), name, number, save)


def _theirs(folder: Path, told: Any, rows: int, lang: str, asked: str) -> Opened:
    """Whatever tokenizer transformers has for it, in the form that blogsum runs if there is one."""
    tokenizer = _tokenizer(folder)
    _speak(tokenizer, lang)
    end = _end(told)
    name = asked or _gap(tokenizer, rows)
    if name not in tokenizer.get_vocab():
        from tokenizers import AddedToken

        tokenizer.add_tokens([AddedToken(name, normalized=False, special=True)], special_tokens=True)
    number = int(tokenizer.convert_tokens_to_ids(name))
    framed = [int(one) for one in tokenizer(text_target="").input_ids]
    at = framed.index(end) if end in framed else len(framed)
    behind = framed[at + 1 :]  # mBART's language: behind an article, and what its decoder starts with
    opening = tuple(framed[:at])
    start = behind[0] if behind else foreign.one(getattr(told, "decoder_start_token_id", None))
    if opening and opening[0] == start:
        opening = opening[1:]
    form: seq2seq.Vocabulary | Theirs = Theirs(tokenizer, number, opening, end)
    if hasattr(tokenizer, "backend_tokenizer"):
        content = tokenizer.backend_tokenizer.to_str().encode("utf-8")
        form = subwords.Subwords(content, number, opening, end)
    start = behind[0] if behind else None
    return Opened(form, name, number, lambda place: _saved(tokenizer, place), opening, start)


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
        return subwords.split([one for one in ids if one < self.size], self._line_break, self._line)

    def _plain(self, text: str) -> str:
        return " ".join(self._marks.sub(" ", text).split())

    def _target(self, line: str) -> list[int]:
        found = self._tokenizer(text_target=self._plain(line), add_special_tokens=False)
        return [int(one) for one in found.input_ids]

    def _line(self, ids: Sequence[int]) -> str:
        return " ".join(self._tokenizer.decode(ids, skip_special_tokens=True).split())


def _tokenizer(folder: Path) -> Any:
    try:
        from transformers import AutoTokenizer

        return AutoTokenizer.from_pretrained(folder, local_files_only=True, use_fast=True)
    except Exception as error:  # each tokenizer has its own for a missing file
        raise UserError(f"cannot read the vocabulary in {folder}: {foreign.first_line(error)}") from error


def _speak(tokenizer: Any, lang: str) -> None:
    """Let a tokenizer that marks languages mark ``lang``; one that does not know it keeps its own."""
    if not hasattr(tokenizer, "src_lang"):
        return
    codes = [*getattr(tokenizer, "lang_code_to_id", {}), *tokenizer.additional_special_tokens]
    wanted = [code for code in codes if code.split("_")[0] == lang or code == _LANGUAGES.get(lang)]
    if wanted:
        tokenizer.src_lang = tokenizer.tgt_lang = wanted[0]


def _gap(tokenizer: Any, rows: int) -> str:
    """The mark of pretraining that becomes the line break; a new one where the model has no row for any."""
    special = {str(one): int(tokenizer.convert_tokens_to_ids(one)) for one in tokenizer.all_special_tokens}
    gaps = [name for name in special if name == tokenizer.special_tokens_map.get("mask_token")]
    gaps += sorted(filter(foreign.GAP.fullmatch, special))
    return next((name for name in gaps if special[name] < rows), BREAK)


def _named(tokens: subwords.Marian | subwords.Subwords, asked: str) -> int | None:
    """The id of the line break ``asked`` for."""
    found = tokens.id(asked) if asked else None
    if asked and found is None:
        raise _no_piece(asked, BREAK)
    return found


def _no_piece(asked: str, example: str) -> UserError:
    from blogsum.errors import USAGE

    return UserError(f"the vocabulary has no piece '{asked}'", hint=f"as in {example}", code=USAGE)


def _copied(folder: Path, part: Path) -> None:
    for name in _TABLES:
        if not (folder / name).is_file():
            raise UserError(f"{folder} has no {name}", hint="is the download complete?")
        shutil.copyfile(folder / name, part / name)


def _saved(tokenizer: Any, place: Path) -> None:
    with foreign.quiet():
        tokenizer.save_pretrained(place)


def _end(told: Any) -> int:
    """The end mark; UserError when the configuration has none."""
    found = foreign.one(getattr(told, "eos_token_id", None))
    if found is None:
        raise UserError("the checkpoint's config.json has no eos_token_id", hint="is the download complete?")
    return found
