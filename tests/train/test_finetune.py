"""A run from data to model; stopped, killed, starved and tricked, it ends in the same weights or says why not."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

for _name in ("torch", "transformers", "sentencepiece", "rensa"):
    pytest.importorskip(_name, reason="training needs blogsum[train]")

from blogsum.cli.main import main
from blogsum.errors import Stopped, UserError
from blogsum.store import runs
from blogsum.store.runs import METRICS, Run
from blogsum.train import checkpoints, finetune, looking
from blogsum.train.finetune import Result
from blogsum.train.fitting import Job
from blogsum.train.loop import Nobody, State, refuse_divergence
from blogsum.train.network import Network
from tests import tiny, trained

STEPS = 12
SMALL = {"epochs": 6, "batch": 4, "micro_batch": 2, "checkpoint_every": 3, "beams": 1, "max_output": 32}
SMALL |= {"metric": "loss", "every": 2, "patience": 0, "dropout": 0.1, "rate": 0.001}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.hub(tmp_path_factory.mktemp("base") / "tiny")


@pytest.fixture(scope="module")
def whole(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A run that nothing disturbed."""
    return finetune.start(job(tmp_path_factory.mktemp("whole"), base))


def job(folder: Path, base: Path, watch: Any = None, **dials: Any) -> Job:
    made = trained.job(folder, trained.recipe(base, **SMALL | dials))
    return replace(made, watch=watch) if watch else made


def weights(result: Result) -> str:
    return hashlib.sha256((result.output / "model.safetensors").read_bytes()).hexdigest()


class At(Nobody):
    """Does something when a step is reached, and keeps the notes."""

    def __init__(self, step: int, act: Callable[[], object]) -> None:
        self.at, self.act, self.notes = step, act, list[str]()

    def step(self, record: Mapping[str, Any], steps: int) -> None:
        if record["step"] == self.at:
            self.act()

    def note(self, text: str) -> None:
        self.notes.append(text)


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def stopped(folder: Path, base: Path, step: int = 7, **dials: Any) -> Run:
    """A run that Ctrl-C ended after ``step``."""
    with pytest.raises(Stopped):
        finetune.start(job(folder, base, At(step, interrupt), **dials))
    [run] = runs.known(folder / "runs")
    return run


def test_a_run_leaves_a_model_and_its_record(whole: Result, base: Path) -> None:
    facts = whole.run.facts
    assert sorted(path.name for path in whole.output.iterdir()) == [
        "README.md",
        "blogsum.json",
        "config.json",
        "generation_config.json",
        "model.safetensors",
        "spiece.model",
    ]
    assert facts["status"] == "finished"
    assert facts["data"] | {"content": "", "notes": ""} == {
        "source": "posts",
        "content": "",
        "train": 8,
        "dev": 1,
        "test": 1,
        "notes": "",
    }
    assert facts["result"]["steps"] == STEPS
    assert facts["recipe"]["training"]["rate"] == 0.001
    assert facts["expected"]["device"] == "cpu"  # what the probe said, for blogsum azure check
    assert facts["expected"]["seconds"] >= 0
    assert {"code", "libraries", "hardware", "base", "evaluation"} <= facts.keys()
    lines = whole.run.lines(METRICS)
    assert [line["step"] for line in lines if "loss" in line] == list(range(1, STEPS + 1))
    assert [line["step"] for line in lines if "dev_loss" in line] == [4, 8, 12]
    assert lines[0]["loss"] > lines[-2]["loss"]
    told = json.loads((whole.output / "blogsum.json").read_text(encoding="utf-8"))
    assert told["base"] == "tiny"
    assert told["line_break"] == "▁<extra_id_0>"
    assert (whole.output / "README.md").read_text().split("\n")[2].startswith("**NOT SHOWN to be better: 1 post held")
    assert not list(whole.output.parent.glob(".*"))


@pytest.mark.slow
def test_the_same_run_again_has_the_same_weights(whole: Result, base: Path, tmp_path: Path) -> None:
    assert weights(finetune.start(job(tmp_path, base))) == weights(whole)
    assert weights(finetune.start(job(tmp_path / "b", base, seed=1))) != weights(whole)


