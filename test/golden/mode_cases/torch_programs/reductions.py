"""PyTorch: reductions along axes, norms, and running sums and products."""

import math

import torch
from torch.linalg import matrix_norm, vector_norm

from ..case import squared

ROWS = {"dim": 1}
COLUMNS = {"dim": 0}
KEPT = {"dim": 1, "keepdim": True}
OUTER = {"dim": (0, 2)}


def variance(x, **options):
    return torch.var(x, correction=0, **options)


def deviation(x, **options):
    return torch.std(x, correction=0, **options)


def exclusive(scan, x, neutral: float):
    """A scan along the first axis without each element's own value."""
    shifted = torch.cat([torch.full_like(x[:1], neutral), x[:-1]])
    return scan(shifted, dim=0)


def backwards(scan, x, axis: int):
    return torch.flip(scan(torch.flip(x, (axis,)), dim=axis), (axis,))


def exclusive_backwards(scan, x, axis: int, neutral: float):
    moved = torch.flip(torch.movedim(x, axis, 0), (0,))
    return torch.movedim(torch.flip(exclusive(scan, moved, neutral), (0,)), 0, axis)


def normalised(x):
    mean = torch.mean(x, dim=0, keepdim=True)
    return (x - mean) / (variance(x, dim=0, keepdim=True) + 0.1)


REDUCING = {
    "reduceEuclideanNorm": lambda x: vector_norm(x, **ROWS),
    "reduceLogsumexp": lambda x: torch.logsumexp(x.reshape(-1), 0),
    "reduceLogsumexpOfColumns": lambda x: torch.logsumexp(x, **COLUMNS),
    "reduceLogsumexpKept": lambda x: torch.logsumexp(x, **KEPT),
    "reduceLogsumexpOuter": lambda x: torch.logsumexp(x, **OUTER),
    "reduceMax": torch.amax,
    "reduceMaxOfRows": squared(lambda x: torch.amax(x, **ROWS)),
    "reduceMaxByIndex": lambda x: torch.max(x, **ROWS).values,
    "reduceMaxKept": lambda x: x * torch.amax(x, **KEPT),
    "reduceMaxOuter": squared(lambda x: torch.amax(x, **OUTER)),
    "reduceMean": squared(torch.mean),
    "reduceMeanOfColumns": squared(lambda x: torch.mean(x, **COLUMNS)),
    "reduceMeanOuter": squared(lambda x: torch.mean(x, **OUTER)),
    "reduceMin": torch.amin,
    "reduceMinOfColumns": squared(lambda x: torch.amin(x, **COLUMNS)),
    "reduceProd": torch.prod,
    "reduceProdOfRows": lambda x: torch.prod(x, **ROWS),
    "reduceProdKept": lambda x: torch.prod(x, **KEPT),
    "reduceProdOuter": lambda x: torch.prod(torch.prod(x, 2), 0),
    "reduceStd": deviation,
    "reduceStdOfRows": lambda x: deviation(x, **ROWS),
    "reduceSum": squared(torch.sum),
    "reduceSumOfRows": squared(lambda x: torch.sum(x, **ROWS)),
    "reduceSumKept": lambda x: x * torch.sum(x, **KEPT),
    "reduceSumOuter": squared(lambda x: torch.sum(x, **OUTER)),
    "reduceVariance": variance,
    "reduceVarianceOfColumns": lambda x: variance(x, **COLUMNS),
    "moments": normalised,
}

NORMS = {
    "l2Loss": lambda x: torch.sum(x**2) / 2,
    "norm": vector_norm,
    "normOfRows": lambda x: vector_norm(x, **ROWS),
    "normKept": lambda x: x / vector_norm(x, **KEPT),
    "normOne": squared(lambda x: vector_norm(x, ord=1, dim=-1)),
    "normThree": lambda x: vector_norm(x, ord=3, dim=0),
    "normOfPower": lambda x: vector_norm(x, ord=2.5),
    "normInfinity": squared(lambda x: vector_norm(x, ord=math.inf, dim=1)),
    "normFrobenius": lambda x: matrix_norm(x, ord="fro"),
    "normMatrixOne": squared(lambda x: matrix_norm(x, ord=1)),
    "normMatrixInfinity": squared(lambda x: matrix_norm(x, ord=math.inf)),
}

SCANS = {
    "cumsum": squared(lambda x: torch.cumsum(x, dim=0)),
    "cumsumOfRows": squared(lambda x: torch.cumsum(x, dim=1)),
    "cumsumExclusive": squared(lambda x: exclusive(torch.cumsum, x, 0)),
    "cumsumReverse": squared(lambda x: backwards(torch.cumsum, x, -1)),
    "cumsumMiddle": squared(lambda x: exclusive_backwards(torch.cumsum, x, 1, 0)),
    "cumprod": lambda x: torch.cumprod(x, dim=0),
    "cumprodOfRows": lambda x: torch.cumprod(x, dim=1),
    "cumprodExclusive": lambda x: exclusive(torch.cumprod, x, 1),
    "cumprodReverse": lambda x: backwards(torch.cumprod, x, -1),
    "cumprodBoth": lambda x: exclusive_backwards(torch.cumprod, x, 0, 1),
}

PROGRAMS = {**REDUCING, **NORMS, **SCANS}
