"""JAX: shapes, joining, slicing, padding, diagonals, and elements picked or put by indices."""

import jax
import jax.numpy as jnp

from ..case import squared


def array(values):
    return jnp.array(values, jnp.float64)


def indices(values):
    return jnp.array(values, jnp.int32)


def set_diagonal(x, y):
    positions = jnp.arange(y.shape[0])
    return x.at[positions, positions].set(y)


def one_hot(x, y):
    hit = jax.nn.one_hot(indices([1, 0, 3]), 3, dtype=jnp.float64) > 0
    return jnp.where(hit, x, y)


SHAPES = {
    "broadcastTo": squared(lambda x: jnp.broadcast_to(x, (2, 2, 3)) * array([[1], [2]])),
    "expandDims": squared(lambda x: jnp.expand_dims(x, 1) * array([[1, 2, 3], [-1, 1, 2]])),
    "reshape": squared(lambda x: jnp.reshape(x, (3, -1)) * array([1, -2])),
    "squeeze": squared(lambda x: jnp.squeeze(x, (0, 2))),
    "tile": squared(lambda x: jnp.tile(x, (2, 2)) * array([1, 2, 3, 4])),
    "transpose": squared(lambda x: jnp.transpose(x) * array([1, 2])),
    "transposeCycle": squared(lambda x: jnp.transpose(x, (2, 0, 1))),
    "concat": squared(lambda x, y: jnp.concatenate([x, y, x], 1)),
    "concatRows": squared(lambda x, y: jnp.concatenate([x, y], 0)),
    "stack": squared(lambda x, y: jnp.stack([x, y])),
    "stackLast": squared(lambda x, y: jnp.stack([x, y, x], -1)),
    "unstack": lambda x: x[0] * x[1],
    "unstackLast": lambda x: (x[..., 0] + x[..., 1]) * x[..., 2],
    "split": lambda x: jnp.split(x, 2, 1)[0] * jnp.split(x, 2, 1)[1] ** 2,
    "splitSizes": lambda x: x[:1] * x[1:] ** 2,
}

SLICES = {
    "at": lambda x: x[0, -1] * x[1],
    "slice": squared(lambda x: x[1:3, 0:2]),
    "stridedSlice": squared(lambda x: x[0:4:2, 0:3:2]),
    "stridedSliceBack": squared(lambda x: x[3:0:-2, 2:0:-1]),
    "overlaps": lambda x: x[0:3] * x[1:4],
    "reverse": lambda x: x * jnp.flip(x, (0, 1)),
    "roll": lambda x: x * jnp.roll(x, 2, 0),
    "rollBoth": lambda x: x * jnp.roll(x, (1, -1), (0, 1)),
    "pad": squared(lambda x: jnp.pad(x, ((1, 0), (0, 2)))),
    "padWith": squared(lambda x, y: jnp.pad(x, ((1, 1), (0, 1)), constant_values=y)),
    "padReflect": squared(lambda x: jnp.pad(x, ((2, 1), (1, 2)), mode="reflect")),
    "padSymmetric": squared(lambda x: jnp.pad(x, ((2, 1), (0, 2)), mode="symmetric")),
}

DIAGONALS = {
    "bandPart": squared(lambda x: jnp.triu(jnp.tril(x), -1)),
    "diag": squared(jnp.diag),
    "diagAbove": squared(lambda x: jnp.diag(x, 1)),
    "diagPart": squared(jnp.diagonal),
    "setDiag": squared(set_diagonal),
    "trace": squared(jnp.trace),
}

INDEXING = {
    "booleanMask": squared(lambda x: x[jnp.array([True, False, True])]),
    "gather": squared(lambda x: x[indices([2, 0, 2])]),
    "gatherColumns": squared(lambda x: jnp.take(x, indices([[1, 1], [0, 2]]), axis=1)),
    "gatherBatch": squared(lambda x: jnp.take_along_axis(x, indices([[2, 0], [1, 1]]), axis=1)),
    "gatherNd": squared(lambda x: x[indices([0, 1, 0]), indices([1, 2, 1])]),
    "oneHot": squared(one_hot),
    "scatterNd": squared(lambda x: jnp.zeros(4).at[indices([1, 3, 1])].add(x)),
    "scatterAdd": squared(lambda x, y: x.at[indices([0, 2, 0])].add(y)),
    "scatterUpdate": squared(lambda x, y: x.at[indices([2, 0])].set(y)),
    "fill": squared(lambda x: jnp.full(3, x) * array([1, 2, 3])),
    "linspace": squared(lambda x, y: jnp.linspace(x, y, 4)),
}

PROGRAMS = {**SHAPES, **SLICES, **DIAGONALS, **INDEXING}
