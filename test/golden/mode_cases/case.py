"""What a case is: a program by name, operands for it, and what a library makes of both."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Case:
    """One program at one point; `smooth` if its derivatives there are limits of difference quotients."""

    name: str
    program: str
    operands: tuple[np.ndarray, ...]
    smooth: bool
    libraries: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """A point where `libraries` have other derivatives than gradtape, which has the `expected` ones.

    They are gradients of the sum of the results or, for order 2, the Hessian of that sum times ones.
    """

    name: str
    program: str
    reason: str
    operands: tuple[np.ndarray, ...]
    expected: tuple[np.ndarray, ...]
    libraries: tuple[str, ...]
    order: int


@dataclass(frozen=True)
class Evaluation:
    """Of a function y of several operands: y itself, the gradients of Σ weights · y, dy/dx for every operand,
    and the Hessian of Σ weights · y times the tangents.
    """

    value: np.ndarray
    gradients: list[np.ndarray]
    jacobians: list[np.ndarray]
    products: list[np.ndarray]


BOTH = ("JAX", "PyTorch")
# PyTorch's trigamma is good to nine digits only.
ONLY_JAX = ("JAX",)
# JAX takes another derivative there; see differences.py.
ONLY_PYTORCH = ("PyTorch",)


def case(
    program: str,
    *operands: np.ndarray,
    at: str | None = None,
    smooth: bool = True,
    libraries: tuple[str, ...] = BOTH,
) -> Case:
    """A case named after its program and, where the program has several, after its point."""
    name = program if at is None else f"{program}: {at}"
    return Case(name, program, operands, smooth, libraries)


def squared(function):
    """The squares of what a function gives: with them a linear function has second derivatives."""
    return lambda *operands: function(*operands) ** 2
