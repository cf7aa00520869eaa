"""PyTorch: shapes, joining, slicing, padding, diagonals, and elements picked or put by indices."""

import torch

from ..case import squared


def array(values):
    return torch.tensor(values, dtype=torch.float64)


def indices(values):
    return torch.tensor(values)


def mirrored(before, after, repeated: bool):
    """x with rows and columns mirrored at its borders, by index."""

    def pad(x):
        for axis in (0, 1):
            length = x.shape[axis]
            edge = 0 if repeated else 1
            first = list(range(before[axis] - 1 + edge, edge - 1, -1))
            last = list(range(length - 1 - edge, length - 1 - edge - after[axis], -1))
            x = torch.index_select(x, axis, indices([*first, *range(length), *last]))
        return x

    return pad


def pad_with(x, y):
    mask = torch.nn.functional.pad(torch.ones_like(x), (0, 1, 1, 1)) == 0
    return torch.where(mask, y, torch.nn.functional.pad(x, (0, 1, 1, 1)))


def one_hot(x, y):
    hit = torch.arange(3) == indices([[1], [0], [3]])
    return torch.where(hit, x, y)


def split_squares(x):
    first, second = torch.split(x, 2, 1)
    return first * second**2


SHAPES = {
    "broadcastTo": squared(lambda x: torch.broadcast_to(x, (2, 2, 3)) * array([[1], [2]])),
    "expandDims": squared(lambda x: torch.unsqueeze(x, 1) * array([[1, 2, 3], [-1, 1, 2]])),
    "reshape": squared(lambda x: torch.reshape(x, (3, -1)) * array([1, -2])),
    "squeeze": squared(lambda x: torch.squeeze(x, (0, 2))),
    "tile": squared(lambda x: torch.tile(x, (2, 2)) * array([1, 2, 3, 4])),
    "transpose": squared(lambda x: x.T * array([1, 2])),
    "transposeCycle": squared(lambda x: torch.permute(x, (2, 0, 1))),
    "concat": squared(lambda x, y: torch.cat([x, y, x], 1)),
    "concatRows": squared(lambda x, y: torch.cat([x, y], 0)),
    "stack": squared(lambda x, y: torch.stack([x, y])),
    "stackLast": squared(lambda x, y: torch.stack([x, y, x], -1)),
    "unstack": lambda x: torch.mul(*torch.unbind(x)),
    "unstackLast": lambda x: (x[..., 0] + x[..., 1]) * x[..., 2],
    "split": split_squares,
    "splitSizes": lambda x: x[:1] * x[1:] ** 2,
}

SLICES = {
    "at": lambda x: x[0, -1] * x[1],
    "slice": squared(lambda x: x[1:3, 0:2]),
    "stridedSlice": squared(lambda x: x[0:4:2, 0:3:2]),
    "stridedSliceBack": squared(lambda x: torch.flip(x, (0, 1))[0:3:2, 0:2]),
    "overlaps": lambda x: x[0:3] * x[1:4],
    "reverse": lambda x: x * torch.flip(x, (0, 1)),
    "roll": lambda x: x * torch.roll(x, 2, 0),
    "rollBoth": lambda x: x * torch.roll(x, (1, -1), (0, 1)),
    "pad": squared(lambda x: torch.nn.functional.pad(x, (0, 2, 1, 0))),
    "padWith": squared(pad_with),
    "padReflect": squared(mirrored((2, 1), (1, 2), repeated=False)),
    "padSymmetric": squared(mirrored((2, 0), (1, 2), repeated=True)),
}

DIAGONALS = {
    "bandPart": squared(lambda x: torch.triu(torch.tril(x), -1)),
    "diag": squared(torch.diag),
    "diagAbove": squared(lambda x: torch.diag(x, 1)),
    "diagPart": squared(torch.diagonal),
    "setDiag": squared(lambda x, y: torch.diagonal_scatter(x, y)),
    "trace": squared(lambda x: torch.diagonal(x).sum()),
}

INDEXING = {
    "booleanMask": squared(lambda x: x[indices([True, False, True])]),
    "gather": squared(lambda x: x[indices([2, 0, 2])]),
    "gatherColumns": squared(lambda x: x[:, indices([[1, 1], [0, 2]])]),
    "gatherBatch": squared(lambda x: torch.gather(x, 1, indices([[2, 0], [1, 1]]))),
    "gatherNd": squared(lambda x: x[indices([0, 1, 0]), indices([1, 2, 1])]),
    "oneHot": squared(one_hot),
    "scatterNd": squared(lambda x: torch.zeros_like(x[:1]).expand(4).index_add(0, indices([1, 3, 1]), x)),
    "scatterAdd": squared(lambda x, y: torch.index_add(x, 0, indices([0, 2, 0]), y)),
    "scatterUpdate": squared(lambda x, y: torch.index_copy(x, 0, indices([2, 0]), y)),
    "fill": squared(lambda x: x.expand(3) * array([1, 2, 3])),
    "linspace": squared(lambda x, y: x + (y - x) * array([0, 1 / 3, 2 / 3, 1])),
}

PROGRAMS = {**SHAPES, **SLICES, **DIAGONALS, **INDEXING}
