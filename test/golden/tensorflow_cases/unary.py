"""Elementwise functions of one float64 operand: ordinary points, then the ends of their ranges."""

import math

import tensorflow as tf

from .tensors import boolean, draw, f32, f64, i32

REAL = [-2.5, -0.75, 0.3, 1.9]
POSITIVE = [0.01, 0.5, 1.0, 3.7]
INSIDE_ONE = [-0.9, -0.2, 0.35, 0.8]
OFF_THE_KINKS = [-7.5, -1.2, 0.4, 2.5, 6.5]

ORDINARY = {
    "abs": REAL,
    "negative": REAL,
    "sign": REAL,
    "square": REAL,
    "sqrt": POSITIVE,
    "math.rsqrt": POSITIVE,
    "math.reciprocal": REAL,
    "exp": REAL,
    "math.expm1": REAL,
    "math.log": POSITIVE,
    "math.log1p": [-0.9, -0.001, 0.4, 12],
    "sin": REAL,
    "cos": REAL,
    "tan": [-1.2, -0.4, 0.3, 2.4],
    "asin": INSIDE_ONE,
    "acos": INSIDE_ONE,
    "atan": REAL,
    "sinh": REAL,
    "cosh": REAL,
    "tanh": REAL,
    "asinh": REAL,
    "acosh": [1.05, 1.5, 3, 20],
    "atanh": INSIDE_ONE,
    "math.erf": REAL,
    "math.erfc": REAL,
    "math.lgamma": [-2.5, -0.4, 0.3, 1.7, 9.2],
    "math.digamma": [-2.5, -0.4, 0.3, 1.7, 9.2],
    "sigmoid": REAL,
    "nn.softplus": REAL,
    "floor": [-2.5, -0.2, 0.2, 1.9],
    "math.ceil": [-2.5, -0.2, 0.2, 1.9],
    "round": [-2.6, -0.2, 0.7, 1.9],
    "identity": REAL,
    "nn.relu": OFF_THE_KINKS,
    "nn.relu6": OFF_THE_KINKS,
    "nn.elu": OFF_THE_KINKS,
    "nn.selu": OFF_THE_KINKS,
    "nn.silu": OFF_THE_KINKS,
}

GELU_IN_FLOAT64 = "from the formula; TensorFlow's gelu rounds its constants to float32, also in float64"

# Values only: far out, TensorFlow's own formulas for some derivatives cancel.
RANGE_ENDS = {
    "exp": [-700, -1e-300, 1e-17, 1, 709],
    "math.expm1": [-50, -1e-20, 1e-10, 1e-5, 50],
    "math.log": [1e-300, 0.999999, 1.0000001, 1e300],
    "math.log1p": [-0.9999999, -1e-20, 1e-20, 1e-8, 1e300],
    "sin": [1e-20, 3.14159, 1000, 1e6, -1e10],
    "cos": [1e-20, 1.5708, 1000, 1e6, -1e10],
    "tan": [1e-20, 1.5708, 1000, 1e6],
    "asinh": [-1e-20, 1e-5, 1e10, 1e300],
    "acosh": [1, 1.0000001, 1e10, 1e300],
    "atanh": [-1e-20, 1e-5, 0.9999999],
    "sinh": [-1e-20, 1e-5, 20, 700],
    "cosh": [0, 1e-5, 20, 700],
    "tanh": [-400, -1e-20, 1e-5, 19],
    "math.erf": [-1e-20, 1e-5, 0.9, 5, 40],
    "math.erfc": [-6, -1e-20, 0.5, 5, 26],
    "sigmoid": [-700, -40, -1e-20, 40, 800],
    "nn.softplus": [-700, -40, -20, 20, 800],
}


def record(recorder) -> None:
    for call, points in ORDINARY.items():
        recorder.case(f"{call}: ordinary points", call, f64(points))
    for call, points in RANGE_ENDS.items():
        recorder.case(f"{call}: ends of the range", call, f64(points), wrt=[], compare="element")
    record_activations(recorder)
    record_others(recorder)


