"""Cross-entropies and bias: ordinary and extreme logits."""

from .tensors import draw, f32, f64, i32


def record(recorder) -> None:
    probabilities = f64([[0.2, 0.5, 0.3], [0.1, 0, 0.9]])
    logits = draw([2, 3], 141)
    extreme = f64([[1e4, -1e4, 0], [-800, 750, 749.5]])
    recorder.case(
        "nn.softmaxCrossEntropyWithLogits: labels and logits",
        "nn.softmaxCrossEntropyWithLogits",
        probabilities,
        logits,
        second_order=False,
    )
    recorder.case(
        "nn.softmaxCrossEntropyWithLogits: rows",
        "nn.softmaxCrossEntropyWithLogits",
        probabilities,
        logits,
        wrt=[1],
    )
    recorder.case(
        "nn.softmaxCrossEntropyWithLogits: columns",
        "nn.softmaxCrossEntropyWithLogits",
        f64([[0.2, 1], [0.8, 0]]),
        draw([2, 2], 142),
        {"axis": 0},
        wrt=[1],
    )
    recorder.case(
        "nn.softmaxCrossEntropyWithLogits: extreme logits",
        "nn.softmaxCrossEntropyWithLogits",
        f64([[0, 1, 0], [0.25, 0.25, 0.5]]),
        extreme,
        wrt=[1],
    )
    sparse = "nn.sparseSoftmaxCrossEntropyWithLogits"
    recorder.case(f"{sparse}: rows", sparse, i32([2, 0]), logits)
    recorder.case(f"{sparse}: three axes", sparse, i32([[1, 0], [0, 1]]), draw([2, 2, 2], 143))
    recorder.case(f"{sparse}: extreme logits", sparse, i32([1, 2]), extreme)
    recorder.case(
        "nn.sigmoidCrossEntropyWithLogits: ordinary points",
        "nn.sigmoidCrossEntropyWithLogits",
        f64([[0, 1, 0.3], [0.9, 0.5, 1]]),
        logits,
    )
    recorder.case(
        "nn.sigmoidCrossEntropyWithLogits: extreme and zero logits",
        "nn.sigmoidCrossEntropyWithLogits",
        f64([0, 1, 1, 0.3, 0.25]),
        f64([1e4, -1e4, 800, -800, 0]),
    )
    recorder.case(
        f"{sparse}: float32, extreme logits", sparse, i32([1, 2]), f32([[90, -90, 0], [-3e38, 1, 3e38]])
    )
    recorder.case("nn.biasAdd: matrix", "nn.biasAdd", draw([2, 3], 144), draw([3], 145))
    recorder.case("nn.biasAdd: image", "nn.biasAdd", draw([1, 2, 2, 3], 146), draw([3], 147))
