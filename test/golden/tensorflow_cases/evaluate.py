"""Values, gradients and gradients of gradients of a TensorFlow function, as numpy arrays."""

from dataclasses import dataclass, field

import numpy as np
import tensorflow as tf


@dataclass
class Evaluation:
    """Outputs; gradients of Σ cotangent·output; gradients of Σ weight·gradient, both with respect to `wrt`."""

    outputs: list[np.ndarray]
    wrt: list[int] = field(default_factory=list)
    cotangents: list[np.ndarray] = field(default_factory=list)
    gradients: list[np.ndarray] = field(default_factory=list)
    weights: list[np.ndarray] = field(default_factory=list)
    second_gradients: list[np.ndarray] = field(default_factory=list)


def as_list(value) -> list:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def to_numpy(tensors) -> list[np.ndarray]:
    return [np.asarray(tf.convert_to_tensor(tensor)) for tensor in tensors]


def evaluate(function, operands, wrt=(), cotangents=(), weights=()) -> Evaluation:
    tensors = [tf.constant(operand) for operand in operands]
    if not wrt:
        return Evaluation(to_numpy(as_list(function(*tensors))))
    sources = [tensors[k] for k in wrt]
    with tf.GradientTape() as outer:
        outer.watch(sources)
        with tf.GradientTape() as inner:
            inner.watch(sources)
            outputs = as_list(function(*tensors))
        gradients = inner.gradient(
            outputs,
            sources,
            output_gradients=[tf.constant(cotangent) for cotangent in cotangents],
            unconnected_gradients="zero",
        )
        # A gather's gradient is a list of rows until it is converted, which the outer tape has to see.
        gradients = [tf.convert_to_tensor(gradient) for gradient in gradients]
        if weights:
            weighted = tf.add_n([tf.reduce_sum(w * tf.cast(g, w.dtype)) for w, g in zip(weights, gradients)])
    second = outer.gradient(weighted, sources, unconnected_gradients="zero") if weights else []
    return Evaluation(
        to_numpy(outputs), list(wrt), list(cotangents), to_numpy(gradients), list(weights), to_numpy(second)
    )
