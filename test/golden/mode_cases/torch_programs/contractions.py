"""PyTorch: products summed over axes."""

import torch

PROGRAMS = {
    "matmul": torch.matmul,
    "matmulFirstTransposed": lambda a, b: a.mT @ b,
    "matmulSecondTransposed": lambda a, b: a @ b.mT,
    "matmulThree": lambda a, b, c: a @ b @ c,
    "gram": lambda a: a.T @ a,
    "matvec": lambda a, b: (a @ b[..., None])[..., 0],
    "matvecTransposed": lambda a, b: (a.mT @ b[..., None])[..., 0],
    "tensordotOuter": lambda a, b: torch.tensordot(a, b, 0),
    "tensordot": lambda a, b: torch.tensordot(a, b, 1),
    "tensordotTwo": lambda a, b: torch.tensordot(a, b, 2),
    "tensordotNamed": lambda a, b: torch.tensordot(a, b, ((1, 0), (2, 0))),
    "einsumProduct": lambda a, b: torch.einsum("ij,jk->ki", a, b),
    "einsumDiagonal": lambda a: torch.einsum("ii->i", a) ** 2,
    "einsumTrace": lambda a: torch.einsum("ii->", a) ** 2,
    "einsumOuter": lambda a, b: torch.einsum("i,j->ij", a, b),
    "einsumInner": lambda a, b: torch.einsum("ij,ij->", a, b),
    "einsumBilinear": lambda a, b, c: torch.einsum("bi,ij,bj->b", a, b, c),
    "einsumBatches": lambda a, b: torch.einsum("...ij,jk->...ik", a, b),
    "einsumScores": lambda a, b: torch.einsum("bqhd,bkhd->bhqk", a, b),
    "quadraticForm": lambda a, x: x @ (a @ x),
    "matrixPower": lambda a: torch.linalg.matrix_power(a, 3),
}
