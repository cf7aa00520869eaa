"""Cases at kinks, ties and zeros where the libraries share TensorFlow's conventions."""

from tensorflow_cases.tensors import f64

from ..case import ONLY_PYTORCH, case

TIES = f64([[2, 5, 5], [1, 1, 1]])

CASES = [
    case("abs", f64([0, -1, 2]), at="0", smooth=False, libraries=ONLY_PYTORCH),
    case("relu", f64([0, -1, 2]), at="0", smooth=False),
    case("sign", f64([0, -1, 2]), at="0", smooth=False),
    case("floorSteps", f64([-1, 0, 2]), at="whole numbers", smooth=False),
    case("ceilSteps", f64([-1, 0, 2]), at="whole numbers", smooth=False),
    case("roundSteps", f64([-2.5, -0.5, 0.5, 1.5]), at="halves", smooth=False),
    case("huber", f64([-1, 0, 1]), at="its joints", smooth=False),
    case("softplus", f64([0, 1e-3]), at="0"),
    case("silu", f64([0, 1e-3]), at="0"),
    case("square", f64([0, -0.5]), at="0"),
    case("powSquare", f64([0, -1]), at="0"),
    case("powCube", f64([0, -1]), at="0"),
    case("powOfTwo", f64([0, -1]), at="0"),
    case("atan2", f64([0, 1, 0, -1]), f64([1, 0, -1.5, 0]), at="the axes", smooth=False),
    case("divideNoNan", f64([1, 0, 3]), f64([0, 0, 2]), at="0", smooth=False),
    case("multiplyNoNan", f64([1, 0, 3]), f64([0, 2, 2]), at="0", smooth=False),
    case("multiply", f64([0, 0, 2]), f64([0, 3, 0]), at="zeros"),
    case("multiplyThree", f64([[0], [2]]), f64([0, 3]), f64(0), at="zeros"),
    case("maximum", f64([1, 2, -3]), f64([-1, 2.5, 3]), at="no ties"),
    case("reduceMax", TIES, at="ties", smooth=False),
    case("reduceMin", TIES, at="ties", smooth=False),
    case("reduceMaxOfRows", TIES, at="ties", smooth=False),
    case("reduceMinOfColumns", f64([[1, 2], [1, 0], [3, 0]]), at="ties", smooth=False),
    case("maxPool2d", f64([[1, 1, 0, 2], [1, 1, 2, 2]]).reshape(1, 2, 4, 1), at="ties", smooth=False),
    case("normOne", f64([[3, 0, -4]]), at="a zero", smooth=False, libraries=ONLY_PYTORCH),
    case("norm", f64([3, 0, -4]), at="a zero"),
    case("normThree", f64([[3], [0], [-4]]), at="a zero"),
    case("reduceVariance", f64([2, 2, 2]), at="equal numbers"),
    case("clipBetween", f64([-2, 0, 2]), f64(-1), f64(1), at="outside and inside"),
    case("entropySafe", f64([0, -1, 2]), at="0", smooth=False),
    case("rootSafe", f64([0, -1, 4]), at="0", smooth=False),
    case("relu6", f64([0, 6]), at="its kinks", smooth=False),
    case("leakyRelu", f64([0, 1]), at="0", smooth=False, libraries=ONLY_PYTORCH),
    case("floormod", f64([4, -4, 0]), f64([2, -3, 1.5]), at="multiples", smooth=False),
    case("softmax", f64([[1, 1, 1]]), at="equal numbers"),
    case("reduceLogsumexp", f64([2, 2, 2]), at="equal numbers"),
    case("inverse", f64([[0, 1], [-1, 0]]), at="a rotation"),
    case("determinant", f64([[1, 2, 3], [2, 4, 6], [0, 1, 0]]), at="a singular matrix"),
    case("gather", f64([[0, 0], [1, -1], [0, 2]]), at="zeros"),
]
