"""PyTorch: softmax, losses, convolutions and pooling, with images turned to channels first and back."""

import torch
from torch.nn import functional as nn

from ..case import squared


def sigmoid_cross_entropy(labels, logits):
    return nn.binary_cross_entropy_with_logits(logits, labels, reduction="none")


def cross_entropy(labels, logits, axis: int = -1):
    return -torch.sum(labels * nn.log_softmax(logits, axis), axis)


def sparse_cross_entropy(labels, logits):
    return nn.cross_entropy(logits, torch.tensor(labels), reduction="none")


def same_padding(length: int, window: int, stride: int, dilation: int = 1):
    """Padding before and after, with which there are as many windows as steps."""
    span = (window - 1) * dilation + 1
    total = max(0, (-(-length // stride) - 1) * stride + span - length)
    return total // 2, total - total // 2


def padded(x, pads, value: float = 0.0):
    """Images with channels first, padded before and after each axis of space."""
    return nn.pad(x, [count for pair in reversed(pads) for count in pair], value=value)


def conv(x, w, padding="VALID", strides=(1, 1), dilations=(1, 1)):
    space = len(w.shape) - 2
    strides, dilations = strides[:space], dilations[:space]
    x, w = torch.movedim(x, -1, 1).contiguous(), torch.movedim(w, (-1, -2), (0, 1)).contiguous()
    if padding == "SAME":
        padding = [same_padding(*numbers) for numbers in zip(x.shape[2:], w.shape[2:], strides, dilations)]
    if padding != "VALID":
        x = padded(x, padding)
    convolve = nn.conv1d if space == 1 else nn.conv2d
    return torch.movedim(convolve(x, w, stride=strides, dilation=dilations), 1, -1)


def max_pool(x, window, strides, padding: str = "VALID"):
    x = torch.movedim(x, -1, 1)
    if padding == "SAME":
        pads = [same_padding(*numbers) for numbers in zip(x.shape[2:], window, strides)]
        x = padded(x, pads, float("-inf"))
    pool = nn.max_pool1d if len(window) == 1 else nn.max_pool2d
    return torch.movedim(pool(x, window, strides), 1, -1)


def avg_pool(x, window, strides, padding: str = "VALID"):
    """The mean of what is there: elements that padding adds do not count."""
    x, present = (torch.movedim(y, -1, 1) for y in (x, torch.ones_like(x)))
    if padding == "SAME":
        pads = [same_padding(*numbers) for numbers in zip(x.shape[2:], window, strides)]
        x, present = padded(x, pads), padded(present, pads)
    pool = nn.avg_pool1d if len(window) == 1 else nn.avg_pool2d
    return torch.movedim(pool(x, window, strides) / pool(present, window, strides), 1, -1)


LOSSES = {
    "softmax": lambda x: nn.softmax(x, -1),
    "softmaxOfColumns": lambda x: nn.softmax(x, 0),
    "logSoftmax": lambda x: nn.log_softmax(x, -1),
    "logSoftmaxOfColumns": lambda x: nn.log_softmax(x, 0),
    "sigmoidCrossEntropy": sigmoid_cross_entropy,
    "softmaxCrossEntropy": cross_entropy,
    "softmaxCrossEntropyOfColumns": lambda z, x: cross_entropy(z, x, 0),
    "sparseCrossEntropy": lambda x: sparse_cross_entropy([2, 0], x),
}

CONVOLUTIONS = {
    "conv1d": conv,
    "conv1dSame": lambda x, w: conv(x, w, "SAME", (2,)),
    "conv1dDilated": lambda x, w: conv(x, w, "SAME", dilations=(2,)),
    "conv2d": conv,
    "conv2dSame": lambda x, w: conv(x, w, "SAME"),
    "conv2dStrides": lambda x, w: conv(x, w, "SAME", (2, 1)),
    "conv2dDilated": lambda x, w: conv(x, w, dilations=(2, 1)),
    "conv2dExplicit": lambda x, w: conv(x, w, [(1, 0), (0, 2)], (2, 2)),
    "conv2dTwice": lambda x, w: conv(torch.tanh(conv(x, w, "SAME")), w, "SAME"),
}

POOLING = {
    "maxPool1d": squared(lambda x: max_pool(x, (2,), (2,))),
    "maxPool2d": squared(lambda x: max_pool(x, (2, 2), (2, 2))),
    "maxPool2dOverlap": squared(lambda x: max_pool(x, (2, 2), (1, 1))),
    "maxPool2dSame": squared(lambda x: max_pool(x, (2, 2), (2, 2), "SAME")),
    "avgPool1d": squared(lambda x: avg_pool(x, (3,), (1,))),
    "avgPool2d": squared(lambda x: avg_pool(x, (2, 2), (2, 2))),
    "avgPool2dOverlap": squared(lambda x: avg_pool(x, (2, 3), (1, 1))),
    "avgPool2dSame": squared(lambda x: avg_pool(x, (2, 2), (2, 2), "SAME")),
}

PROGRAMS = {**LOSSES, **CONVOLUTIONS, **POOLING}
