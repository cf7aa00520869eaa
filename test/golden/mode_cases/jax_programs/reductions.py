"""JAX: reductions along axes, norms, and running sums and products."""

import jax.numpy as jnp
from jax.scipy.special import logsumexp

from ..case import squared

ROWS = {"axis": 1}
COLUMNS = {"axis": 0}
KEPT = {"axis": 1, "keepdims": True}
OUTER = {"axis": (0, 2)}


def exclusive(scan, x, neutral: float):
    """A scan along the first axis without each element's own value."""
    shifted = jnp.concatenate([jnp.full_like(x[:1], neutral), x[:-1]])
    return scan(shifted, axis=0)


def backwards(scan, x, axis: int):
    return jnp.flip(scan(jnp.flip(x, axis), axis=axis), axis)


def exclusive_backwards(scan, x, axis: int, neutral: float):
    moved = jnp.flip(jnp.moveaxis(x, axis, 0), 0)
    return jnp.moveaxis(jnp.flip(exclusive(scan, moved, neutral), 0), 0, axis)


def normalised(x):
    mean = jnp.mean(x, axis=0, keepdims=True)
    return (x - mean) / (jnp.var(x, axis=0, keepdims=True) + 0.1)


REDUCING = {
    "reduceEuclideanNorm": lambda x: jnp.linalg.norm(x, **ROWS),
    "reduceLogsumexp": logsumexp,
    "reduceLogsumexpOfColumns": lambda x: logsumexp(x, **COLUMNS),
    "reduceLogsumexpKept": lambda x: logsumexp(x, **KEPT),
    "reduceLogsumexpOuter": lambda x: logsumexp(x, **OUTER),
    "reduceMax": jnp.max,
    "reduceMaxOfRows": squared(lambda x: jnp.max(x, **ROWS)),
    "reduceMaxByIndex": lambda x: jnp.max(x, **ROWS),
    "reduceMaxKept": lambda x: x * jnp.max(x, **KEPT),
    "reduceMaxOuter": squared(lambda x: jnp.max(x, **OUTER)),
    "reduceMean": squared(jnp.mean),
    "reduceMeanOfColumns": squared(lambda x: jnp.mean(x, **COLUMNS)),
    "reduceMeanOuter": squared(lambda x: jnp.mean(x, **OUTER)),
    "reduceMin": jnp.min,
    "reduceMinOfColumns": squared(lambda x: jnp.min(x, **COLUMNS)),
    "reduceProd": jnp.prod,
    "reduceProdOfRows": lambda x: jnp.prod(x, **ROWS),
    "reduceProdKept": lambda x: jnp.prod(x, **KEPT),
    "reduceProdOuter": lambda x: jnp.prod(x, **OUTER),
    "reduceStd": jnp.std,
    "reduceStdOfRows": lambda x: jnp.std(x, **ROWS),
    "reduceSum": squared(jnp.sum),
    "reduceSumOfRows": squared(lambda x: jnp.sum(x, **ROWS)),
    "reduceSumKept": lambda x: x * jnp.sum(x, **KEPT),
    "reduceSumOuter": squared(lambda x: jnp.sum(x, **OUTER)),
    "reduceVariance": jnp.var,
    "reduceVarianceOfColumns": lambda x: jnp.var(x, **COLUMNS),
    "moments": normalised,
}

NORMS = {
    "l2Loss": lambda x: jnp.sum(x**2) / 2,
    "norm": lambda x: jnp.linalg.norm(x.reshape(-1)),
    "normOfRows": lambda x: jnp.linalg.norm(x, **ROWS),
    "normKept": lambda x: x / jnp.linalg.norm(x, **KEPT),
    "normOne": squared(lambda x: jnp.linalg.norm(x, ord=1, axis=-1)),
    "normThree": lambda x: jnp.linalg.norm(x, ord=3, axis=0),
    "normOfPower": lambda x: jnp.linalg.norm(x, ord=2.5),
    "normInfinity": squared(lambda x: jnp.linalg.norm(x, ord=jnp.inf, axis=1)),
    "normFrobenius": lambda x: jnp.linalg.norm(x, ord="fro", axis=(-2, -1)),
    "normMatrixOne": squared(lambda x: jnp.linalg.norm(x, ord=1, axis=(-2, -1))),
    "normMatrixInfinity": squared(lambda x: jnp.linalg.norm(x, ord=jnp.inf, axis=(-2, -1))),
}

SCANS = {
    "cumsum": squared(lambda x: jnp.cumsum(x, axis=0)),
    "cumsumOfRows": squared(lambda x: jnp.cumsum(x, axis=1)),
    "cumsumExclusive": squared(lambda x: exclusive(jnp.cumsum, x, 0)),
    "cumsumReverse": squared(lambda x: backwards(jnp.cumsum, x, -1)),
    "cumsumMiddle": squared(lambda x: exclusive_backwards(jnp.cumsum, x, 1, 0)),
    "cumprod": lambda x: jnp.cumprod(x, axis=0),
    "cumprodOfRows": lambda x: jnp.cumprod(x, axis=1),
    "cumprodExclusive": lambda x: exclusive(jnp.cumprod, x, 1),
    "cumprodReverse": lambda x: backwards(jnp.cumprod, x, -1),
    "cumprodBoth": lambda x: exclusive_backwards(jnp.cumprod, x, 0, 1),
}

PROGRAMS = {**REDUCING, **NORMS, **SCANS}
