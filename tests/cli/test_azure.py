"""``blogsum azure`` as its users type it."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from blogsum import files
from blogsum.azure.place import commented
from blogsum.store import datasets
from blogsum.types import Article
from tests.cli.conftest import Call


@pytest.mark.parametrize("before", ["", "# mine\n[read]\ntimeout = 5 # s", "[read]\r\ntimeout = 5\r\n"])
def test_init_adds_the_section_and_nothing_else_changes(call: Call, tmp_path: Path, before: str) -> None:
    file = tmp_path / "blogsum.toml"
    if before:
        file.write_bytes(before.encode())
    done = call("azure", "init", "--workspace", "summaries-ml", "--gpus", "2")
    said = "[azure] is written; fill in what is commented out\n"
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.endswith(said)
    after = file.read_bytes().decode()
    assert after.startswith(before)
    assert after.removeprefix(before).replace("\r\n", "\n").lstrip("\n") == commented(
        {"workspace": "summaries-ml", "gpus": 2}
    )
    assert ("\r\n" in after) == ("\r\n" in before)
    again = call("azure", "init")
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr.endswith("blogsum.toml has [azure] already (change it there)\n")
    assert file.read_bytes().decode() == after


REFUSED = [
    (["--hours", "nan"], 2, "'hours' in [azure] cannot be nan (after so many a run is stopped, as in 24)"),
    (["--gpus", "0"], 2, "Invalid value for '--gpus': 0 is not in the range 1<=x<=64. (blogsum azure init --help sho"),
    (
        ["--compute", "a1", "--instance-type", "b2"],
        2,
        "[azure] has compute and instance_type (a run is on a cluster or",
    ),
    (["--workspace", "a b"], 2, "'workspace' in [azure] cannot be 'a b' (the Azure ML workspace, as in summaries-ml)"),
    (["--config", "other.toml"], 2, "other.toml: no such settings file (check --config)"),
]


@pytest.mark.parametrize(("arguments", "code", "said"), REFUSED, ids=[said[:30] for _, _, said in REFUSED])
def test_init_refuses_in_one_line_and_writes_nothing(
    call: Call, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    done = call("azure", "init", *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1)
    assert done.stderr.startswith(f"error: {said}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["azure = {}\n", "[[azure]]\n"])
def test_init_leaves_a_section_of_another_form_alone(call: Call, tmp_path: Path, text: str) -> None:
    (tmp_path / "blogsum.toml").write_text(text)
    done = call("azure", "init")
    assert done.returncode in (2, 3)
    assert done.stderr.count("\n") == 1
    assert (tmp_path / "blogsum.toml").read_text() == text


def test_init_that_cannot_write_leaves_the_file_whole(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "blogsum.toml").write_text("[read]\ntimeout = 5\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "replace", full)
    done = call("azure", "init")
    assert done.returncode == 3
    assert "No space left on device" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["blogsum.toml"]
    assert (tmp_path / "blogsum.toml").read_text() == "[read]\ntimeout = 5\n"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A dataset with one version, what passes for a checkpoint until its weights are read, and an [azure] section."""
    from blogsum.settings import load

    rows = [Article(id="a", text="Ein Satz steht hier.", summary="Satz.", lang="de")]
    datasets.add(load(None).datasets, "blog", rows, datasets.Origin())
    sizes = {"vocab_size": 9, "d_model": 4, "num_heads": 1, "d_kv": 4, "d_ff": 4, "num_layers": 1}
    config = {"model_type": "mt5", "feed_forward_proj": "gated-gelu", **sizes}
    (tmp_path / "mt5").mkdir()
    (tmp_path / "mt5" / "config.json").write_text(json.dumps(config))
    (tmp_path / "mt5" / "spiece.model").write_bytes(b"pieces")
    table = '[azure]\nworkspace = "ml"\ncompute = "gpu"\ninstances = 2\nprice_per_hour = 0.5\nhours = 10\n'
    (tmp_path / "blogsum.toml").write_text(table)
    return tmp_path


RUN = ("finetune", "--data", "blog@1", "--base", "mt5", "-o", "models/teaser")
AZURE = ("--on", "azure", "--render", "job")


