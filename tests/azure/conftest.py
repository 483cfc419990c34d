"""An Azure on loopback for the tests that send something, and a client that knows it by its environment alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.azure.loopback.cloud import Azure, running


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate and its key, one for all tests."""
    pytest.importorskip("azure.ai.ml", reason="sending to Azure needs blogsum[azure]")
    from tests.azure.loopback import certificate as certificates

    return certificates.write(tmp_path_factory.mktemp("certificate"))


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
