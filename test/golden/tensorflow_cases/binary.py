"""Elementwise functions of two float64 operands, their broadcasting, selection and comparisons."""

from .tensors import boolean, draw, f64

NAN = float("nan")
INFINITY = float("inf")

ANY_SIGN = ("add", "subtract", "multiply", "maximum", "minimum", "math.squaredDifference", "atan2")
NONZERO_SECOND = ("divide", "math.divideNoNan", "math.multiplyNoNan", "math.floormod", "math.floordiv")
POSITIVE = ("pow", "math.xlogy")
COMPARISONS = ("equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual")
LOGICAL = ("logicalAnd", "logicalOr", "math.logicalXor")

SHAPES = {
    "same shape": ([2, 3], [2, 3]),
    "row and column": ([2, 1], [1, 3]),
    "a vector along the last axis": ([2, 2, 3], [3]),
    "a scalar first": ([], [2, 3]),
}


def record(recorder) -> None:
    for call in ANY_SIGN:
        record_shapes(recorder, call, draw, draw)
    for call in NONZERO_SECOND:
        record_shapes(recorder, call, draw, lambda shape, seed: draw(shape, seed, 0.3, 2.5))
    for call in POSITIVE:
        record_shapes(recorder, call, lambda shape, seed: draw(shape, seed, 0.2, 2.5), positive)
    record_signs(recorder)
    record_selection(recorder)
    record_comparisons(recorder)


def positive(shape, seed: int):
    return draw(shape, seed, 0.3, 3)


def record_shapes(recorder, call: str, first, second) -> None:
    """Same shapes for every function, and two of the ways to broadcast, in turn."""
    names = list(SHAPES)
    turn = recorder.counts["cases"] % 3
    for name in (names[0], names[1 + turn], names[1 + (turn + 1) % 3]):
        left, right = SHAPES[name]
        recorder.case(f"{call}: {name}", call, first(left, 11), second(right, 12))


def record_signs(recorder) -> None:
    dividends = f64([7.5, -7.5, 7.5, -7.5, 0.25])
    divisors = f64([2, 2, -2, -2, -3])
    recorder.case("math.floormod: all signs", "math.floormod", dividends, divisors)
    recorder.case("math.floordiv: all signs", "math.floordiv", dividends, divisors)
    recorder.case("atan2: all quadrants", "atan2", f64([1, 2, -1, -2, 0, 3]), f64([2, -1, -2, 1, 2, 0]))
    recorder.case(
        "pow: negative base, integer exponents", "pow", f64([-2, -1.5, -0.5]), f64([3, 2, -1]), wrt=[0]
    )
    recorder.case("pow: literal exponent", "pow", f64([-2, 0.5, 3]), 2)
    recorder.case("pow: literal base", "pow", 2, f64([-1.5, 0, 3]), oracle=lambda x: 2**x)
    recorder.case("maximum: a literal", "maximum", f64([-1, 0.5, 2]), 0.25)
    recorder.case("divide: by a literal", "divide", f64([-1, 0.5, 2]), 4)
    recorder.case("subtract: from a literal", "subtract", 1, f64([-1, 0.5, 2]), oracle=lambda x: 1 - x)
    recorder.case("multiply: no elements", "multiply", f64([]).reshape([0, 3]), draw([3], 13))
    recorder.case("divide: by zero", "divide", f64([1, -1, 0]), f64([0, 0, 0]), wrt=[], compare="element")
    recorder.case("maximum: NaN wins", "maximum", f64([NAN, 1, 2]), f64([1, NAN, 3]), wrt=[])
    recorder.case("minimum: NaN wins", "minimum", f64([NAN, 1, 2]), f64([1, NAN, 3]), wrt=[])


def record_selection(recorder) -> None:
    condition = boolean([[True, False, True], [False, False, True]])
    recorder.case("where: same shape", "where", condition, draw([2, 3], 21), draw([2, 3], 22))
    recorder.case("where: broadcast operands", "where", condition, draw([2, 1], 23), draw([3], 24))
    recorder.case(
        "where: broadcast condition", "where", boolean([True, False, True]), draw([2, 3], 25), f64(0.5)
    )
    recorder.case(
        "where: not a number in the other branch",
        "where",
        boolean([True, False]),
        f64([1, NAN]),
        f64([NAN, 2]),
        smooth=False,
    )
    recorder.case("addN: three operands", "addN", [draw([2, 2], 26), draw([2, 2], 27), draw([2, 2], 28)])
    recorder.case("addN: one operand", "addN", [draw([3], 29)])


def record_comparisons(recorder) -> None:
    left = f64([[1, 2, NAN], [INFINITY, -1, 0]])
    right = f64([[1, 3, NAN], [INFINITY, -2, -0.0]])
    row = f64([1, -1, 0])
    for call in COMPARISONS:
        recorder.case(f"{call}: with NaN and infinity", call, left, right)
        recorder.case(f"{call}: broadcast", call, f64([[0], [1]]), row)
    for call in LOGICAL:
        recorder.case(f"{call}: broadcast", call, boolean([[True], [False]]), boolean([True, False]))
    recorder.case("logicalNot", "logicalNot", boolean([True, False]))
    recorder.case("equal: bool", "equal", boolean([True, False, True]), boolean([True, True, False]))
