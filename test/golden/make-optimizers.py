"""Writes optimizers.json: what Keras's optimizers make of given variables and gradients, step by step.

Run with TensorFlow 2.21 and Keras 3, in this folder: python make-optimizers.py

Every case applies the same ten gradients to the same two variables and stores the variables after each step. For
float64, Keras's own numbers (learning rate and step count) are float64 too. The seed is fixed.

The file holds the variables' first values and the gradients once, and for each case the optimizer, its options with
our names, the dtype, and `after[step][variable]`.
"""

import json
import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import keras
import numpy
import tensorflow

STEPS = 10
SHAPES = [[3], [2, 2]]

VARIANTS = [
    ("SGD", "defaults", {}),
    ("SGD", "learning rate", {"learning_rate": 0.25}),
    ("SGD", "momentum", {"learning_rate": 0.1, "momentum": 0.9}),
    ("SGD", "Nesterov momentum", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
    ("Adam", "defaults", {}),
    ("Adam", "all options", {"learning_rate": 0.05, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}),
    ("AdamW", "defaults", {}),
    (
        "AdamW",
        "all options",
        {"learning_rate": 0.05, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3, "weight_decay": 0.1},
    ),
    ("RMSprop", "defaults", {}),
    ("RMSprop", "rho and epsilon", {"learning_rate": 0.02, "rho": 0.7, "epsilon": 1e-3}),
    ("RMSprop", "momentum", {"learning_rate": 0.02, "momentum": 0.5}),
    ("RMSprop", "centered", {"learning_rate": 0.02, "centered": True}),
    ("RMSprop", "centered with momentum", {"learning_rate": 0.02, "momentum": 0.5, "centered": True}),
]

OUR_NAMES = {
    "learning_rate": "learningRate",
    "beta_1": "beta1",
    "beta_2": "beta2",
    "weight_decay": "weightDecay",
}


def tensor(values):
    """Values that float32 holds exactly, so that both dtypes start from the same numbers."""
    return numpy.float32(values).astype(numpy.float64)


def build(kind, options, dtype):
    """The optimizer, whose numbers are all of the dtype."""
    keras.config.set_floatx(dtype)
    optimizer = getattr(keras.optimizers, kind)
    if dtype == "float32":
        return optimizer(**options)
    # Keras rounds Python's numbers to float32 on their way to a float64 variable, but keeps NumPy's as they are.
    settings = {**optimizer().get_config(), **options}
    return optimizer(
        **{
            name: numpy.float64(value) if isinstance(value, float) else value
            for name, value in settings.items()
            if value is not None
        }
    )


def steps_of(kind, options, dtype, initial, gradients):
    """The variables after each step."""
    optimizer = build(kind, options, dtype)
    variables = [tensorflow.Variable(values.astype(dtype)) for values in initial]
    after = []
    for step in gradients:
        optimizer.apply_gradients(
            [(tensorflow.constant(g.astype(dtype)), v) for g, v in zip(step, variables)]
        )
        after.append([v.numpy().reshape(-1).tolist() for v in variables])
    return after


def main():
    draw = numpy.random.default_rng(20240229)
    initial = [tensor(draw.uniform(-2, 2, shape)) for shape in SHAPES]
    gradients = [[tensor(draw.normal(size=shape)) for shape in SHAPES] for _ in range(STEPS)]
    # A gradient of exactly zero, in the first step too, and one that is tiny beside epsilon.
    gradients[0][0][1] = 0.0
    gradients[4][1][:] = 0.0
    gradients[7][0][2] = tensor(1e-9)
    cases = [
        {
            "name": f"{kind}, {title}, {dtype}",
            "optimizer": kind,
            "options": {OUR_NAMES.get(name, name): value for name, value in options.items()},
            "dtype": dtype,
            "after": steps_of(kind, options, dtype, initial, gradients),
        }
        for kind, title, options in VARIANTS
        for dtype in ("float32", "float64")
    ]
    golden = {
        "source": f"TensorFlow {tensorflow.__version__}, Keras {keras.__version__}",
        "shapes": SHAPES,
        "initial": [values.reshape(-1).tolist() for values in initial],
        "gradients": [[g.reshape(-1).tolist() for g in step] for step in gradients],
        "cases": cases,
    }
    Path(__file__).with_name("optimizers.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
