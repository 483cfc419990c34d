"""The dials that change what is trained: LoRA, a smaller vocabulary, a first stage on weak labels, length prompts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

for _name in ("torch", "transformers", "sentencepiece", "rensa"):
    pytest.importorskip(_name, reason="training needs blogsum[train]")

from safetensors.numpy import load_file

from blogsum.errors import MissingExtra, UserError
from blogsum.store.runs import METRICS
from blogsum.train import base as bases
from blogsum.train import checkpoints, finetune, machine, preflight
from blogsum.train.recipe import Adapt, Machine
from blogsum.types import Article
from tests import tiny, trained
from tests.train.test_finetune import job, stopped, weights


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return tiny.hub(tmp_path / "base" / "tiny")


@pytest.mark.slow
def test_lora_trains_little_goes_on_and_leaves_a_plain_model(base: Path, tmp_path: Path) -> None:
    pytest.importorskip("peft")
    whole = finetune.start(job(tmp_path / "whole", base, lora=4, rate=0.01))
    run = stopped(tmp_path / "cut", base, lora=4, rate=0.01)
    kept = checkpoints.load(run.folder / "checkpoints")
    assert kept is not None
    assert all("lora" in name for name in kept.tensors)
    assert sum(one.numel() for one in kept.tensors.values()) < 0.5 * sum(
        value.size for value in load_file(base / "model.safetensors").values()
    )
    assert weights(finetune.resume(job(tmp_path / "cut", base), run)) == weights(whole)
    before, after = load_file(base / "model.safetensors"), load_file(whole.output / "model.safetensors")
    assert before.keys() == after.keys()
    changed = {name.rsplit(".", 2)[-2] for name in before if (before[name] != after[name]).any()}
    assert changed == {"q", "k", "v", "o", "wi_0", "wi_1", "wo"}
    assert bases.load(whole.output).line_break == "▁<extra_id_0>"


def test_lora_without_peft_says_what_to_install(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "peft", None)
    with pytest.raises(MissingExtra) as caught:
        bases.network(bases.load(base), Adapt(lora=4))
    assert caught.value.hint == "pip install 'blogsum[train]'"


@pytest.mark.slow
def test_a_smaller_vocabulary_is_trained_and_kept(base: Path, tmp_path: Path) -> None:
    rows = [
        Article(f"p{i}{j}", f"{text} {more}", summary=summary, split="train", lang="de")
        for i, (text, summary) in enumerate(trained.PAIRS[:4])
        for j, (more, _) in enumerate(trained.PAIRS[4:])
    ] + trained.posts()[8:]
    limits = preflight.Thresholds(near_duplicate=1.0)
    asked = replace(job(tmp_path, base, prune=True, epochs=1, metric="none"), rows=lambda _: rows, limits=limits)
    done = finetune.start(asked)
    smaller, full = bases.load(done.output), bases.load(base)
    assert smaller.checkpoint.shape.vocabulary < full.checkpoint.shape.vocabulary
    assert smaller.tokens().size == smaller.checkpoint.shape.vocabulary
    assert done.facts["base"]["sha256"] == full.sha256


@pytest.mark.slow
def test_weak_labels_come_first_and_not_from_posts_held_out(base: Path, tmp_path: Path) -> None:
    weak = [
        Article(
            f"w{number}", f"Der Hof ist groß. Es war Tag {number} im Winter {number + 7}.", summary="Es gibt einen Hof."
        )
        for number in range(6)
    ]
    weak.append(replace(trained.posts()[9], id="same", split=None))
    asked = job(tmp_path, base, warm_up_data="weak", warm_up_epochs=2, epochs=2, every=1)
    done = finetune.start(replace(asked, rows=lambda name: weak if name == "weak" else trained.posts()))
    assert done.facts["data"]["weak"]["train"] == 6
    # twice two batches of weak labels, then twice two of the posts, and a look behind each of these
    assert done.facts["result"]["steps"] == 8
    rates = [line["rate"] for line in done.run.lines(METRICS) if "norm" in line]
    assert rates[:4] == rates[4:]  # the rate rises and falls for the posts, too, however many weak ones there were
    assert (max(rates), rates[3] < 0.5 * max(rates)) == (0.001, True)
    assert [line["step"] for line in done.run.lines(METRICS) if "dev_loss" in line] == [6, 8]


def test_a_translation_of_a_post_held_out_is_no_weak_label() -> None:
    held, other = trained.posts()[9], trained.posts()[0]
    kept, leaking = preflight.without_leaks([replace(held, id="x"), replace(other, id="y")], [held])
    assert ([article.id for article in kept], leaking) == (["y"], 1)


@pytest.mark.slow
def test_computing_twice_gives_the_same_weights(base: Path, tmp_path: Path) -> None:
    once = finetune.start(job(tmp_path / "once", base))
    twice = finetune.start(job(tmp_path / "twice", base, gradient_checkpointing=True))
    one, other = (load_file(done.output / "model.safetensors") for done in (once, twice))
    assert max(float(abs(one[name] - other[name]).max()) for name in one) < 1e-5


@pytest.mark.slow
def test_a_tied_head_stays_tied(tmp_path: Path) -> None:
    one = tiny.checkpoint(
        1, vocab_size=400, tie_word_embeddings=True, model_type="t5", architectures=["T5ForConditionalGeneration"]
    )
    done = finetune.start(job(tmp_path, tiny.hub(tmp_path / "tied", one)))
    found = bases.load(done.output).checkpoint
    assert found.shape.tied
    assert "lm_head.weight" not in load_file(done.output / "model.safetensors")
    assert (found.weights["shared.weight"] != one.weights["shared.weight"]).any()


@pytest.mark.slow
def test_length_prompts_reach_the_bundle(base: Path, tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    from blogsum.store import bundles

    asked = replace(job(tmp_path, base, length_prompts=True, epochs=1), bundle=tmp_path / "bundle")
    finetune.start(asked)
    facts = bundles.load(tmp_path / "bundle").manifest
    assert (facts["prompts"], facts["prefix"], facts["line_break"]) == (True, "kurz: ", 389)


@pytest.mark.slow
def test_one_model_writes_the_length_that_it_is_asked_for(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    from blogsum.summarize import load_bundle
    from blogsum.summarize.lengths import LENGTHS

    german = tiny.TEXT.partition("\nThe team")[0].replace("\n", " ")
    said = [f"{one.rstrip('.')}." for one in german.split(". ")]
    lines = [" ".join(said[at : at + 2]) for at in range(0, len(said), 2)]
    short, long = f"{said[6]}\n{said[1]}", "\n".join(lines)
    text = " ".join([*said[3:], *said[:3], trained.PAIRS[3][0]])
    post = Article("a", text, summary=short, references=(long,), split="train", lang="de")
    rows = [post, *trained.posts()[1:3], *trained.posts()[8:]]
    learns = {"epochs": 160, "batch": 4, "micro_batch": 4, "position_rate": 30.0, "max_output": 220}
    asked = trained.recipe(trained.fresh(tmp_path / "base"), length_prompts=True, **learns)
    limits = preflight.Thresholds(near_duplicate=1.0)
    finetune.start(replace(trained.job(tmp_path, asked, rows, limits=limits), bundle=tmp_path / "bundle"))
    model = load_bundle(tmp_path / "bundle")
    unread = replace(post, summary=None, references=())
    written = {name: model.summarize(unread, LENGTHS[name]).text for name in ("teaser", "paragraph")}
    assert written == {"teaser": short, "paragraph": long}


def test_a_base_has_a_name_once_it_was_pulled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    constants = pytest.importorskip("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    for name in ("deutsche-telekom/mt5-small-sum-de-mit-v1", "mt5-small-sum-de-mit-v1"):
        with pytest.raises(UserError) as caught:
            bases.place(name)
        assert (str(caught.value), caught.value.hint) == (
            f"{name} is not on this machine",
            f"blogsum models pull {name}",
        )
    cached = tmp_path / "models--deutsche-telekom--mt5-small-sum-de-mit-v1"
    tiny.hub(cached / "snapshots" / "0123456789")
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text("0123456789")
    for name in ("deutsche-telekom/mt5-small-sum-de-mit-v1", "mt5-small-sum-de-mit-v1"):
        assert bases.load(bases.place(name)).line_break == "▁<extra_id_0>"
        assert bases.called(name) == name
    assert bases.place("no-such-folder") == Path("no-such-folder")
    # a folder is called by its name, never by its place on this machine
    assert bases.called(str(cached / "snapshots" / "0123456789")) == "deutsche-telekom/mt5-small-sum-de-mit-v1"
    assert bases.called(str(cached)) == cached.name
    assert bases.called(str(tmp_path / "gone" / "mt5-small")) == "mt5-small"


def test_what_this_machine_has_not_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(machine, "_cpu_has_bf16", lambda: False)
    with pytest.raises(UserError, match="torch finds no GPU here"):
        machine.place(Machine(device="cuda"))
    with pytest.raises(UserError, match="this cpu does not compute in bf16"):
        machine.place(Machine(precision="bf16"))
    assert machine.place(Machine()) == machine.Place("cpu", "fp32")


@pytest.mark.slow
def test_bf16_learns_as_well(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_cpu_has_bf16", lambda: True)  # emulated where it is not
    exact, rough = (finetune.start(job(tmp_path / one, base, precision=one)) for one in ("fp32", "bf16"))
    first, second = (done.run.lines(METRICS)[-2]["loss"] for done in (exact, rough))
    assert abs(first - second) < 0.05 * first
    assert rough.facts["hardware"]["precision"] == "bf16"