@pytest.mark.slow
def test_parts_of_a_batch_may_be_computed_in_any_size(base: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    one, other = (
        load_file(
            finetune.start(job(tmp_path / str(size), base, micro_batch=size, dropout=0.0)).output / "model.safetensors"
        )
        for size in (1, 4)
    )
    assert max(float(abs(one[name] - other[name]).max()) for name in one) < 1e-4


def test_ctrl_c_finishes_the_step_saves_and_says_how_to_go_on(whole: Result, base: Path, tmp_path: Path) -> None:
    with pytest.raises(Stopped) as caught:
        finetune.start(job(tmp_path, base, At(7, interrupt)))
    [run] = runs.known(tmp_path / "runs")
    assert (
        str(caught.value) == f"stopped and saved after step 7 of 12; go on with: blogsum finetune --resume {run.name}"
    )
    assert caught.value.code == 130
    assert not (tmp_path / "model").exists()
    done = finetune.resume(job(tmp_path, base), run)
    assert weights(done) == weights(whole)
    assert [line["step"] for line in run.lines(METRICS)] == [line["step"] for line in whole.run.lines(METRICS)]


@pytest.mark.slow
@pytest.mark.parametrize("dials", [{"optimizer": "adafactor"}, {"freeze_embeddings": True}], ids=str)
def test_what_is_trained_otherwise_goes_on_as_well(base: Path, tmp_path: Path, dials: dict[str, Any]) -> None:
    expected = weights(finetune.start(job(tmp_path / "whole", base, **dials)))
    run = stopped(tmp_path / "cut", base, **dials)
    assert weights(finetune.resume(job(tmp_path / "cut", base), run)) == expected


@pytest.mark.slow
def test_frozen_embeddings_stay(base: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    done = finetune.start(job(tmp_path, base, freeze_embeddings=True))
    before, after = load_file(base / "model.safetensors"), load_file(done.output / "model.safetensors")
    assert {name for name in before if (before[name] == after[name]).all()} == {"shared.weight", "lm_head.weight"}


@pytest.mark.slow
def test_a_damaged_checkpoint_is_named_and_the_one_before_is_taken(whole: Result, base: Path, tmp_path: Path) -> None:
    run = stopped(tmp_path, base)
    harm(run.folder / "checkpoints" / "step-000007" / "weights.safetensors")
    watch = At(0, interrupt)
    done = finetune.resume(job(tmp_path, base, watch), run)
    place = run.folder / "checkpoints" / "step-000007" / "weights.safetensors"
    assert f"{place} is damaged: its hash is not that of checkpoint.json; going on from step 6" in watch.notes
    assert weights(done) == weights(whole)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["weights.safetensors", "optimizer.pt", "checkpoint.json"])
def test_damaged_checkpoints_are_refused_by_name(base: Path, tmp_path: Path, name: str) -> None:
    run = stopped(tmp_path, base)
    for place in (run.folder / "checkpoints").glob("step-*"):
        harm(place / name)
    with pytest.raises(UserError, match=rf"no checkpoint can be used: .*step-000007.{name} is damaged"):
        finetune.resume(job(tmp_path, base), run)


def harm(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.slow
def test_a_run_goes_on_from_another_folder(whole: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny.hub(tmp_path / "tiny")
    monkeypatch.chdir(tmp_path)
    run = stopped(tmp_path, Path("tiny"))
    monkeypatch.chdir(tmp_path.parent)
    assert weights(finetune.resume(job(tmp_path, Path("tiny")), run)) == weights(whole)
    assert run.facts["base"]["source"] == "tiny"


def test_changed_data_are_refused(base: Path, tmp_path: Path) -> None:
    run = stopped(tmp_path, base)
    rows = trained.posts()
    rows[0] = replace(rows[0], summary="Das Team fährt nicht mehr Rad.")
    with pytest.raises(UserError, match=f"posts is not what it was when {run.name} began"):
        finetune.resume(replace(job(tmp_path, base), rows=lambda _: rows), run)


@pytest.mark.slow
def test_a_changed_base_is_refused(tmp_path: Path) -> None:
    own = tiny.hub(tmp_path / "own")
    run = stopped(tmp_path, own)
    tiny.hub(tmp_path / "own", tiny.checkpoint(2, vocab_size=400))
    with pytest.raises(UserError, match=f"own is not what it was when {run.name} began"):
        finetune.resume(job(tmp_path, own), run)


def test_python_goes_on_with_a_run(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import blogsum
    from blogsum import jsonl, settings
    from blogsum.read.records import to_record

    monkeypatch.setenv("BLOGSUM_HOME", str(tmp_path / "home"))
    data = tmp_path / "posts.jsonl"
    data.write_text("".join(jsonl.dumps(to_record(row)) + "\n" for row in trained.posts()), encoding="utf-8")
    asked = job(tmp_path, base, At(2, interrupt), data=str(data), epochs=2)
    with pytest.raises(Stopped):
        finetune.start(replace(asked, root=settings.load().runs, rows=lambda _: trained.posts()))
    facts = blogsum.finetune(resume="last")
    assert (facts["status"], facts["result"]["steps"]) == ("finished", 4)
    assert (tmp_path / "model" / "model.safetensors").is_file()
    for given in ({"recipe": {"task": {"data": "x"}}}, {"output": "m"}, {"rate": 0.1}):
        with pytest.raises(UserError, match="resume takes no other dials: the run has its recipe"):
            blogsum.finetune(resume="last", **given)
    with pytest.raises(UserError, match="where does the model go"):
        blogsum.finetune({"task": {"data": "x", "base": "y"}})


def test_a_finished_run_does_not_go_on(whole: Result, base: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is finished"):
        finetune.resume(job(tmp_path, base), whole.run)


def test_a_base_of_another_transformers_is_refused(tmp_path: Path) -> None:
    own = tiny.hub(tmp_path / "own", tiny.checkpoint(1, vocab_size=400, transformers_version="5.1.0"))
    with pytest.raises(UserError) as caught:
        finetune.start(job(tmp_path, own))
    assert "transformers 5" in str(caught.value)


def test_no_number_stops_the_run_and_keeps_the_checkpoint(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = stopped(tmp_path, base, step=5)
    gradients, calls = Network.gradients, []

    def broken(self: Network, *given: Any) -> float:
        calls.append(given)
        loss = gradients(self, *given)
        if given[2] == ("dropout", 0, 7):
            next(iter(self.model.parameters())).grad[0, 0] = float("nan")
        return loss

    with monkeypatch.context() as patch:
        patch.setattr(Network, "gradients", broken)
        with pytest.raises(UserError) as caught:
            finetune.resume(job(tmp_path, base), run)
    assert str(caught.value) == "step 8: the gradients are nan long: the weights would be lost"
    assert caught.value.hint.startswith("start again with a lower --rate")
    assert run.facts["status"] == "failed"
    found = checkpoints.load(run.folder / "checkpoints")
    assert found is not None
    assert found.state["step"] == 6


def followed(losses: list[float]) -> None:
    state = State()
    for state.step, loss in enumerate(losses):
        refuse_divergence(state, loss)


def test_a_loss_that_grows_stops_the_run() -> None:
    with pytest.raises(UserError) as caught:
        followed([4 + number / 10 for number in range(80)])
    assert str(caught.value) == "step 50: the loss grows (from 4.45 to 7.25): training diverges"
    followed([8.0, *[9.0] * 8, 6.0, *[2.0] * 200, 40.0])  # one high value is no trend


@pytest.mark.parametrize(
    "error",
    [RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: 9"), MemoryError()],
    ids=["torch", "python"],
)
def test_out_of_memory_names_the_dials(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def full(*_: object) -> None:
        raise error

    monkeypatch.setattr(Network, "loss", full)
    with pytest.raises(UserError) as caught:
        finetune.start(job(tmp_path, base))
    assert str(caught.value) == "out of memory in a first probe"
    assert caught.value.hint == "these help: a smaller --micro-batch, --gradient-checkpointing, a smaller --max-input"


def test_blogsum_eval_finds_the_scores_of_the_table(whole: Result, capsys: pytest.CaptureFixture[str]) -> None:
    for system in ("lead-3", "built-in"):
        assert main(["eval", str(whole.run.folder / "predictions" / f"{system}.jsonl"), "--format", "json"]) == 0
        found = json.loads(capsys.readouterr().out)["summary"]
        told = whole.facts["evaluation"]["systems"][system]
        assert {name: one["mean"] for name, one in found.items()} == {name: told[name]["mean"] for name in found}


def test_no_room_for_checkpoints_is_said_before_the_first_step(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=50_000_001))
    with pytest.raises(UserError, match=r"has 50 MB free, this run needs 5\d MB"):
        finetune.start(job(tmp_path, base))
    [run] = runs.known(tmp_path / "runs")
    assert (run.lines(METRICS), run.facts["status"]) == ([], "failed")


@pytest.mark.slow
def test_stopped_while_it_is_judged_it_goes_on_there(
    whole: Result, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = looking.write

    def interrupted(*given: Any, **options: Any) -> list[str]:
        if given[2][0].split == "test":
            interrupt()
        return write(*given, **options)

    monkeypatch.setattr(looking, "write", interrupted)
    with pytest.raises(Stopped) as caught:
        finetune.start(job(tmp_path, base))
    monkeypatch.setattr(looking, "write", write)
    [run] = runs.known(tmp_path / "runs")
    assert str(caught.value) == f"stopped while the model was judged; go on with: blogsum finetune --resume {run.name}"
    assert weights(finetune.resume(job(tmp_path, base), run)) == weights(whole)


def test_what_stands_there_is_not_replaced_unasked(whole: Result, base: Path, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "letter.txt").write_text("mine")
    with pytest.raises(UserError, match="exists already"):
        finetune.start(replace(job(tmp_path, base), force=True))
    with pytest.raises(UserError, match="exists already"):
        finetune.start(replace(job(tmp_path, base), output=whole.output))
    assert (tmp_path / "model" / "letter.txt").read_text() == "mine"
    assert runs.known(tmp_path / "runs") == []


def test_data_with_errors_are_refused(base: Path, tmp_path: Path) -> None:
    rows = trained.posts()
    rows[9] = replace(rows[0], id="p9", split="test")
    with pytest.raises(UserError) as caught:
        finetune.start(replace(job(tmp_path, base), rows=lambda _: rows))
    assert str(caught.value).startswith(
        "posts cannot be trained on: duplicate-text p9: the same as p0; leak p0: in train"
    )
    assert caught.value.hint == "blogsum data validate posts"


posix = pytest.mark.skipif(os.name == "nt", reason="needs fork")


def in_a_child(work: Callable[[], object]) -> int:
    """The exit code of ``work`` in a process of its own: 0 done, 3 a UserError, negative a signal."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)
    code = 99
    try:
        work()
        code = 0
    except UserError as error:
        sys.stderr.write(f"{error}\n")
        sys.stderr.flush()
        code = 3
    finally:
        os._exit(code)


def watched(work: Callable[[], object], folder: Path, last: int = -1) -> Callable[[], object]:
    """``work`` that writes how often it touched the disk to ``folder``, or kills itself at the ``last`` time."""
    touches = 0

    def touched(event: str, _: tuple[object, ...]) -> None:
        nonlocal touches
        mine = event in ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate")
        touches += mine
        if mine and touches == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def done() -> None:
        sys.addaudithook(touched)
        work()
        (folder / "touches").write_text(str(touches))

    return done


@posix
@pytest.mark.slow
def test_killed_at_twenty_moments_it_goes_on_to_the_same_weights(whole: Result, base: Path, tmp_path: Path) -> None:
    assert in_a_child(watched(partial(finetune.start, job(tmp_path / "all", base)), tmp_path)) == 0
    touches = int((tmp_path / "touches").read_text())
    assert touches > 200
    for moment in Random(0).sample(range(touches // 8, touches - 2), 20):
        folder = tmp_path / str(moment)
        asked = job(folder, base)
        assert in_a_child(watched(partial(finetune.start, asked), tmp_path, moment)) == -signal.SIGKILL
        known = runs.known(folder / "runs")
        done = finetune.resume(asked, known[0]) if known else finetune.start(asked)
        assert weights(done) == weights(whole), moment
        assert done.run.lines(METRICS) == whole.run.lines(METRICS), moment
        assert not [*folder.glob(".*"), *done.run.folder.rglob("*.part")], moment


@posix
def test_a_full_disk_keeps_the_last_checkpoint(
    whole: Result, base: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    import resource

    run = stopped(tmp_path, base, step=5)

    def starved() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        finetune.resume(job(tmp_path, base), run)

    assert in_a_child(starved) == 3
    said = capfd.readouterr().err
    assert f"cannot write {run.folder / 'checkpoints' / 'step-000006'}: " in said
    assert "File too large" in said
    assert sorted(path.name for path in (run.folder / "checkpoints").iterdir()) == [
        "best-000004",
        "step-000003",
        "step-000005",
    ]
    assert weights(finetune.resume(job(tmp_path, base), run)) == weights(whole)
