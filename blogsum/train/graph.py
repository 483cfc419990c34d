"""A small notation for ONNX graphs: every call adds one node and returns the name of what it computes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper

MICROSOFT = "com.microsoft"
OPSET, IR = 21, 10  # onnxruntime 1.20 reads both
FLOAT, FLOAT16, INT64 = TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.INT64

T = TypeVar("T")
Size = Sequence[int | str]  # a text names a size that is known at run time only


class Graph:
    """Nodes and constants of a graph under construction."""

    def __init__(self, name: str) -> None:
        versions = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        # built in place: handing a graph over copies it, and its constants may be gigabytes
        self._model = onnx.ModelProto(ir_version=IR, producer_name="blogsum", opset_import=versions)
        self._graph = self._model.graph
        self._graph.name = name
        self._constants: set[str] = set()
        self._known: dict[str, Any] = {}

    def input(self, name: str, kind: int, size: Size) -> str:
        """Declare an input and return its name."""
        self._graph.input.append(helper.make_tensor_value_info(name, kind, size))
        return name

    def output(self, name: str, value: str, kind: int, size: Size) -> None:
        """Hand ``value`` out as ``name``."""
        if name != value:
            self._graph.node.append(helper.make_node("Identity", [value], [name]))
        self._graph.output.append(helper.make_tensor_value_info(name, kind, size))

    def constant(self, value: npt.NDArray[Any], name: str = "") -> str:
        """A constant; the same ``name`` twice is the same constant."""
        name = name or f"constant_{len(self._constants)}"
        if name not in self._constants:
            self._constants.add(name)
            tensor = self._graph.initializer.add(name=name, dims=value.shape)
            tensor.data_type = helper.np_dtype_to_tensor_dtype(value.dtype)
            tensor.raw_data = value.tobytes()
        return name

    def integers(self, *values: int) -> str:
        """A constant list of int64."""
        return self.constant(np.array(values, np.int64), "integers_" + "_".join(map(str, values)))

    def node(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Add a node with one output."""
        return self.nodes(kind, *inputs, domain=domain, outputs=1, **attributes)[0]

    def nodes(
        self, kind: str, *inputs: str, outputs: int | Sequence[str], domain: str = "", **attributes: Any
    ) -> list[str]:
        """Add a node with several outputs, named or counted."""
        place = f"{kind}_{len(self._graph.node)}"
        names = [f"{place}_{i}" for i in range(outputs)] if isinstance(outputs, int) else list(outputs)
        self._graph.node.append(helper.make_node(kind, inputs, names, name=place, domain=domain, **attributes))
        return names

    def once(self, key: str, make: Callable[[], T]) -> T:
        """What ``make`` returned when ``key`` was first asked for: nodes that several others share."""
        if key not in self._known:
            self._known[key] = make()
        return cast(T, self._known[key])

    def model(self) -> onnx.ModelProto:
        """The finished model."""
        return self._model


def save(model: onnx.ModelProto, path: Path) -> None:
    """Write a graph, its large constants in a file of the same name beside it: no limit of 2 GB, and no second copy.

    onnxruntime maps that file into memory instead of reading it. From then on ``model`` refers to that file.
    """
    path.with_suffix(".bin").unlink(missing_ok=True)
    onnx.save_model(
        model, str(path), save_as_external_data=True, location=path.with_suffix(".bin").name, size_threshold=1024
    )


def share(model: onnx.ModelProto, path: Path, saved: onnx.ModelProto) -> None:
    """Write a graph that reads its large constants from the file of one that was ``saved``, in the same folder."""
    there = {one.name: one for one in saved.graph.initializer}
    for one in model.graph.initializer:
        if there[one.name].external_data:
            one.CopyFrom(there[one.name])
    onnx.save_model(model, str(path))
