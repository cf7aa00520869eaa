"""Operations on chosen elements: gathers, scatters, masks, one-hot codes."""

from .tensors import boolean, draw, f64, i32


def record(recorder) -> None:
    record_gathers(recorder)
    record_scatters(recorder)
    record_masks(recorder)


def record_gathers(recorder) -> None:
    table = draw([4, 3], 81)
    batch = draw([2, 3, 2], 82)
    recorder.case("gather: rows, one twice", "gather", table, i32([2, 0, 2]))
    recorder.case("gather: columns", "gather", table, i32([1, 1]), {"axis": 1})
    recorder.case(
        "gather: negative axis, matrix of indices", "gather", batch, i32([[0, 1], [1, 1]]), {"axis": -1}
    )
    recorder.case("gather: a scalar index", "gather", table, i32(3))
    recorder.case("gather: no indices", "gather", table, i32([]))
    recorder.case("gather: batch", "gather", batch, i32([[2, 0], [1, 1]]), {"axis": 1, "batchDims": 1})
    recorder.case(
        "gather: batch, a later axis", "gather", batch, i32([[1], [0]]), {"axis": 2, "batchDims": 1}
    )
    recorder.case("gather: int32", "gather", i32([5, -6, 7]), i32([2, 1]))
    recorder.case("gatherNd: elements", "gatherNd", table, i32([[0, 1], [3, 2], [0, 1]]))
    recorder.case("gatherNd: rows", "gatherNd", table, i32([[1], [1], [0]]))
    recorder.case("gatherNd: matrix of indices", "gatherNd", batch, i32([[[0, 1], [1, 2]]]))


def record_scatters(recorder) -> None:
    table = draw([4, 3], 83)
    rows = i32([[1], [3], [1]])
    elements = i32([[0, 1], [2, 2]])
    recorder.case("scatterNd: elements", "scatterNd", elements, draw([2], 84), [3, 3])
    recorder.case("scatterNd: rows, one twice", "scatterNd", rows, draw([3, 2], 85), [4, 2])
    recorder.case("scatterNd: int32, one twice", "scatterNd", rows, i32([5, 6, 7]), [4])
    recorder.case("tensorScatterNdUpdate: elements", "tensorScatterNdUpdate", table, elements, draw([2], 86))
    recorder.case(
        "tensorScatterNdUpdate: rows", "tensorScatterNdUpdate", table, i32([[3], [0]]), draw([2, 3], 87)
    )
    recorder.case("tensorScatterNdAdd: rows, one twice", "tensorScatterNdAdd", table, rows, draw([3, 3], 88))
    recorder.case("tensorScatterNdAdd: elements", "tensorScatterNdAdd", table, elements, draw([2], 89))


def record_masks(recorder) -> None:
    x = draw([3, 2], 90)
    recorder.case("booleanMask: rows", "booleanMask", x, boolean([True, False, True]))
    recorder.case("booleanMask: columns", "booleanMask", x, boolean([False, True]), {"axis": 1})
    recorder.case(
        "booleanMask: elements", "booleanMask", x, boolean([[True, False], [False, True], [True, True]])
    )
    recorder.case("booleanMask: none", "booleanMask", x, boolean([False, False, False]))
    recorder.case("oneHot: defaults", "oneHot", i32([2, 0, 1]), 3)
    recorder.case("oneHot: out of range is all off", "oneHot", i32([-1, 0, 5]), 3)
    recorder.case(
        "oneHot: values, axis and dtype",
        "oneHot",
        i32([[1, 0], [2, 2]]),
        3,
        {"onValue": 5, "offValue": -1, "axis": 1, "dtype": "float64"},
    )
    recorder.case("zerosLike", "zerosLike", x, wrt=[])
    recorder.case("onesLike", "onesLike", f64([1, 2]), {"dtype": "int32"}, wrt=[])
