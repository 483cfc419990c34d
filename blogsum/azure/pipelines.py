"""Pipelines that train on Azure and obey the gate, for GitHub Actions and Azure DevOps: files of ``templates/``."""

from __future__ import annotations

from pathlib import Path

_TEMPLATES = Path(__file__).with_name("templates")
# service -> where it looks for a pipeline in a repository
PLACES = {"github": Path(".github/workflows/blogsum.yml"), "devops": Path("azure-pipelines.yml")}


def text(service: str) -> str:
    """The pipeline for one of ``PLACES``; it calls blogsum alone and holds no secret."""
    return (_TEMPLATES / f"{service}.yml").read_text(encoding="utf-8")
