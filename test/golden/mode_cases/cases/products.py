"""Cases of products summed over axes, of softmax and losses, convolutions and pooling."""

from tensorflow_cases.tensors import draw, f64

from ..case import case

# The shapes of the operands of each program.
SHAPES = {
    "matmul": [[2, 3], [3, 2]],
    "matmulFirstTransposed": [[3, 2], [3, 2]],
    "matmulSecondTransposed": [[2, 3], [2, 3]],
    "matmulThree": [[2, 2], [2, 3], [3, 1]],
    "gram": [[2, 3]],
    "matvec": [[2, 3], [3]],
    "matvecTransposed": [[3, 2], [3]],
    "tensordotOuter": [[2], [3]],
    "tensordot": [[2, 1, 3], [3, 2]],
    "tensordotTwo": [[2, 2, 2], [2, 2, 1]],
    "tensordotNamed": [[2, 3, 1], [2, 2, 3]],
    "einsumProduct": [[2, 3], [3, 2]],
    "einsumDiagonal": [[3, 3]],
    "einsumTrace": [[3, 3]],
    "einsumOuter": [[2], [3]],
    "einsumInner": [[2, 3], [2, 3]],
    "einsumBilinear": [[2, 3], [3, 2], [2, 2]],
    "einsumBatches": [[2, 2, 2], [2, 2]],
    "einsumScores": [[1, 2, 2, 2], [1, 1, 2, 2]],
    "quadraticForm": [[3, 3], [3]],
    "matrixPower": [[2, 2]],
    "softmax": [[2, 3]],
    "softmaxOfColumns": [[3, 2]],
    "logSoftmax": [[2, 3]],
    "logSoftmaxOfColumns": [[3, 2]],
    "sigmoidCrossEntropy": [[2, 2], [2, 2]],
    "softmaxCrossEntropy": [[2, 3], [2, 3]],
    "softmaxCrossEntropyOfColumns": [[3, 2], [3, 2]],
    "sparseCrossEntropy": [[2, 3]],
    "conv1d": [[1, 5, 2], [3, 2, 1]],
    "conv1dSame": [[1, 6, 1], [3, 1, 2]],
    "conv1dDilated": [[1, 6, 1], [3, 1, 1]],
    "conv2d": [[1, 3, 4, 1], [2, 2, 1, 2]],
    "conv2dSame": [[1, 3, 3, 1], [2, 3, 1, 1]],
    "conv2dStrides": [[1, 4, 3, 1], [3, 2, 1, 1]],
    "conv2dDilated": [[1, 4, 3, 1], [2, 2, 1, 1]],
    "conv2dExplicit": [[1, 3, 3, 1], [2, 2, 1, 1]],
    "conv2dTwice": [[1, 3, 3, 1], [2, 2, 1, 1]],
    "maxPool1d": [[1, 6, 1]],
    "maxPool2d": [[1, 4, 4, 1]],
    "maxPool2dOverlap": [[1, 3, 4, 1]],
    "maxPool2dSame": [[1, 3, 3, 1]],
    "avgPool1d": [[1, 5, 2]],
    "avgPool2d": [[1, 4, 4, 1]],
    "avgPool2dOverlap": [[1, 3, 4, 1]],
    "avgPool2dSame": [[1, 3, 3, 1]],
}

CASES = [
    *(
        case(program, *(draw(shape, 401 + k) for k, shape in enumerate(shapes)))
        for program, shapes in SHAPES.items()
    ),
    case("matmul", draw([2, 2, 2], 411), draw([2, 2, 1], 412), at="batches"),
    case("matmul", draw([2, 1, 2, 2], 413), draw([2, 2, 1], 414), at="broadcast batches"),
    case("matmulFirstTransposed", draw([2, 2, 1], 415), draw([2, 2], 416), at="a batch and a matrix"),
    case("matvec", draw([2, 2, 2], 417), draw([2, 2], 418), at="batches"),
    case("softmax", draw([4], 419), at="a vector"),
    case("softmax", f64([[800, 799, -800]]), at="large"),
    case("logSoftmax", f64([[800, 799, -800]]), at="large"),
    case("sigmoidCrossEntropy", f64([0, 1, 0.3]), f64([20, -20, 30]), at="far out"),
    case("sparseCrossEntropy", f64([[100, -100, 3], [50, 0, -2]]), at="large"),
    case("conv2d", draw([2, 3, 2, 2], 420), draw([2, 1, 2, 1], 421), at="images and channels"),
    case("maxPool2d", draw([1, 2, 4, 2], 422), at="channels"),
    case("avgPool2d", draw([2, 2, 2, 2], 423), at="images and channels"),
]
