"""Checks of a library's own numbers: difference quotients, one mode against the other."""

import numpy as np

from .case import Case, Evaluation

STEP = 1e-5
# Truncation and rounding of a central difference of this step on the values that occur here.
DIFFERENCE_TOLERANCE = 2e-6
# How far the modes of one library, and different libraries, may be apart.
TOLERANCE = 1e-12


def far_apart(actual: np.ndarray, expected: np.ndarray, tolerance: float) -> bool:
    """Whether an error exceeds the tolerance, relative to the largest element or to 1."""
    if actual.shape != expected.shape:
        return True
    scale = max(1.0, float(np.abs(expected).max(initial=0.0)))
    return not np.allclose(actual, expected, rtol=0, atol=tolerance * scale)


def disagreements(name: str, what: str, one: Evaluation, other: Evaluation, tolerance: float) -> list[str]:
    """Complaints about numbers in which two evaluations of the same case differ."""
    pairs = [
        ("value", [one.value], [other.value]),
        ("gradient", one.gradients, other.gradients),
        ("Jacobian", one.jacobians, other.jacobians),
        ("Hessian-vector product", one.products, other.products),
    ]
    return [
        f"{name}: {quantity} {k} is {actual.tolist()}, {what} {expected.tolist()}"
        for quantity, actuals, expecteds in pairs
        for k, (actual, expected) in enumerate(zip(actuals, expecteds, strict=True))
        if far_apart(actual, expected, tolerance)
    ]


def moved(operands, directions, step: float) -> list[np.ndarray]:
    return [np.asarray(operand + step * direction) for operand, direction in zip(operands, directions)]


def quotients(function, operands, directions):
    """Central difference of a function of the operands that gives an array."""
    ahead, behind = (function(moved(operands, directions, step)) for step in (STEP, -STEP))
    return (ahead - behind) / (2 * STEP)


def difference_jacobian(function, operands, k: int) -> np.ndarray:
    """The Jacobian with regard to operand k by central differences, one element after another."""
    columns = []
    for position in np.ndindex(operands[k].shape):
        directions = [np.zeros_like(operand) for operand in operands]
        directions[k][position] = 1
        columns.append(quotients(function, operands, directions))
    jacobian = np.stack(columns, -1)
    return jacobian.reshape((*jacobian.shape[:-1], *operands[k].shape))


def verify_smooth(library, case: Case, function, evaluation: Evaluation, weights, tangents) -> list[str]:
    """Complaints about derivatives that are no limits of difference quotients."""
    operands = case.operands
    count = range(len(operands))
    rank = evaluation.value.ndim
    jacobians = [difference_jacobian(lambda at: library.value(function, at), operands, k) for k in count]
    approximation = Evaluation(
        evaluation.value,
        [np.tensordot(weights, jacobian, rank) for jacobian in jacobians],
        jacobians,
        [
            quotients(lambda at: library.gradients(function, at, weights)[k], operands, tangents)
            for k in count
        ],
    )
    name = "difference quotients"
    return disagreements(case.name, name, evaluation, approximation, DIFFERENCE_TOLERANCE)


def verify_modes(case: Case, evaluation: Evaluation, again: Evaluation, weights) -> list[str]:
    """Complaints where the other mode gives other numbers, or the gradient is not what the Jacobian says."""
    rank = evaluation.value.ndim
    of_jacobian = [np.tensordot(weights, jacobian, rank) for jacobian in evaluation.jacobians]
    combined = Evaluation(again.value, of_jacobian, again.jacobians, again.products)
    return disagreements(case.name, "another mode", evaluation, combined, TOLERANCE)
