"""JAX: softmax, losses, convolutions and pooling."""

import jax.numpy as jnp
from jax import lax, nn

from ..case import squared


def cross_entropy(labels, logits, axis: int = -1):
    return -jnp.sum(labels * nn.log_softmax(logits, axis), axis)


def sigmoid_cross_entropy(labels, logits):
    return nn.softplus(logits) - labels * logits


def sparse_cross_entropy(labels, logits):
    return -nn.log_softmax(logits)[jnp.arange(len(labels)), jnp.array(labels)]


def conv1d(x, w, padding, stride: int = 1, dilation: int = 1):
    return lax.conv_general_dilated(
        x, w, (stride,), padding, rhs_dilation=(dilation,), dimension_numbers=("NWC", "WIO", "NWC")
    )


def conv2d(x, w, padding, strides=(1, 1), dilations=(1, 1)):
    return lax.conv_general_dilated(
        x, w, strides, padding, rhs_dilation=dilations, dimension_numbers=("NHWC", "HWIO", "NHWC")
    )


def windowed(x, combine, start, window, strides, padding: str):
    window, strides = (1, *window, 1), (1, *strides, 1)
    return lax.reduce_window(x, start, combine, window, strides, padding)


def max_pool(x, window, strides, padding: str):
    return windowed(x, lax.max, -jnp.inf, window, strides, padding)


def avg_pool(x, window, strides, padding: str):
    """The mean of what is there: elements that padding adds do not count."""
    sums = windowed(x, lax.add, 0.0, window, strides, padding)
    return sums / windowed(jnp.ones_like(x), lax.add, 0.0, window, strides, padding)


LOSSES = {
    "softmax": nn.softmax,
    "softmaxOfColumns": lambda x: nn.softmax(x, 0),
    "logSoftmax": nn.log_softmax,
    "logSoftmaxOfColumns": lambda x: nn.log_softmax(x, 0),
    "sigmoidCrossEntropy": sigmoid_cross_entropy,
    "softmaxCrossEntropy": cross_entropy,
    "softmaxCrossEntropyOfColumns": lambda z, x: cross_entropy(z, x, 0),
    "sparseCrossEntropy": lambda x: sparse_cross_entropy([2, 0], x),
}

CONVOLUTIONS = {
    "conv1d": lambda x, w: conv1d(x, w, "VALID"),
    "conv1dSame": lambda x, w: conv1d(x, w, "SAME", stride=2),
    "conv1dDilated": lambda x, w: conv1d(x, w, "SAME", dilation=2),
    "conv2d": lambda x, w: conv2d(x, w, "VALID"),
    "conv2dSame": lambda x, w: conv2d(x, w, "SAME"),
    "conv2dStrides": lambda x, w: conv2d(x, w, "SAME", (2, 1)),
    "conv2dDilated": lambda x, w: conv2d(x, w, "VALID", dilations=(2, 1)),
    "conv2dExplicit": lambda x, w: conv2d(x, w, ((1, 0), (0, 2)), (2, 2)),
    "conv2dTwice": lambda x, w: conv2d(jnp.tanh(conv2d(x, w, "SAME")), w, "SAME"),
}

POOLING = {
    "maxPool1d": squared(lambda x: max_pool(x, (2,), (2,), "VALID")),
    "maxPool2d": squared(lambda x: max_pool(x, (2, 2), (2, 2), "VALID")),
    "maxPool2dOverlap": squared(lambda x: max_pool(x, (2, 2), (1, 1), "VALID")),
    "maxPool2dSame": squared(lambda x: max_pool(x, (2, 2), (2, 2), "SAME")),
    "avgPool1d": squared(lambda x: avg_pool(x, (3,), (1,), "VALID")),
    "avgPool2d": squared(lambda x: avg_pool(x, (2, 2), (2, 2), "VALID")),
    "avgPool2dOverlap": squared(lambda x: avg_pool(x, (2, 3), (1, 1), "VALID")),
    "avgPool2dSame": squared(lambda x: avg_pool(x, (2, 2), (2, 2), "SAME")),
}

PROGRAMS = {**LOSSES, **CONVOLUTIONS, **POOLING}
