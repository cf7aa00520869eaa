"""Tensors made from numbers: fill, eye, range, linspace and their dtypes."""

import tensorflow as tf


def record(recorder) -> None:
    recorder.case("zeros: default dtype", "zeros", [2, 2])
    recorder.case("ones: int32", "ones", [3], {"dtype": "int32"})
    recorder.case("zeros: bool", "zeros", [2], {"dtype": "bool"})
    recorder.case("fill: a fraction", "fill", [2, 3], 2.5)
    recorder.case("eye: square", "eye", 3)
    recorder.case("eye: wide, in batches", "eye", 2, {"numColumns": 3, "batchShape": [2], "dtype": "float64"})
    recorder.case("range: integers up to", "range", 5)
    recorder.case("range: downwards", "range", 5, -2, -3)
    recorder.case("range: fractions", "range", 0, 1, 0.25, oracle=lambda: tf.range(0.0, 1.0, 0.25))
    recorder.case(
        "range: float64",
        "range",
        0,
        1,
        0.3,
        {"dtype": "float64"},
        oracle=lambda: tf.range(0, 1, 0.3, tf.float64),
    )
    recorder.case("range: empty", "range", 3, 3)
    recorder.case("linspace: both ends", "linspace", -1, 2, 7, oracle=lambda: tf.linspace(-1.0, 2.0, 7))
    recorder.case("linspace: one number", "linspace", 3, 9, 1, oracle=lambda: tf.linspace(3.0, 9.0, 1))
