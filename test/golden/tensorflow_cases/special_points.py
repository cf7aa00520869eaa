"""Kinks, ties, poles and zeros: the conventions at special points on which gradtape and TensorFlow agree."""

from .tensors import f32, f64, i32

INFINITY = float("inf")
NAN = float("nan")


def record(recorder) -> None:
    record_kinks(recorder)
    record_poles(recorder)
    record_ties(recorder)
    record_powers(recorder)
    record_zeros(recorder)
    record_large(recorder)


def record_kinks(recorder) -> None:
    recorder.case("abs: gradient 0 at 0", "abs", f64([0, -1, 1]), smooth=False)
    recorder.case("sign: flat, also at 0", "sign", f64([0, -1, 1]), smooth=False)
    recorder.case("round: halves to even", "round", f64([-2.5, -0.5, 0.5, 1.5, 2.5]), smooth=False)
    for call in ("nn.relu", "nn.relu6", "nn.elu", "nn.selu"):
        recorder.case(f"{call}: at its kinks", call, f64([0, 6]), smooth=False)
    recorder.case("nn.leakyRelu: the slope at 0", "nn.leakyRelu", f64([0]), {"alpha": 0.25}, smooth=False)
    recorder.case("nn.softsign: at 0", "nn.softsign", f64([0]), second_order=False, smooth=False)
    recorder.case("norm: order 1 with a zero", "norm", f64([3, 0, -4]), {"ord": 1}, smooth=False)
    recorder.case(
        "clipByValue: passes the gradient at the bounds",
        "clipByValue",
        f64([-2, -1, 0, 1, 2]),
        -1,
        1,
        smooth=False,
    )
    recorder.case(
        "clipByValue: at tensor bounds", "clipByValue", f64([-2, -1, 0, 1, 2]), f64(-1), f64(1), smooth=False
    )
    recorder.case("clipByValue: NaN stays", "clipByValue", f64([NAN, 3]), -1, 1, wrt=[])
    for call in ("nn.relu", "sign", "abs", "exp", "sigmoid", "floor"):
        recorder.case(f"{call}: NaN and infinities", call, f64([NAN, -INFINITY, INFINITY]), wrt=[])


def record_poles(recorder) -> None:
    for call, points in {
        "sqrt": [0, 4],
        "math.log": [0, 2],
        "math.rsqrt": [0, 4],
        "math.reciprocal": [0, 4],
        "asin": [-1, 0.5, 1],
        "acos": [-1, 0.5, 1],
        "acosh": [1, 2],
        "atanh": [-1, 0.5, 1],
        "math.log1p": [-1, 1],
    }.items():
        recorder.case(
            f"{call}: the gradient at its pole", call, f64(points), second_order=False, smooth=False
        )
    for call in ("sqrt", "math.log", "math.rsqrt", "math.log1p", "asin", "acos", "acosh", "atanh"):
        recorder.case(f"{call}: outside its domain", call, f64([-2, -INFINITY, NAN]), wrt=[])
    recorder.case("math.lgamma: poles and infinity", "math.lgamma", f64([0, INFINITY, NAN]), wrt=[])


def record_ties(recorder) -> None:
    left, right = f64([1, 2, 3]), f64([1, 3, 2])
    recorder.case("maximum: a tie goes to the first", "maximum", left, right, smooth=False)
    recorder.case("minimum: a tie goes to the first", "minimum", left, right, smooth=False)
    recorder.case("maximum: ties under broadcasting", "maximum", f64([[1], [2]]), f64([1, 2]), smooth=False)
    ties = f64([[2, 5, 5], [1, 1, 1]])
    for call in ("reduceMax", "reduceMin"):
        recorder.case(f"{call}: ties share", call, ties, {"axis": 1}, smooth=False)
        recorder.case(f"{call}: ties over all axes share", call, ties, smooth=False)
    recorder.case("norm: ties of the largest share", "norm", f64([3, -3, 1]), {"ord": INFINITY}, smooth=False)


