"""PyTorch as a library: the value of a program and its derivatives, in reverse mode."""

import numpy as np
import torch

from .case import Evaluation
from .torch_programs import PROGRAMS

torch.set_default_dtype(torch.float64)


def to_numpy(tensors) -> list[np.ndarray]:
    return [tensor.numpy(force=True) for tensor in tensors]


def leaves(operands) -> list[torch.Tensor]:
    return [torch.tensor(operand, requires_grad=True) for operand in operands]


def gradients_of(y, xs, cotangent, create_graph: bool = False):
    """Gradients of Σ cotangent · y, which are zeros where y does not depend on an operand."""
    if not y.requires_grad:
        return [torch.zeros_like(x) for x in xs]
    return torch.autograd.grad(
        y,
        xs,
        cotangent,
        retain_graph=True,
        create_graph=create_graph,
        allow_unused=True,
        materialize_grads=True,
    )


class PyTorch:
    name = "PyTorch"
    version = f"PyTorch {torch.__version__.split('+')[0]}, numpy {np.__version__}"
    programs = PROGRAMS

    def value(self, function, operands) -> np.ndarray:
        return function(*map(torch.tensor, operands)).numpy()

    def gradients(self, function, operands, weights) -> list[np.ndarray]:
        xs = leaves(operands)
        return to_numpy(gradients_of(function(*xs), xs, torch.tensor(weights)))

    def evaluate(self, function, operands, weights, tangents) -> Evaluation:
        """Everything by reverse mode: Jacobians row by row, products by reverse over reverse."""
        xs, vs = leaves(operands), list(map(torch.tensor, tangents))
        y = function(*xs)
        rows = []
        for position in np.ndindex(y.shape):
            cotangent = torch.zeros_like(y)
            cotangent[position] = 1
            rows.append(gradients_of(y, xs, cotangent))
        jacobians = [torch.stack(column).reshape((*y.shape, *x.shape)) for column, x in zip(zip(*rows), xs)]
        gradients = gradients_of(y, xs, torch.tensor(weights), create_graph=True)
        along = sum(torch.sum(g * v) for g, v in zip(gradients, vs))
        products = gradients_of(along, xs, torch.ones_like(along))
        return Evaluation(y.numpy(force=True), to_numpy(gradients), to_numpy(jacobians), to_numpy(products))

    def again(self, function, operands, weights, tangents) -> Evaluation | None:
        """Nothing: what JAX gives is compared with instead."""
        return None