def test_a_run_is_written_and_nothing_is_sent(call: Call, office: Path) -> None:
    done = call(*RUN, "--rate", "0.001", *AZURE)
    assert done.returncode == 0
    said = (
        r"job: blogsum-teaser-[0-9a-f]{12}, 2 processes, at most 10 h and 10\.00 of your currency; nothing was sent\n"
    )
    assert re.fullmatch(said, done.stderr)
    assert done.stdout == "".join(
        f"az ml {verb} create --file job/{name}.yml --workspace-name ml\n"
        for verb, name in (("data", "data"), ("model", "base"), ("environment", "environment"), ("job", "job"))
    )
    names = sorted(path.name for path in (office / "job").iterdir())
    assert names == ["base.yml", "code", "data.yml", "environment.yml", "job.yml"]
    recipe = (office / "job" / "code" / "recipe.toml").read_text()
    assert "rate = 0.001\n" in recipe
    assert 'data = ""\nbase = ""\n' in recipe
    text = (office / "job" / "job.yml").read_text()
    again = call(*RUN, "--rate", "0.001", *AZURE, "--force")
    assert (again.returncode, again.stderr, (office / "job" / "job.yml").read_text()) == (0, done.stderr, text)
    assert call(*RUN, "--rate", "0.002", *AZURE, "--force").stderr != done.stderr
    assert not (office / "models").exists()


NOT = [
    (
        [*RUN, "--on", "azure"],
        2,
        "[azure] in blogsum.toml has no subscription (blogsum azure init --help says what it is)",
    ),
    ([*RUN, "--render", "job"], 2, "--render writes a job for Azure (add --on azure)"),
    (["finetune", "--resume", "last", *AZURE], 2, "--resume goes on with a run of this machine, not of Azure"),
    (["finetune", *AZURE], 2, "where does the model go? (-o FOLDER)"),
    (["finetune", "-o", "m", *AZURE], 2, "there is no data (--data, or data in the recipe)"),
    (["finetune", "-o", "m", "--data", "blog", *AZURE], 2, "there is no base (--base, or base in the recipe)"),
    (
        [*RUN, "--data", "posts.jsonl", *AZURE],
        2,
        "posts.jsonl is no version of a dataset (blogsum data add makes one; ",
    ),
    ([*RUN, "--data", "blog@7", *AZURE], 3, "blog@7: no such version (blog has 1)"),
    ([*RUN, "--warm-up-data", "weak", *AZURE], 2, "weak is no version of a dataset (blogsum data add makes"),
    ([*RUN, "--base", "nowhere", *AZURE], 3, "nowhere is no checkpoint: it has no config.json"),
    ([*RUN, "--base", "bare", *AZURE], 3, "bare has no spiece.model (add the one that the base was trained with)"),
    ([*RUN, "-o", "Zähler", *AZURE], 2, "'Zähler' is no name for a model on Azure (letters, digits, ., - and _, at"),
    ([*RUN, "--on", "azure", "--render", "mt5"], 3, "mt5 exists already (choose another place)"),
    ([*RUN, "--on", "azure", "--render", "mt5", "--force"], 3, "mt5 exists already (choose another place)"),
    ([*RUN, *AZURE, "--folds", "1"], 2, "one fold holds nothing out (--folds 5)"),
]


@pytest.mark.parametrize(("arguments", "code", "said"), NOT, ids=[f"{' '.join(case[0][-4:])}" for case in NOT])
def test_what_cannot_be_rendered_is_one_line(
    call: Call, office: Path, arguments: list[str], code: int, said: str
) -> None:
    (office / "bare").mkdir()
    (office / "bare" / "config.json").write_bytes((office / "mt5" / "config.json").read_bytes())
    before = sorted(office.rglob("*"))
    done = call(*arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1)
    assert done.stderr.startswith(f"error: {said}")
    assert sorted(office.rglob("*")) == before


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "[azure] in blogsum.toml has neither compute nor instance_type (blogsum azure init writes the section)"),
        ("[azure]\ngpus = 2\n", "[azure] in blogsum.toml has neither compute nor instance_type (name one of the two)"),
        (
            "[azure]\ncompute = '1'\n",
            "'compute' in [azure] cannot be '1' (a cluster of the workspace, as in gpu-cluster)",
        ),
    ],
)
def test_a_run_without_a_place_is_refused(call: Call, office: Path, table: str, said: str) -> None:
    (office / "blogsum.toml").write_text(table)
    done = call(*RUN, *AZURE)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {said}\n")


def test_altered_data_are_not_sent(call: Call, office: Path) -> None:
    from blogsum.settings import load

    rows = load(None).datasets / "blog" / "1" / "rows.jsonl"
    rows.write_bytes(rows.read_bytes().replace(b"Satz", b"Sitz"))
    done = call(*RUN, *AZURE)
    assert done.returncode == 3
    assert "is damaged: its hash is not that of its manifest" in done.stderr
    assert not (office / "job").exists()


