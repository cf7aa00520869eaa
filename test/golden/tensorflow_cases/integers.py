"""int32: wrap-around, division, remainders, and the reductions and products that keep the dtype."""

import tensorflow as tf

from .tensors import boolean, i32

LARGEST, SMALLEST = 2147483647, -2147483648


def record(recorder) -> None:
    record_elementwise(recorder)
    record_reductions(recorder)


def record_elementwise(recorder) -> None:
    recorder.case("add: int32 wraps", "add", i32([LARGEST, -5]), i32([1, 3]))
    recorder.case("subtract: int32 wraps", "subtract", i32([SMALLEST, 4]), i32([1, 9]))
    recorder.case(
        "multiply: int32 wraps", "multiply", i32([65536, 123456789, -3]), i32([65536, 987654321, 7])
    )
    recorder.case("negative: int32 wraps", "negative", i32([SMALLEST, 5]))
    recorder.case("abs: int32 wraps", "abs", i32([SMALLEST, -5, 0]))
    recorder.case("square: int32 wraps", "square", i32([123456, -7]))
    recorder.case("sign: int32", "sign", i32([-8, 0, 3]))
    recorder.case("pow: int32", "pow", i32([2, 3, -2, 0]), i32([31, 4, 3, 0]))
    recorder.case("divide: int32 gives float64", "divide", i32([7, -7, 1]), i32([2, 2, 3]))
    recorder.case("divide: int32 by zero", "divide", i32([7, -7, 0]), i32([0, 0, 0]))
    recorder.case(
        "math.floordiv: int32, all signs", "math.floordiv", i32([7, -7, 7, -7, 6]), i32([2, 2, -2, -2, -3])
    )
    recorder.case(
        "math.floormod: int32, all signs", "math.floormod", i32([7, -7, 7, -7, 6]), i32([2, 2, -2, -2, -3])
    )
    recorder.case("math.squaredDifference: int32", "math.squaredDifference", i32([[1], [5]]), i32([3, -2]))
    recorder.case("maximum: int32, broadcast", "maximum", i32([[1], [5]]), i32([3, -2]))
    recorder.case("minimum: int32, a literal", "minimum", i32([1, 5, -5]), 2)
    recorder.case("clipByValue: int32", "clipByValue", i32([-9, 0, 9]), -3, 4)
    recorder.case("where: int32", "where", boolean([True, False]), i32([1, 2]), i32([3, 4]))
    recorder.case("less: int32", "less", i32([1, 2, 3]), i32(2))
    recorder.case("equal: int32, broadcast", "equal", i32([[1], [2]]), i32([1, 2]))
    recorder.case("addN: int32", "addN", [i32([1, 2]), i32([LARGEST, 3])])


def record_reductions(recorder) -> None:
    x = i32([[1, -2, 3], [4, 5, -7]])
    nothing = i32([]).reshape([2, 0])
    for call in ("reduceSum", "reduceProd", "reduceMax", "reduceMin"):
        recorder.case(f"{call}: int32", call, x, {"axis": 1})
        recorder.case(f"{call}: int32, an empty axis", call, nothing, {"axis": 1})
    recorder.case("reduceSum: int32 wraps", "reduceSum", i32([LARGEST, LARGEST, 5]))
    recorder.case("reduceMean: int32 truncates", "reduceMean", i32([[1, 2, 4], [-1, -2, -4]]), {"axis": 1})
    recorder.case("cumsum: int32", "cumsum", x, {"axis": 1, "exclusive": True})
    recorder.case("math.cumprod: int32", "math.cumprod", x, {"axis": 0})
    recorder.case("matmul: int32", "matmul", x, i32([[1, 0], [-1, 2], [3, 3]]))
    recorder.case(
        "argmax: int32", "argmax", x, {"axis": 1}, oracle=lambda x: tf.argmax(x, axis=1, output_type="int32")
    )
    recorder.case("transpose: int32", "transpose", x)
    recorder.case("tile: int32", "tile", i32([1, 2]), [2])
    recorder.case("booleanMask: int32", "booleanMask", i32([5, 6, 7]), boolean([True, False, True]))
    recorder.case("stridedSlice: int32", "stridedSlice", i32([5, 6, 7, 8]), [3], [0], [-2])
