"""Cases of functions of two and three operands with broadcasting, and of selection."""

from tensorflow_cases.tensors import draw, f64

from ..case import ONLY_JAX, case

SHAPES = {
    "same shape": ([2, 2], [2, 2]),
    "row and column": ([2, 1], [1, 3]),
    "a vector along the last axis": ([2, 1, 2], [2]),
    "a scalar first": ([], [3]),
}

ANY_SIGN = "add atan2 maximum minimum multiply squaredDifference subtract where".split()
NONZERO = "divide divideNoNan multiplyNoNan".split()
POSITIVE = "pow xlogy".split()


def broadcasts(program: str, low: float, high: float, second_low: float):
    return [
        case(program, draw(left, 311, low, high), draw(right, 312, second_low, high), at=name)
        for name, (left, right) in SHAPES.items()
    ]


CASES = [
    *(entry for program in ANY_SIGN for entry in broadcasts(program, -2, 2, -2)),
    *(entry for program in NONZERO for entry in broadcasts(program, -2, 2, 0.3)),
    *(entry for program in POSITIVE for entry in broadcasts(program, 0.2, 2.5, 0.3)),
    case("multiply", draw([2, 1, 2], 313), draw([3, 1], 314), at="axes of both"),
    case("divide", draw([], 315), draw([2, 2], 316, 0.4, 2), at="a scalar by a matrix"),
    case("add", draw([1, 1], 317), draw([2], 318), at="axes of length 1"),
    case("maximum", draw([2, 1, 2], 319), draw([2, 1], 320), at="axes of both"),
    case("addN", draw([2, 2], 321), draw([2, 2], 322), draw([2, 2], 323)),
    case("biasAdd", draw([2, 3], 324), draw([3], 325)),
    case("clipBetween", f64([-2.5, -0.4, 0.3, 2.5]), f64(-1.5), f64(1.25), at="scalar bounds"),
    case(
        "clipBetween", f64([[-2.5, 0.4], [0.3, 2.5]]), f64([-1.5, 0.75]), f64([1.25, 2]), at="vector bounds"
    ),
    case("divideByTwo", draw([3], 326)),
    case("reciprocalOf", draw([3], 327, 0.4, 2)),
    case("subtractFromOne", draw([3], 328)),
    case("floormod", f64([7.5, -7.5, 7.25, -7]), f64([2, 2, -3, -3])),
    case("floormod", f64([[5.5], [-2.25]]), f64([2, -1.5]), at="row and column"),
    case("floordivRest", f64([7.5, -7.5, 7.25]), f64([2, 2, -3])),
    case("atan2", f64([1, 2, -1, -2]), f64([2, -1, -2, 1]), at="all quadrants"),
    case("multiplyThree", draw([2, 1], 329), draw([3], 330), draw([], 331)),
    case("multiplyByItself", draw([3], 332)),
    case("powSquare", draw([3], 333)),
    case("powCube", draw([3], 334)),
    case("powHalf", draw([3], 335, 0.3, 3)),
    case("powLess", draw([3], 336, 0.3, 3)),
    case("powOfTwo", draw([3], 337)),
    case("pow", f64([0.5, 1.5, 2.5]), f64([3, -2, 0.25]), at="integer and fractional exponents"),
    case("pow", f64([1.5, 0.7]), f64([1, 1]), at="exponent 1"),
    # PyTorch leaves out the mixed derivative.
    case("pow", f64([1.5, 0.7]), f64([0, 0]), at="exponent 0", libraries=ONLY_JAX),
    case("whereMask", draw([3], 338), draw([3], 339)),
    case("whereMask", draw([2, 3], 340), draw([2, 1], 341), at="broadcast"),
    case("whereNested", f64([-1.5, 0.5, 1.25, 2]), draw([4], 342, -1, 1), draw([], 343)),
]
