"""Operations that move elements about: shapes, joining and splitting, slices, padding, diagonals."""

import tensorflow as tf

from .tensors import boolean, draw, f64, i32


def record(recorder) -> None:
    record_shapes(recorder)
    record_joins(recorder)
    record_slices(recorder)
    record_padding(recorder)
    record_diagonals(recorder)


def record_shapes(recorder) -> None:
    x = draw([2, 3, 2], 41)
    recorder.case("reshape: an inferred axis", "reshape", x, [3, -1])
    recorder.case("reshape: to a scalar", "reshape", f64([[2.5]]), [])
    recorder.case("reshape: no elements", "reshape", f64([]).reshape([0, 3]), [3, 0, 2])
    recorder.case("transpose: of a matrix", "transpose", draw([2, 3], 42))
    recorder.case("transpose: reverses all axes", "transpose", x)
    recorder.case("transpose: a permutation", "transpose", x, [1, 2, 0])
    recorder.case("transpose: bool", "transpose", boolean([[True, False, True]]))
    recorder.case("expandDims: first", "expandDims", draw([2, 2], 43), 0)
    recorder.case("expandDims: last", "expandDims", draw([2, 2], 44), -1)
    recorder.case("squeeze: all", "squeeze", draw([1, 3, 1], 45))
    recorder.case("squeeze: one axis", "squeeze", draw([1, 3, 1], 46), [0])
    recorder.case("broadcastTo: new and stretched axes", "broadcastTo", draw([3, 1], 47), [2, 3, 2])
    recorder.case("tile: two axes", "tile", draw([2, 2], 48), [2, 3])
    recorder.case("tile: zero times", "tile", draw([2, 2], 49), [1, 0])
    recorder.case("reverse: two axes", "reverse", x, [0, -1])
    recorder.case("roll: one axis", "roll", draw([2, 4], 50), 1, 1)
    recorder.case("roll: two axes, backwards", "roll", draw([3, 4], 51), [-1, 6], [0, 1])


def record_joins(recorder) -> None:
    recorder.case("concat: first axis", "concat", [draw([1, 3], 52), draw([2, 3], 53)], 0)
    recorder.case(
        "concat: last of three", "concat", [draw([2, 1], 54), draw([2, 2], 55), draw([2, 1], 56)], -1
    )
    recorder.case("concat: with an empty operand", "concat", [draw([2, 2], 57), f64([]).reshape([0, 2])], 0)
    recorder.case("concat: int32", "concat", [i32([1, 2]), i32([3])], 0)
    recorder.case("stack: first axis", "stack", [draw([3], 58), draw([3], 59)], 0)
    recorder.case("stack: last axis", "stack", [draw([2, 2], 60), draw([2, 2], 61)], -1)
    recorder.case(
        "unstack: first axis", "unstack", draw([2, 3], 62), 0, oracle=lambda x: tf.unstack(x, axis=0)
    )
    recorder.case(
        "unstack: last axis", "unstack", draw([2, 3], 63), -1, oracle=lambda x: tf.unstack(x, axis=-1)
    )
    recorder.case("split: equal parts", "split", draw([4, 2], 64), 2, 0)
    recorder.case("split: given sizes", "split", draw([2, 5], 65), [2, 0, 3], 1)


def record_slices(recorder) -> None:
    x = draw([4, 3], 66)
    recorder.case("slice: a block", "slice", x, [1, 0], [2, 2])
    recorder.case("slice: to the end", "slice", x, [2, 1], [-1, -1])
    recorder.case("stridedSlice: steps", "stridedSlice", x, [0, 0], [4, 3], [2, 2])
    recorder.case("stridedSlice: backwards", "stridedSlice", x, [3, 2], [0, 0], [-2, -1])
    recorder.case("stridedSlice: negative bounds", "stridedSlice", x, [-3, -2], [-1, 3], [1, 1])
    recorder.case("stridedSlice: nothing left", "stridedSlice", x, [2, 0], [1, 3], [1, 1])


def record_padding(recorder) -> None:
    x = draw([3, 3], 67)
    recorder.case("pad: zeros", "pad", x, [[1, 0], [0, 2]])
    recorder.case("pad: a constant", "pad", x, [[0, 1], [1, 1]], {"constantValues": 1.5})
    recorder.case("pad: reflect", "pad", x, [[2, 1], [1, 2]], {"mode": "REFLECT"})
    recorder.case("pad: symmetric", "pad", x, [[3, 1], [0, 2]], {"mode": "SYMMETRIC"})
    recorder.case("pad: reflect a vector", "pad", draw([4], 68), [[3, 3]], {"mode": "REFLECT"})
    recorder.case("pad: int32", "pad", i32([1, 2]), [[1, 1]], {"constantValues": -1})


def record_diagonals(recorder) -> None:
    batch = draw([2, 3, 2], 69)
    recorder.case("linalg.diag: of each vector", "linalg.diag", draw([2, 3], 70))
    recorder.case("linalg.diagPart: of each matrix", "linalg.diagPart", batch)
    recorder.case("linalg.setDiag: of each matrix", "linalg.setDiag", batch, draw([2, 2], 71))
    recorder.case("linalg.bandPart: tridiagonal", "linalg.bandPart", draw([4, 4], 72), 1, 1)
    recorder.case("linalg.bandPart: lower triangle", "linalg.bandPart", batch, -1, 0)
    recorder.case("linalg.bandPart: upper triangle", "linalg.bandPart", draw([3, 4], 73), 0, -1)
    recorder.case("linalg.trace: of each matrix", "linalg.trace", batch)
