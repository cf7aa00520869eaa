"""Convolutions and pooling in NWC and NHWC: both paddings, strides, dilations, ties."""

import tensorflow as tf

from .tensors import draw, f64

DILATED = "by tf.nn.convolution, since tf.nn.conv2d has no gradient of a dilated convolution on a CPU"
SPREAD = "by TensorFlow's conv2d with zeros between the rows and columns of the filter"


def record(recorder) -> None:
    record_conv2d(recorder)
    record_conv1d(recorder)
    record_max_pool(recorder)
    record_average_pool(recorder)


def by_convolution(padding: str, dilations):
    return lambda x, w: tf.nn.convolution(x, w, padding=padding, dilations=dilations)


def with_spread_filter(padding: str, strides, dilations):
    """conv2d with a filter that holds the zeros a dilation means, which has the same value and derivatives."""

    def convolve(x, w):
        for axis, dilation in enumerate(dilations):
            size = w.shape[axis]
            rows = [[dilation * k] for k in range(size)]
            moved = tf.experimental.numpy.moveaxis(w, axis, 0)
            spread = tf.scatter_nd(rows, moved, [dilation * (size - 1) + 1, *moved.shape[1:]])
            w = tf.experimental.numpy.moveaxis(spread, 0, axis)
        return tf.nn.conv2d(x, w, strides, padding)

    return convolve


def record_conv2d(recorder) -> None:
    x, w = draw([1, 4, 5, 2], 151), draw([2, 3, 2, 2], 152)
    valid, same = {"padding": "VALID"}, {"padding": "SAME"}
    recorder.case("nn.conv2d: valid", "nn.conv2d", x, w, {"strides": 1, **valid})
    recorder.case("nn.conv2d: same", "nn.conv2d", x, w, {"strides": 1, **same})
    recorder.case("nn.conv2d: same, stride 2", "nn.conv2d", x, w, {"strides": 2, **same})
    recorder.case("nn.conv2d: valid, strides 2 and 1", "nn.conv2d", x, w, {"strides": [2, 1], **valid})
    recorder.case(
        "nn.conv2d: same, stride 3",
        "nn.conv2d",
        draw([2, 5, 4, 1], 153),
        draw([2, 2, 1, 2], 154),
        {"strides": 3, **same},
    )
    recorder.case(
        "nn.conv2d: one by one",
        "nn.conv2d",
        draw([2, 2, 2, 3], 155),
        draw([1, 1, 3, 2], 156),
        {"strides": 1, **valid},
    )
    recorder.case(
        "nn.conv2d: dilated, valid",
        "nn.conv2d",
        draw([1, 5, 5, 1], 157),
        draw([2, 2, 1, 2], 158),
        {"strides": 1, "padding": "VALID", "dilations": 2},
        oracle=by_convolution("VALID", 2),
        note=DILATED,
    )
    recorder.case(
        "nn.conv2d: dilations 1 and 3, same",
        "nn.conv2d",
        draw([1, 3, 6, 1], 159),
        draw([3, 2, 1, 1], 160),
        {"strides": 1, "padding": "SAME", "dilations": [1, 3]},
        oracle=by_convolution("SAME", [1, 3]),
        note=DILATED,
    )
    recorder.case(
        "nn.conv2d: strides and dilations together",
        "nn.conv2d",
        draw([1, 6, 5, 1], 161),
        draw([2, 3, 1, 2], 162),
        {"strides": [2, 1], "padding": "SAME", "dilations": [2, 2]},
        oracle=with_spread_filter("SAME", [2, 1], [2, 2]),
        note=SPREAD,
    )


def record_conv1d(recorder) -> None:
    x, w = draw([2, 6, 2], 163), draw([3, 2, 2], 164)
    for name, stride, padding in (
        ("valid", 1, "VALID"),
        ("same", 1, "SAME"),
        ("same, stride 2", 2, "SAME"),
        ("valid, stride 2", 2, "VALID"),
    ):
        recorder.case(
            f"nn.conv1d: {name}",
            "nn.conv1d",
            x,
            w,
            {"strides": stride, "padding": padding},
            oracle=lambda x, w, stride=stride, padding=padding: tf.nn.conv1d(x, w, stride, padding),
        )
    for padding in ("VALID", "SAME"):
        recorder.case(
            f"nn.conv1d: dilated, {padding.lower()}",
            "nn.conv1d",
            x,
            w,
            {"strides": 1, "padding": padding, "dilations": 2},
            oracle=by_convolution(padding, 2),
            note=DILATED,
        )


def record_max_pool(recorder) -> None:
    call = "nn.maxPool2d"
    negative = draw([1, 3, 4, 2], 165, -5, -1)
    recorder.case(
        f"{call}: valid", call, draw([1, 4, 4, 2], 166), {"ksize": 2, "strides": 2, "padding": "VALID"}
    )
    recorder.case(
        f"{call}: overlapping windows",
        call,
        draw([1, 4, 5, 1], 167),
        {"ksize": 3, "strides": 1, "padding": "VALID"},
    )
    recorder.case(
        f"{call}: same, negative elements", call, negative, {"ksize": 2, "strides": 1, "padding": "SAME"}
    )
    recorder.case(
        f"{call}: same, stride 2",
        call,
        draw([2, 3, 5, 1], 168),
        {"ksize": 3, "strides": 2, "padding": "SAME"},
    )
    recorder.case(
        f"{call}: window 2 by 1",
        call,
        draw([1, 4, 3, 1], 169),
        {"ksize": [2, 1], "strides": [2, 1], "padding": "VALID"},
    )
    ties = f64([[1, 1, 0, 2], [1, 1, 2, 2]]).reshape([1, 2, 4, 1])
    recorder.case(
        f"{call}: the first of equals",
        call,
        ties,
        {"ksize": 2, "strides": 2, "padding": "VALID"},
        smooth=False,
    )


def record_average_pool(recorder) -> None:
    call = "nn.avgPool2d"
    recorder.case(
        f"{call}: valid", call, draw([1, 4, 4, 2], 170), {"ksize": 2, "strides": 2, "padding": "VALID"}
    )
    recorder.case(
        f"{call}: overlapping windows",
        call,
        draw([1, 4, 4, 1], 171),
        {"ksize": [3, 2], "strides": 1, "padding": "VALID"},
    )
    recorder.case(
        f"{call}: same divides by what is inside",
        call,
        draw([1, 3, 3, 2], 172),
        {"ksize": 2, "strides": 1, "padding": "SAME"},
    )
    recorder.case(
        f"{call}: same, stride 2",
        call,
        draw([2, 3, 5, 1], 173),
        {"ksize": 3, "strides": 2, "padding": "SAME"},
    )