def record_powers(recorder) -> None:
    recorder.case("pow: square and cube at 0", "pow", f64([0, 0, 0]), f64([2, 3, 4]), wrt=[0])
    recorder.case("pow: literal square at 0", "pow", f64([0, -1]), 2)
    recorder.case("pow: literal cube at 0", "pow", f64([0, -1]), 3)
    recorder.case(
        "pow: no gradient of the exponent at base 0 and below",
        "pow",
        f64([0, 0, 0, -2, -2]),
        f64([1, 2, 3, 3, 2]),
        second_order=False,
        smooth=False,
    )
    recorder.case("pow: 0 to the 0 is 1", "pow", f64([0, 2, -2]), f64([0, 0, 0]), wrt=[])
    recorder.case("pow: exponent 0 elsewhere", "pow", f64([2, -2]), f64([0, 0]), wrt=[0])
    recorder.case("pow: root at 0", "pow", f64([0]), f64([0.5]), second_order=False, smooth=False)
    recorder.case("pow: fractional power of a negative number", "pow", f64([-2]), f64([0.5]), wrt=[])
    recorder.case("square: at 0", "square", f64([0, -0.0]))


def record_zeros(recorder) -> None:
    recorder.case("reduceProd: one zero", "reduceProd", f64([0, 2, 3]), second_order=False)
    recorder.case("reduceProd: two zeros", "reduceProd", f64([0, 0, 3]), second_order=False)
    recorder.case(
        "reduceProd: zeros along an axis",
        "reduceProd",
        f64([[0, 2, 3], [4, 0, 0]]),
        {"axis": -1},
        second_order=False,
    )
    recorder.case("math.divideNoNan: by 0", "math.divideNoNan", f64([1, 0, 3]), f64([0, 0, 2]), smooth=False)
    recorder.case(
        "math.divideNoNan: by 0 under broadcasting",
        "math.divideNoNan",
        f64([[1, 2], [3, 4]]),
        f64([0, 2]),
        smooth=False,
    )
    recorder.case(
        "math.multiplyNoNan: 0 times anything",
        "math.multiplyNoNan",
        f64([INFINITY, NAN, 3]),
        f64([0, 0, 2]),
        wrt=[0],
        second_order=False,
        smooth=False,
    )
    recorder.case(
        "math.xlogy: 0 with any logarithm",
        "math.xlogy",
        f64([0, 0, 0]),
        f64([0, 2, -1]),
        second_order=False,
        smooth=False,
    )
    recorder.case("atan2: on the axes", "atan2", f64([0, 1, 0, -1]), f64([1, 0, -1, 0]), smooth=False)
    recorder.case("math.reduceVariance: of equal numbers", "math.reduceVariance", f64([2, 2, 2]))


def record_large(recorder) -> None:
    lse = "reduceLogsumexp"
    recorder.case(f"{lse}: large numbers", lse, f64([[1e4, 1e4, 9999], [-1e4, -1e4, 1]]), {"axis": 1})
    recorder.case(f"{lse}: the largest numbers", lse, f64([1e308, 1e308, -1e308]), smooth=False)
    recorder.case(f"{lse}: float32, large numbers", lse, f32([500, 499, -500]))
    recorder.case(f"{lse}: with a minus infinity", lse, f64([-INFINITY, 1, 2]), smooth=False)
    recorder.case(
        "nn.softmax: float32, extreme logits", "nn.softmax", f32([[3e38, -3e38, 0], [100, 100, -100]])
    )
    recorder.case(
        "math.log1p: tiny, to second order", "math.log1p", f64([1e-300, -1e-20, 1e-10]), compare="element"
    )
    recorder.case(
        "math.expm1: tiny, to second order", "math.expm1", f64([1e-300, -1e-20, 1e-10]), compare="element"
    )
    sparse = "nn.sparseSoftmaxCrossEntropyWithLogits"
    recorder.case(
        f"{sparse}: the largest numbers", sparse, i32([0, 1]), f64([[1e308, 0], [1e308, 0]]), smooth=False
    )
