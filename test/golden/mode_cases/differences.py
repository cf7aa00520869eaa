"""Where JAX or PyTorch have other derivatives than gradtape, which has TensorFlow's unless they are NaN."""

import math

from tensorflow_cases.tensors import f64

from .case import BOTH, Difference

JAX = ("JAX",)
PYTORCH = ("PyTorch",)
INFINITY = float("inf")

SHARED = "an equal pair shares the gradient; in TensorFlow the first operand has it"
AT_BOUND = "what lies on a bound loses its gradient or a part of it; in TensorFlow it keeps it"
AT_ORIGIN = "the quotient of 0 and 0 is NaN; gradtape has the sub-gradient 0, as PyTorch has"
NOT_TAKEN = "0 times the infinite derivative of the branch not taken is NaN; in gradtape where selects"
SLOPE = "the derivative at 0 is that of the other side"


def difference(name: str, reason: str, operands, expected, libraries=BOTH, order: int = 1) -> Difference:
    """A difference whose name begins with that of its program."""
    return Difference(
        name,
        name.split(":")[0],
        reason,
        tuple(map(f64, operands)),
        tuple(map(f64, expected)),
        libraries,
        order,
    )


TIES = [
    difference("maximumOf: a tie", SHARED, [[1, 2], [1, 3]], [[1, 0], [0, 1]]),
    difference("minimumOf: a tie", SHARED, [[1, 2], [1, 3]], [[1, 1], [0, 0]]),
    difference("maximumOf: ties of a column and a row", SHARED, [[[1], [2]], [1, 2]], [[[1], [2]], [0, 1]]),
    difference("maxout: a tie", SHARED, [[[1]], [[1]], [[1]]], [[[1]], [[1]], [[0]]]),
    difference("softThreshold: at the limit", SHARED, [[0.75, -0.75, 0], 0.75], [[1, 1, 0], 0]),
    difference(
        "reduceMaxByIndex: ties",
        "torch.max along an axis gives all to one of the equals; in TensorFlow they share",
        [[[2, 5, 5], [1, 1, 1]]],
        [[[0, 0.5, 0.5], [1 / 3, 1 / 3, 1 / 3]]],
        PYTORCH,
    ),
    difference("clip: at its bounds", AT_BOUND, [[-1, 0, 1.5]], [[1, 1, 1]]),
    difference("clipBetween: at tensor bounds", AT_BOUND, [[-1, 0, 1], -1, 1], [[-2, 0, 2], 0, 0]),
]

KINKS = [
    difference("abs: 0", "JAX has the derivative 1 at 0; TensorFlow 0", [[0, -1]], [[0, -1]], JAX),
    difference("normOne: a zero", "JAX's derivative of |x| at 0 is 1", [[[3, 0, -4]]], [[[14, 0, -14]]], JAX),
    difference("leakyRelu: 0", SLOPE, [[0, 1]], [[0.25, 1]], JAX),
    difference("selu: 0", SLOPE, [[0, 1]], [[1.0507009873554805, 1.0507009873554805]]),
]

ORIGINS = [
    difference("norm: 0", AT_ORIGIN, [[0, 0]], [[0, 0]], JAX),
    difference(
        "reduceEuclideanNorm: a row of zeros", AT_ORIGIN, [[[0, 0], [3, 4]]], [[[0, 0], [0.6, 0.8]]], JAX
    ),
    difference("normThree: 0", AT_ORIGIN, [[[0, 1], [0, 0]]], [[[0, 1], [0, 0]]], JAX),
    difference("normOfPower: 0", AT_ORIGIN, [[0, 0]], [[0, 0]], JAX),
    difference("reduceStd: equal numbers", AT_ORIGIN, [[2, 2, 2]], [[0, 0, 0]], JAX),
]

BRANCHES = [
    difference("rootUnsafe: 0", NOT_TAKEN, [[0, 4]], [[0, 0.25]]),
    difference("rootUnsafe: 0, second order", NOT_TAKEN, [[0, 4]], [[0, -1 / 32]], order=2),
    difference("entropyUnsafe: 0", NOT_TAKEN, [[0, 4]], [[0, 1 + math.log(4)]]),
    difference("entropyUnsafe: 0, second order", NOT_TAKEN, [[0, 4]], [[0, 0.25]], order=2),
    difference(
        "reduceLogsumexp: minus infinities",
        "the difference of infinities is NaN",
        [[-INFINITY, -INFINITY]],
        [[0, 0]],
    ),
]

POWERS = [
    difference("pow: 0 to the 0", "0 times an infinite power of 0 is NaN", [[0], [0]], [[0], [0]], JAX),
    difference(
        "pow: negative bases",
        "the logarithm of the base is NaN; in TensorFlow the gradient of the exponent is 0",
        [[-2, -2], [3, 2]],
        [[12, -4], [0, 0]],
    ),
    difference(
        "pow: exponent 0, second order",
        "PyTorch leaves out the mixed derivative, which is 1 / base",
        [[2, 0.5], [0, 0]],
        [[0.5, 2], [0.5 + math.log(2) ** 2, 2 + math.log(2) ** 2]],
        PYTORCH,
        order=2,
    ),
    difference(
        "xlogy: 0",
        "the derivative is log y, infinite or NaN for some; in TensorFlow 0 where x is 0",
        [[0, 0, 0], [2, 0, -1]],
        [[0, 0, 0], [0, 0, 0]],
    ),
]

DIFFERENCES = [*TIES, *KINKS, *ORIGINS, *BRANCHES, *POWERS]
