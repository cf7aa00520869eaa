"""Products summed over axes: matmul, matvec, tensordot, einsum."""

from .tensors import draw, f64


def record(recorder) -> None:
    a, b = draw([2, 3], 91), draw([3, 4], 92)
    recorder.case("matmul: two matrices", "matmul", a, b)
    recorder.case("matmul: first transposed", "matmul", draw([3, 2], 93), b, {"transposeA": True})
    recorder.case("matmul: second transposed", "matmul", a, draw([4, 3], 94), {"transposeB": True})
    recorder.case(
        "matmul: both transposed",
        "matmul",
        draw([3, 2], 95),
        draw([4, 3], 96),
        {"transposeA": True, "transposeB": True},
    )
    recorder.case("matmul: batches", "matmul", draw([2, 2, 3], 97), draw([2, 3, 2], 98))
    recorder.case("matmul: broadcast batches", "matmul", draw([2, 1, 2, 2], 99), draw([3, 2, 2], 100))
    recorder.case(
        "matmul: a batch and a matrix, transposed",
        "matmul",
        draw([2, 3, 2], 101),
        draw([2, 3], 102),
        {"transposeA": True, "transposeB": True},
    )
    recorder.case("matmul: an empty inner axis", "matmul", f64([]).reshape([2, 0]), f64([]).reshape([0, 3]))
    recorder.case("matmul: no rows", "matmul", f64([]).reshape([0, 2]), draw([2, 2], 103))
    recorder.case("linalg.matvec", "linalg.matvec", a, draw([3], 104))
    recorder.case(
        "linalg.matvec: transposed batch",
        "linalg.matvec",
        draw([2, 3, 2], 105),
        draw([2, 3], 106),
        {"transposeA": True},
    )
    record_tensordot(recorder)
    record_einsum(recorder)


def record_tensordot(recorder) -> None:
    recorder.case("tensordot: outer product", "tensordot", draw([2], 107), draw([3], 108), 0)
    recorder.case("tensordot: one axis", "tensordot", draw([2, 2, 3], 109), draw([3, 2], 110), 1)
    recorder.case("tensordot: two axes", "tensordot", draw([2, 2, 3], 111), draw([2, 3, 2], 112), 2)
    recorder.case(
        "tensordot: axes by number", "tensordot", draw([2, 3, 2], 113), draw([2, 2, 3], 114), [[1, 0], [2, 0]]
    )


def record_einsum(recorder) -> None:
    recorder.case("einsum: matrix product", "einsum", "ij,jk->ik", draw([2, 3], 115), draw([3, 2], 116))
    recorder.case("einsum: implicit output", "einsum", "ij,jk", draw([2, 3], 117), draw([3, 2], 118))
    recorder.case("einsum: transpose", "einsum", "ijk->kij", draw([2, 3, 2], 119))
    recorder.case("einsum: sum over an axis", "einsum", "ij->j", draw([2, 3], 120))
    recorder.case("einsum: diagonal", "einsum", "ii->i", draw([3, 3], 121))
    recorder.case("einsum: trace", "einsum", "ii->", draw([3, 3], 122))
    recorder.case("einsum: outer product", "einsum", "i,j->ij", draw([2], 123), draw([3], 124))
    recorder.case("einsum: inner product", "einsum", "ij,ij->", draw([2, 3], 125), draw([2, 3], 126))
    recorder.case(
        "einsum: batches broadcast", "einsum", "...ij,...jk->...ik", draw([2, 2, 2], 127), draw([2, 3], 128)
    )
    recorder.case(
        "einsum: bilinear form of three",
        "einsum",
        "bi,ij,bj->b",
        draw([2, 3], 129),
        draw([3, 2], 130),
        draw([2, 2], 131),
    )
    recorder.case(
        "einsum: attention scores",
        "einsum",
        "bqhd,bkhd->bhqk",
        draw([1, 2, 2, 3], 132),
        draw([1, 3, 2, 3], 133),
    )
