"""Where a model runs: sessions of onnxruntime on the CPU or a CUDA GPU, and values that lie there. Knows no model."""

from __future__ import annotations

import ctypes
import logging
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from blogsum.errors import MissingExtra, UserError

_log = logging.getLogger(__name__)
_PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}
_WARNINGS = 2  # the level of onnxruntime's log by default
_NEEDS = "it needs an NVIDIA driver, CUDA and cuDNN in the versions that this onnxruntime-gpu was built for"


@dataclass(frozen=True)
class Device:
    """``place`` is cpu or cuda; ``threads`` of the CPU, 0 means one a core."""

    place: str = "cpu"
    threads: int = 0

    def tidy(self) -> Any:
        """How to run what should not keep its memory: on the CPU, the arena gives back what one run took.

        Without an arena at all, eight articles of 1,024 tokens peaked at 550-650 MB, so at 480.
        """
        options = runtime().RunOptions()
        if self.place == "cpu":
            options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        return options


def choose(asked: str, precision: str = "fp32", threads: int = 0) -> Device:
    """The device for ``auto``, ``cpu`` or ``cuda``; the log says why ``auto`` is not the GPU.

    A ``precision`` other than fp32 and fp16 has operations that only the CPU knows: ``auto`` leaves it there.
    UserError when a GPU is asked for and there is none.
    """
    if asked == "cpu":
        return Device("cpu", threads)
    fault, hint = _fault()
    if asked == "cuda" and fault:
        raise UserError(f"--device cuda: {fault}", hint=hint)
    if asked == "auto" and not fault and precision not in ("fp32", "fp16"):
        fault = f"{precision} is made for it, fp16 would be for the GPU"
    if fault:
        _log.info("on the CPU: %s", fault)
    return Device("cpu" if fault else "cuda", threads)


def _fault() -> tuple[str, str]:
    """What keeps onnxruntime from the GPU and what to do about it; "" and "" when nothing does.

    The list of available providers names CUDA even where there is no GPU: only a session tells.
    """
    engine = runtime()
    if _PROVIDERS["cuda"] not in engine.get_available_providers():
        hint = "pip uninstall onnxruntime, then pip install 'blogsum[mt5-gpu]'"
        return "the onnxruntime that is installed knows no GPU", hint
    engine.set_default_logger_severity(4)  # what it would print, we say in one line
    try:
        if find_spec("nvidia"):  # CUDA from pip: onnxruntime-gpu[cuda,cudnn]
            with redirect_stdout(StringIO()):
                engine.preload_dlls()
        probe = engine.InferenceSession(_IDENTITY, providers=[_PROVIDERS["cuda"]])
        if probe.get_providers()[0] == _PROVIDERS["cuda"]:
            return "", ""
        return f"onnxruntime finds no GPU that it can use{_lacking(engine)}", _NEEDS
    except Exception as error:  # onnxruntime has a dozen kinds for what a driver may lack
        return f"onnxruntime cannot use the GPU: {str(error).strip().splitlines()[0][:160]}", _NEEDS
    finally:
        engine.set_default_logger_severity(_WARNINGS)


def _lacking(engine: Any) -> str:
    """The library that onnxruntime-gpu does not find, in the words of the system, if it is that."""
    try:
        ctypes.CDLL(str(Path(engine.__file__).parent / "capi" / "libonnxruntime_providers_cuda.so"))
    except OSError as error:
        return f": {str(error)[:160]}"
    return ""


# y = Identity(x), one float: the smallest model (ir_version 8, opset 17)
_IDENTITY = bytes.fromhex(
    "08083a370a100a017812017922084964656e746974791201675a0f0a0178120a0a08080112040a020801620f0a017912"
    "0a0a08080112040a02080142040a001011"
)


def session(graph: Path | bytes, device: Device) -> Any:
    """A session of one graph on ``device``; UserError when it cannot be loaded there."""
    engine = runtime()
    options = engine.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = device.threads, 1
    options.log_severity_level = 3
    source = graph if isinstance(graph, bytes) else str(graph)
    providers = list(dict.fromkeys((_PROVIDERS[device.place], _PROVIDERS["cpu"])))
    try:
        return engine.InferenceSession(source, options, providers=providers)
    except Exception as error:  # onnxruntime has an exception of its own for each way to fail
        reason = next(iter(str(error).strip().splitlines()), "")[:200] or type(error).__name__
        name = "the graph" if isinstance(graph, bytes) else str(graph)
        hint = f"this is onnxruntime {engine.__version__}: try a newer one, or export the model again"
        raise UserError(f"{name} cannot be loaded: {reason}", hint=hint) from error


def value(array: Any, device: Device) -> Any:
    """The array as onnxruntime's own value where ``device`` is; on the CPU they share memory."""
    return runtime().OrtValue.ortvalue_from_numpy(np.ascontiguousarray(array), device.place, 0)


def runtime() -> Any:
    """The module; MissingExtra without it."""
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingExtra("onnxruntime", "mt5") from error
    return onnxruntime
