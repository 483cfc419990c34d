"""An Azure on loopback for the tests that send something, and a client that knows it by its environment alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.azure.loopback.cloud import Azure, running


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate and its key, one for all tests."""
    pytest.importorskip("azure.ai.ml", reason="sending to Azure needs blogsum[azure]")
    if os.name == "nt":
        pytest.skip("the machines of the loopback Azure run bash, as Azure's do")
    from tests.azure.loopback import certificate as certificates

    return certificates.write(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the SDK meant to wait before it asked again; nobody waits."""
    from azure.core.pipeline.transport import HttpTransport, RequestsTransport

    seconds: list[float] = []
    for transport in (HttpTransport, RequestsTransport):
        monkeypatch.setattr(transport, "sleep", lambda _, duration: seconds.append(duration))
    return seconds


@pytest.fixture
def azure(tmp_path: Path, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Azure]:
    """An Azure that the SDK takes for the real one."""
    (tmp_path / "machines").mkdir()
    with running(tmp_path / "machines", certificate) as cloud:
        monkeypatch.setenv("AZUREML_CURRENT_CLOUD", "")  # the SDK writes it: here it is put back
        monkeypatch.delenv("AZUREML_CURRENT_CLOUD")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
        for name, value in cloud.environment.items():
            monkeypatch.setenv(name, value)
        yield cloud
