"""Reductions, scans, norms and the positions of extremes, over single, several, negative and empty axes."""

import tensorflow as tf

from .tensors import boolean, draw, f64

PLAIN = ("reduceSum", "reduceMean", "reduceMax", "reduceMin", "reduceProd", "reduceLogsumexp")
NAN = float("nan")
INFINITY = float("inf")


def record(recorder) -> None:
    x = draw([2, 3, 2], 31)
    for call in (*PLAIN, "math.reduceVariance", "math.reduceStd"):
        recorder.case(f"{call}: all axes", call, draw([2, 3], 32))
        recorder.case(f"{call}: middle axis", call, x, {"axis": 1})
        recorder.case(f"{call}: two axes, kept", call, x, {"axis": [0, -1], "keepdims": True})
    recorder.case("reduceSum: a scalar", "reduceSum", f64(1.5))
    recorder.case("reduceSum: no axes", "reduceSum", draw([2, 2], 33), {"axis": []})
    recorder.case("reduceMean: negative axis, kept", "reduceMean", x, {"axis": -3, "keepdims": True})
    recorder.case("reduceMax: all axes, kept", "reduceMax", draw([2, 3], 34), {"keepdims": True})
    record_empty(recorder)
    record_norms(recorder)
    record_scans(recorder)
    record_positions(recorder)
    record_logical(recorder)


def record_empty(recorder) -> None:
    nothing = f64([]).reshape([2, 0])
    for call in PLAIN:
        recorder.case(f"{call}: an empty axis", call, nothing, {"axis": 1})
    recorder.case("reduceSum: no rows", "reduceSum", f64([]).reshape([0, 3]), {"axis": 0})
    recorder.case("reduceSum: no rows, columns reduced", "reduceSum", f64([]).reshape([0, 3]), {"axis": 1})
    recorder.case("cumsum: no elements", "cumsum", nothing, {"axis": 1})


def record_norms(recorder) -> None:
    x = draw([2, 3], 35)
    recorder.case("norm: of everything", "norm", x)
    recorder.case("norm: along an axis, kept", "norm", x, {"axis": -1, "keepdims": True})
    recorder.case("norm: order 1", "norm", x, {"ord": 1, "axis": 0})
    recorder.case("norm: order 3", "norm", draw([3], 36), {"ord": 3})
    recorder.case("norm: infinite order", "norm", x, {"ord": INFINITY, "axis": 1})
    recorder.case(
        "norm: Frobenius of each matrix", "norm", draw([2, 2, 3], 37), {"ord": "fro", "axis": [-2, -1]}
    )
    recorder.case("nn.l2Loss", "nn.l2Loss", draw([2, 3], 38))


def record_scans(recorder) -> None:
    x = draw([2, 3, 2], 39)
    modes = {
        "forwards": {},
        "exclusive": {"exclusive": True},
        "reverse": {"reverse": True},
        "exclusive and reverse": {"exclusive": True, "reverse": True},
    }
    for call in ("cumsum", "math.cumprod"):
        for name, options in modes.items():
            recorder.case(f"{call}: {name}", call, x, {"axis": 1, **options})
        recorder.case(f"{call}: negative axis", call, draw([2, 3], 40), {"axis": -1})
    recorder.case("math.cumprod: value with a zero", "math.cumprod", f64([2, 0, 3, 4]), wrt=[])
    recorder.case(
        "math.cumprod: exclusive and reverse value with a zero",
        "math.cumprod",
        f64([2, 3, 0, 4]),
        {"exclusive": True, "reverse": True},
        wrt=[],
    )


def record_positions(recorder) -> None:
    x = f64([[3, 1, 3, 2], [-1, -4, -4, 0]])
    for call in ("argmax", "argmin"):
        for name, axis in (("first axis", 0), ("last axis, the first of equals", -1)):
            recorder.case(f"{call}: {name}", call, x, {"axis": axis}, oracle=int32_position(call, axis))


def int32_position(call: str, axis: int):
    """gradtape's positions are int32, TensorFlow's int64 unless asked."""
    return lambda x: getattr(tf, call)(x, axis=axis, output_type="int32")


def record_logical(recorder) -> None:
    x = boolean([[True, False, True], [True, True, True]])
    recorder.case("reduceAll: last axis", "reduceAll", x, {"axis": -1})
    recorder.case("reduceAny: first axis, kept", "reduceAny", x, {"axis": 0, "keepdims": True})
    recorder.case("reduceAll: nothing", "reduceAll", boolean([]))
    recorder.case("reduceAny: nothing", "reduceAny", boolean([]))
    recorder.case("reduceMax: NaN wins", "reduceMax", f64([1, NAN, 2]), wrt=[])
    recorder.case("reduceMin: NaN wins", "reduceMin", f64([NAN, 1, 2]), wrt=[])
    recorder.case(
        "reduceLogsumexp: infinities",
        "reduceLogsumexp",
        f64([[-INFINITY, 1], [INFINITY, 1], [-INFINITY, -INFINITY]]),
        {"axis": 1},
        wrt=[],
    )
