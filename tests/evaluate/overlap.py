"""Judges small enough for a test: ONNX graphs that count how much of the second text stands in the first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

MARKS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")


def build(folder: Path, texts: Sequence[str], recipe: str, regression: bool = False) -> Path:
    """A judge in ``folder``: its words are those of ``texts``.

    As an NLI model it answers with the logits of entailment, neutral and contradiction; as a regression with 1 to 5.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "judge.toml").write_text(recipe, encoding="utf-8")
    _tokenizer(texts).save(str(folder / "tokenizer.json"))
    _graph(folder / "model.onnx", regression)
    return folder


def _tokenizer(texts: Sequence[str]) -> Any:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    words = {word: None for text in texts for word in text.lower().replace(".", " . ").replace(",", " , ").split()}
    vocabulary = {word: number for number, word in enumerate([*MARKS, *words])}
    tokens = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokens.normalizer = normalizers.Lowercase()
    tokens.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation()])
    tokens.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return tokens


def _graph(path: Path, regression: bool) -> None:
    """Share of the words of type 1 that are among those of type 0; marks do not count."""
    import numpy as np
    from onnx import TensorProto, checker, helper, numpy_helper, save

    def fixed(name: str, values: Any, kind: type = np.float32) -> Any:
        return numpy_helper.from_array(np.asarray(values, kind), name)

    def node(kind: str, inputs: str, output: str, **more: Any) -> Any:
        return helper.make_node(kind, inputs.split(), [output], **more)

    weights = [[4.0]] if regression else [[20.0, 0.0, 0.0]]
    bias = [1.0] if regression else [-10.0, 0.0, 0.0]
    nodes = [
        node("Greater", "input_ids last", "is_word"),
        node("Cast", "is_word", "word", to=TensorProto.FLOAT),
        node("Cast", "token_type_ids", "second", to=TensorProto.FLOAT),
        node("Mul", "word second", "own"),
        node("Sub", "word own", "article"),
        node("Unsqueeze", "input_ids two", "down"),
        node("Unsqueeze", "input_ids one", "across"),
        node("Equal", "down across", "is_same"),
        node("Cast", "is_same", "same", to=TensorProto.FLOAT),
        node("Unsqueeze", "article two", "rows"),
        node("Mul", "same rows", "there"),
        node("ReduceMax", "there", "found", axes=[1], keepdims=0),
        node("Mul", "found own", "held"),
        node("ReduceSum", "held one", "hits", keepdims=1),
        node("ReduceSum", "own one", "all", keepdims=1),
        node("Add", "all tiny", "size"),
        node("Div", "hits size", "share"),
        node("MatMul", "share weights", "scaled"),
        node("Add", "scaled bias", "logits"),
    ]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", len(bias)])]
    values = [
        fixed("last", len(MARKS) - 1, np.int64),
        fixed("one", [1], np.int64),
        fixed("two", [2], np.int64),
        fixed("tiny", 1e-6),
        fixed("weights", weights),
        fixed("bias", bias),
    ]
    graph = helper.make_graph(nodes, "overlap", inputs, outputs, values)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    save(model, str(path))