def record_activations(recorder) -> None:
    x = f64(OFF_THE_KINKS)
    recorder.case("nn.leakyRelu: a slope given", "nn.leakyRelu", x, {"alpha": 0.25})
    recorder.case(
        "nn.gelu: exact",
        "nn.gelu",
        f64(REAL),
        {"approximate": False},
        oracle=lambda x: 0.5 * x * (1 + tf.math.erf(x / math.sqrt(2))),
        note=GELU_IN_FLOAT64,
    )
    recorder.case(
        "nn.gelu: with tanh",
        "nn.gelu",
        f64(REAL),
        {"approximate": True},
        oracle=lambda x: 0.5 * x * (1 + tf.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
        note=GELU_IN_FLOAT64,
    )
    recorder.case("nn.softsign: ordinary points", "nn.softsign", f64(REAL), second_order=False)
    recorder.case(
        "nn.softsign: second order",
        "nn.softsign",
        f64([-3, -0.25, 0.5, 4]),
        oracle=lambda x: x / (1 + tf.abs(x)),
        note="TensorFlow has no second derivative of softsign; these are of x / (1 + |x|)",
    )
    recorder.case(
        "nn.softplus: far left, all orders", "nn.softplus", f64([-700, -40, -1, 0, 1]), compare="element"
    )
    recorder.case("nn.softmax: last axis", "nn.softmax", draw([2, 4], 1))
    recorder.case("nn.softmax: first axis", "nn.softmax", draw([3, 2], 2), {"axis": 0})
    recorder.case("nn.softmax: middle axis of three", "nn.softmax", draw([2, 3, 2], 3), {"axis": -2})
    recorder.case("nn.logSoftmax: last axis", "nn.logSoftmax", draw([2, 4], 4))
    recorder.case("nn.logSoftmax: first axis", "nn.logSoftmax", draw([3, 2], 5), {"axis": 0})
    recorder.case(
        "nn.softmax: extreme logits",
        "nn.softmax",
        f64([[1e4, -1e4, 0], [-1e300, 1e300, 1e300]]),
        smooth=False,
    )
    recorder.case("nn.logSoftmax: extreme logits", "nn.logSoftmax", f64([[1e4, -1e4, 0], [800, 800, 799]]))


def record_others(recorder) -> None:
    x = f64([-3.5, -0.5, 0.25, 1.5])
    recorder.case("stopGradient: cuts the path", "stopGradient", x, smooth=False)
    recorder.case("identity: a scalar", "identity", f64(2.5))
    recorder.case("exp: no elements", "exp", f64([]).reshape([0, 3]))
    recorder.case("debugging.checkNumerics: finite", "debugging.checkNumerics", x, "operand")
    recorder.case("clipByValue: literal bounds", "clipByValue", x, -1, 1)
    recorder.case("clipByValue: tensor bounds", "clipByValue", draw([2, 3], 6), f64(-0.5), f64(0.8))
    recorder.case(
        "cast: float64 to float32",
        "cast",
        f64([0.1, -1e-3, 3e5]),
        "float32",
        second_order=False,
        smooth=False,
    )
    recorder.case(
        "cast: float32 to float64",
        "cast",
        f32([0.1, -1e-3, 3e5]),
        "float64",
        second_order=False,
        tolerance=1e-6,
        note="exact: the tolerance is that of the float32 cotangent",
    )
    recorder.case("cast: float64 to itself", "cast", x, "float64")
    recorder.case("cast: float to int32 truncates", "cast", f64([-2.7, -0.9, 0.9, 2.7, 1e9]), "int32")
    recorder.case("cast: int32 to float64", "cast", i32([-3, 0, 2147483647]), "float64")
    recorder.case("cast: int32 to float32 rounds", "cast", i32([-3, 16777217, 2147483647]), "float32")
    recorder.case("cast: float64 to bool", "cast", f64([-0.5, 0, 3]), "bool")
    recorder.case("cast: NaN to bool is true", "cast", f64([float("nan")]), "bool")
    recorder.case("cast: bool to float64", "cast", boolean([True, False]), "float64")
    recorder.case("cast: bool to int32", "cast", boolean([True, False]), "int32")
    recorder.case("cast: int32 to bool", "cast", i32([-2, 0, 1]), "bool")