LEFT_OUT = "Azure's own validation is left out: this needs the package 'azure-ai-ml' (pip install 'blogsum[azure]')\n"
FINE = "nothing is wrong, as far as this machine can tell; Azure was not asked\n"
WHOLE = '[azure]\nsubscription = "01234567-89ab-cdef-0123-456789abcdef"\nresource_group = "rg"\nworkspace = "ml"\n'


@pytest.fixture
def no_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("azure.ai", "azure.ai.ml"):
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.usefixtures("no_sdk")
def test_a_rendered_job_and_a_whole_section_pass(call: Call, office: Path) -> None:
    (office / "blogsum.toml").write_text(f'{WHOLE}compute = "gpu"\nschedule = "0 3 * * 1"\n')
    done = call("azure", "check", "--offline")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", FINE)
    assert call(*RUN, *AZURE).returncode == 0
    done = call("azure", "check", "job", "--offline")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", LEFT_OUT + FINE)


@pytest.mark.usefixtures("no_sdk")
def test_without_the_extra_the_offline_part_is_done(call: Call, office: Path) -> None:
    (office / "blogsum.toml").write_text(f'{WHOLE}compute = "gpu"\n')
    assert call(*RUN, *AZURE).returncode == 0
    (office / "blogsum.toml").write_text(WHOLE)
    done = call("azure", "check", "job")
    said = "[azure] has no compute or instance_type: blogsum azure init --help says what it is\n"
    assert (done.returncode, done.stdout) == (3, said)
    assert done.stderr == "error: this needs the package 'azure-ai-ml' (pip install 'blogsum[azure]')\n"


@pytest.mark.usefixtures("no_sdk")
def test_what_a_person_broke_is_said_a_line_each(call: Call, office: Path) -> None:
    assert call(*RUN, *AZURE).returncode == 0
    text = (office / "job" / "job.yml").read_text()
    (office / "job" / "job.yml").write_text(
        text.replace("${{inputs.base}}", "${{inputs.bse}}").replace("code: code", "code: src")
    )
    (office / "mt5").rename(office / "moved")
    (office / "blogsum.toml").write_text("[azure]\ngpus = 2\n")
    done = call("azure", "check", "job")
    lacks = ("subscription", "resource_group", "workspace", "compute or instance_type")
    assert done.stdout.splitlines() == [
        *(f"[azure] has no {name}: blogsum azure init --help says what it is" for name in lacks),
        "job.yml: the command names ${{inputs.bse}}, which is not defined",
        "job.yml: code src is not there",
        "base.yml: path ../mt5 is not there",
    ]
    assert (done.returncode, done.stderr) == (1, LEFT_OUT)


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("nowhere", "nowhere has no job.yml ("),
        ("mt5", "mt5 has no job.yml ("),
        ("blogsum.toml", "blogsum.toml/job.yml "),
    ],
)
def test_what_is_no_job_is_not_checked(call: Call, office: Path, folder: str, said: str) -> None:
    done = call("azure", "check", folder)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert done.stderr.startswith(f"error: {said}")


def test_init_writes_pipelines_beside_the_settings(call: Call, tmp_path: Path) -> None:
    from blogsum.azure import pipelines

    done = call("azure", "init", "--github")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        "blogsum.toml: [azure] is written; fill in what is commented out",
        ".github/workflows/blogsum.yml: written; its first lines say what it needs",
    ]
    assert (tmp_path / ".github/workflows/blogsum.yml").read_text() == pipelines.text("github")
    section = (tmp_path / "blogsum.toml").read_text()
    later = call("azure", "init", "--devops")
    assert (later.returncode, later.stderr.count("\n")) == (0, 1)
    assert (tmp_path / "azure-pipelines.yml").read_text() == pipelines.text("devops")
    assert (tmp_path / "blogsum.toml").read_text() == section
    for arguments, what in ((["--github"], "blogsum.yml exists"), (["--devops", "--gpus", "2"], "has [azure]")):
        again = call("azure", "init", *arguments)
        assert (again.returncode, again.stdout, again.stderr.count("\n")) == (2, "", 1)
        assert f"{what} already (change it there)" in again.stderr
    assert (tmp_path / "blogsum.toml").read_text() == section


def test_init_writes_nothing_when_a_pipeline_is_there(call: Call, tmp_path: Path) -> None:
    (tmp_path / "azure-pipelines.yml").write_text("mine\n")
    done = call("azure", "init", "--github", "--devops")
    assert (done.returncode, done.stderr) == (2, "error: azure-pipelines.yml exists already (change it there)\n")
    assert [path.name for path in tmp_path.iterdir()] == ["azure-pipelines.yml"]
