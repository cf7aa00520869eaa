"""Cases of layers, small networks, formulas, and programs with loops and conditions."""

from tensorflow_cases.tensors import draw, f64

from ..case import BOTH, ONLY_JAX, case

# The shapes of the operands of each program.
SHAPES = {
    "mlp": [[2, 3], [3, 2], [2], [2, 2], [2]],
    "mlpCrossEntropy": [[2, 3], [3, 4], [4], [4, 3], [3]],
    "mlpSoftLabels": [[2, 3], [3, 2], [2], [2, 2]],
    "autoencoder": [[3, 3], [3, 2]],
    "residual": [[2, 2], [2, 3], [3, 2]],
    "highway": [[2, 2], [2, 2], [2, 2]],
    "gatedLinear": [[2, 2], [2, 2], [2, 2]],
    "maxout": [[2, 3], [3, 2], [3, 2]],
    "logisticRegression": [[3, 2], [2], []],
    "ridge": [[3, 2], [2], [3], []],
    "focalLoss": [[2, 3]],
    "contrastive": [[2, 3], [2, 3]],
    "embeddingBag": [[4, 2], [2, 2]],
    "layerNorm": [[2, 3], [3], [3]],
    "batchNorm": [[3, 2], [2], [2]],
    "rmsNorm": [[2, 3], [3]],
    "attention": [[2, 2], [3, 2], [3, 2]],
    "attentionCausal": [[3, 2], [3, 2], [3, 1]],
    "attentionBlock": [[2, 2], [2, 2], [2, 2], [2, 2]],
    "attentionHeads": [[2, 2], [2, 2, 1], [2, 2, 1], [2, 2, 1]],
    "gruStep": [[1, 2], [1, 2], [4, 2], [4, 2], [4, 2]],
    "lstmStep": [[1, 2], [1, 1], [1, 1], [3, 4], [4]],
    "recurrence": [[3, 2], [2], [2, 2], [2, 2]],
    "convnet": [[1, 4, 4, 1], [2, 2, 1, 2], [8, 2]],
    "convnetLoss": [[1, 4, 4, 1], [2, 2, 1, 2], [2], [8, 3]],
    "rosenbrock": [[5]],
    "himmelblau": [[2]],
    "beale": [[2]],
    "ackley": [[3]],
    "rastrigin": [[3]],
    "mixtureLogLikelihood": [[2], [2], [2], [4]],
    "poissonLoss": [[3, 2], [2]],
    "probit": [[4]],
    "divergence": [[4], [4]],
    "survival": [[4]],
    "polar": [[2], [2]],
    "spherical": [[3]],
    "determinant": [[3, 3]],
    "inverse": [[2, 2]],
    "rotation": [[4], [3]],
    "cosineSimilarity": [[2, 3], [2, 3]],
    "gaussianKernel": [[3, 2], [2, 2], []],
    "gravity": [[3, 2], [3]],
    "fourier": [[2]],
    "pendulum": [[2], [2]],
    "heat": [[5], []],
    "continuedFraction": [[3]],
    "ifElse": [[3], [3]],
    "chebyshev": [[2]],
    "bezier": [[4, 2], []],
    "logsumexpChain": [[3]],
    "forwardAlgorithm": [[3, 3], [4, 3]],
    "softmaxChain": [[3]],
    "normChain": [[3]],
    "horner": [[3], [5]],
}

# The ranges of the operands of programs that want them positive, each with a shape.
RANGES = {
    "betaLogDensity": [([2], 0.1, 0.9), ([2], 0.5, 3), ([2], 0.5, 3)],
    "gammaLogDensity": [([3], 0.3, 3), ([3], 0.5, 3), ([], 0.5, 2)],
    "studentLogDensity": [([3], -2, 2), ([], 2, 5)],
    "blackScholes": [([2], 0.8, 1.3), ([2], 0.8, 1.3), ([], 0.5, 2), ([], 0.2, 0.5)],
    "geometricMean": [([4], 0.3, 3)],
    "harmonicMean": [([4], 0.3, 3)],
    "smoothMaximum": [([4], -2, 2), ([], 0.5, 3)],
    "planck": [([3], 0.5, 3), ([], 0.5, 2)],
    "vandermonde": [([3], 0.3, 2), ([4], -2, 2)],
    "kepler": [([3], 0.3, 3), ([], 0.1, 0.6)],
    "lotkaVolterra": [([2], 0.5, 2), ([4], 0.5, 2)],
    "logisticMap": [([2], 2, 3.5), ([2], 0.2, 0.8)],
    "newtonRoot": [([3], 0.5, 3)],
    "arithmeticGeometricMean": [([2], 0.5, 3), ([2], 0.5, 3)],
    "powerIteration": [([3, 3], 0.2, 2)],
    "whileLoop": [([2], 1.1, 2)],
}

WITH_TRIGAMMA = ("betaLogDensity", "gammaLogDensity", "studentLogDensity")

CASES = [
    *(
        case(program, *(draw(shape, 501 + k) for k, shape in enumerate(shapes)))
        for program, shapes in SHAPES.items()
    ),
    *(
        case(
            program,
            *(draw(shape, 521 + k, low, high) for k, (shape, low, high) in enumerate(ranges)),
            libraries=ONLY_JAX if program in WITH_TRIGAMMA else BOTH,
        )
        for program, ranges in RANGES.items()
    ),
    case("huber", f64([-2.5, -0.6, 0.3, 1.7])),
    case("softThreshold", f64([-2, -0.3, 0.4, 1.5]), f64(0.75)),
    case("entropySafe", f64([-1, 0.5, 2])),
    case("rootSafe", f64([-1, 0.25, 4])),
    case("ifElse", f64([-1, 0.5]), f64([2, 1]), at="the other branch"),
    case("whileLoop", f64([3, 2.5]), at="fewer rounds"),
    case("rosenbrock", f64([1, 1, 1, 1, 1]), at="its minimum"),
    case("smoothMaximum", f64([3, 3, 1]), f64(20), at="a tie, sharp"),
    case("horner", f64([0, 0.5, -2]), f64([1, -3, 0, 2]), at="a root of a derivative"),
]
