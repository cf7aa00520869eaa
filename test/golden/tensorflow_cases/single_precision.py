"""float32: the same operations, rounded after every step."""

from .tensors import draw, f32, i32

UNARY = {
    "exp": [-2.5, -0.75, 0.3, 1.9],
    "math.log": [0.01, 0.5, 3.7],
    "math.log1p": [-0.9, 1e-6, 12],
    "math.expm1": [-2.5, 1e-6, 1.9],
    "sin": [-2.5, 0.3, 1.9],
    "cos": [-2.5, 0.3, 1.9],
    "tanh": [-2.5, -0.1, 0.3, 1.9],
    "sqrt": [0.01, 2, 3.7],
    "math.rsqrt": [0.25, 2, 3.7],
    "atan": [-2.5, 0.3, 1.9],
    "asinh": [-2.5, 0.3, 1.9],
    "math.erf": [-1.2, 0.3, 0.9],
    "math.lgamma": [0.3, 1.7, 9.2],
    "sigmoid": [-2.5, 0.3, 1.9],
    "nn.softplus": [-2.5, 0.3, 1.9],
    "nn.elu": [-2.5, 0.3],
    "nn.silu": [-2.5, 0.3],
    "square": [0.1, -3.3],
}


def single(shape, seed: int):
    return f32(draw(shape, seed))


def record(recorder) -> None:
    for call, points in UNARY.items():
        recorder.case(f"{call}: float32", call, f32(points))
    recorder.case("nn.gelu: float32", "nn.gelu", f32([-1.5, 0.3, 2]), {"approximate": True})
    recorder.case("add: float32, rounded", "add", f32([0.1, 16777216]), f32([0.2, 1]), wrt=[])
    recorder.case("divide: float32, broadcast", "divide", single([2, 1], 181), f32([0.5, 1.5, -3]))
    recorder.case("pow: float32", "pow", f32([0.5, 1.5, 3]), f32([2.5, -1, 0.3]))
    recorder.case("atan2: float32", "atan2", f32([1, -2]), f32([-1.5, 0.5]))
    recorder.case("math.floormod: float32", "math.floormod", f32([-7.5, 7.5]), f32([2, -2]), smooth=False)
    recorder.case("reduceSum: float32", "reduceSum", single([3, 4], 182), {"axis": 0})
    recorder.case("reduceMean: float32", "reduceMean", single([3, 4], 183), {"axis": 1, "keepdims": True})
    recorder.case("reduceProd: float32", "reduceProd", single([5], 184))
    recorder.case("math.reduceVariance: float32", "math.reduceVariance", single([5], 185))
    recorder.case("norm: float32", "norm", single([2, 3], 186), {"axis": 1})
    recorder.case("cumsum: float32", "cumsum", single([2, 4], 187), {"axis": 1, "reverse": True})
    recorder.case("matmul: float32", "matmul", single([2, 3], 188), single([3, 2], 189))
    recorder.case("einsum: float32", "einsum", "bij,bjk->bik", single([2, 2, 2], 190), single([2, 2, 2], 191))
    recorder.case("nn.softmax: float32", "nn.softmax", single([2, 3], 192))
    recorder.case("gather: float32", "gather", single([3, 2], 193), i32([2, 2, 0]))
    recorder.case("concat: float32", "concat", [single([2], 194), single([1], 195)], 0)
    recorder.case(
        "nn.sigmoidCrossEntropyWithLogits: float32",
        "nn.sigmoidCrossEntropyWithLogits",
        f32([0, 1, 0.5]),
        f32([90, -1.5, 0]),
    )
    recorder.case(
        "nn.conv2d: float32",
        "nn.conv2d",
        single([1, 4, 4, 1], 196),
        single([2, 2, 1, 2], 197),
        {"strides": 2, "padding": "SAME"},
    )
    recorder.case(
        "nn.maxPool2d: float32",
        "nn.maxPool2d",
        single([1, 4, 4, 1], 198),
        {"ksize": 2, "strides": 2, "padding": "VALID"},
    )
    recorder.case(
        "nn.avgPool2d: float32",
        "nn.avgPool2d",
        single([1, 3, 3, 1], 199),
        {"ksize": 2, "strides": 1, "padding": "SAME"},
    )
