"""Checks of TensorFlow's own numbers: central differences for derivatives, float64 for float32."""

import numpy as np

from .evaluate import Evaluation, evaluate
from .tensors import is_floating

STEP = 1e-5
# Truncation and rounding of a central difference of this step on the values that occur here.
DIFFERENCE_TOLERANCE = 2e-6
PRECISION_TOLERANCE = 5e-7


def far_apart(actual: np.ndarray, expected: np.ndarray, tolerance: float) -> bool:
    if actual.shape != expected.shape:
        return True
    finite = np.abs(expected[np.isfinite(expected)])
    scale = max(1.0, float(finite.max(initial=0.0)))
    return not np.allclose(actual, expected, rtol=0, atol=tolerance * scale, equal_nan=True)


def difference_quotient(scalar, operands, k: int) -> np.ndarray:
    """Central differences of a scalar function of all operands with respect to operand k."""
    quotient = np.zeros_like(operands[k])
    for position in np.ndindex(operands[k].shape):
        sides = []
        for direction in (1, -1):
            moved = [operand.copy() for operand in operands]
            moved[k][position] += direction * STEP
            sides.append(scalar(moved))
        quotient[position] = (sides[0] - sides[1]) / (2 * STEP)
    return quotient


def verify_smooth(name: str, function, operands, evaluation: Evaluation) -> list[str]:
    """Complaints about gradients that are no limits of difference quotients; float64 cases only."""
    if any(operands[k].dtype != np.float64 for k in evaluation.wrt):
        return []

    def weighted_outputs(moved) -> float:
        outputs = evaluate(function, moved).outputs
        return sum(np.sum(c * o) for c, o in zip(evaluation.cotangents, outputs))

    def weighted_gradients(moved) -> float:
        gradients = evaluate(function, moved, evaluation.wrt, evaluation.cotangents).gradients
        return sum(np.sum(w * g) for w, g in zip(evaluation.weights, gradients))

    checks = [("gradient", weighted_outputs, evaluation.gradients)]
    if evaluation.second_gradients:
        checks.append(("second-order gradient", weighted_gradients, evaluation.second_gradients))
    return [
        f"{name}: {what} of operand {k} is {gradient.tolist()}, difference quotients {quotient.tolist()}"
        for what, scalar, gradients in checks
        for k, gradient in zip(evaluation.wrt, gradients)
        if far_apart(gradient, quotient := difference_quotient(scalar, operands, k), DIFFERENCE_TOLERANCE)
    ]


def verify_precision(name: str, function, operands, evaluation: Evaluation, tolerance) -> list[str]:
    """Complaints about float32 results that are not what the same case gives in float64."""
    if not any(operand.dtype == np.float32 for operand in operands):
        return []

    def widen(arrays):
        return [array.astype(np.float64) if is_floating(array) else array for array in arrays]

    twin = evaluate(
        function, widen(operands), evaluation.wrt, widen(evaluation.cotangents), widen(evaluation.weights)
    )
    pairs = [
        ("value", evaluation.outputs, twin.outputs),
        ("gradient", evaluation.gradients, twin.gradients),
        ("second-order gradient", evaluation.second_gradients, twin.second_gradients),
    ]
    return [
        f"{name}: float32 {what} is {narrow.tolist()}, float64 {wide.tolist()}"
        for what, narrows, wides in pairs
        for narrow, wide in zip(narrows, wides)
        if far_apart(narrow.astype(wide.dtype), wide, tolerance or PRECISION_TOLERANCE)
    ]
