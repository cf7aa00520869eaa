"""Cases of reductions, norms, and running sums and products."""

from tensorflow_cases.tensors import draw, f64

from ..case import case

OUTER = "reduceLogsumexpOuter reduceMaxOuter reduceMeanOuter reduceProdOuter reduceSumOuter".split()

MATRIX = (
    "reduceEuclideanNorm reduceLogsumexp reduceLogsumexpOfColumns reduceLogsumexpKept reduceMax "
    "reduceMaxOfRows reduceMaxKept reduceMean reduceMeanOfColumns reduceMin reduceMinOfColumns reduceProd "
    "reduceProdOfRows reduceProdKept reduceStd reduceStdOfRows reduceSum reduceSumOfRows reduceSumKept "
    "reduceVariance reduceVarianceOfColumns moments l2Loss norm normOfRows normKept normOne normThree "
    "normInfinity normFrobenius normMatrixOne normMatrixInfinity cumsum cumsumOfRows cumsumExclusive "
    "cumsumReverse cumprod cumprodOfRows cumprodExclusive cumprodReverse cumprodBoth"
).split()

ONE_ZERO = f64([[0.5, 0, 2], [1.5, -1, 3]])
TWO_ZEROS = f64([[0, 0.5, 0], [1.5, 0, 3]])

CASES = [
    *(case(program, draw([2, 3], 351)) for program in MATRIX),
    *(case(program, draw([2, 2, 2], 352)) for program in OUTER),
    case("cumsumMiddle", draw([2, 3], 353)),
    case("cumsumMiddle", draw([2, 3, 1], 354), at="three axes"),
    case("normOfPower", draw([3], 355, 0.3, 2)),
    case("normFrobenius", draw([2, 2, 2], 356), at="of each matrix"),
    case("reduceSum", f64(1.5), at="a scalar"),
    case("reduceProd", draw([4], 357), at="a vector"),
    case("cumprod", draw([4], 358), at="a vector"),
    case("cumsum", draw([4], 359), at="a vector"),
    case("reduceLogsumexp", f64([700, 701, -700]), at="large"),
    case("reduceLogsumexpOfColumns", f64([[1000, -1000], [1001, -1001]]), at="large"),
    *(
        case(program, values, at=name)
        for program in ("reduceProd", "reduceProdOfRows", "cumprod", "cumprodOfRows", "cumprodReverse")
        for name, values in {"one zero": ONE_ZERO, "several zeros": TWO_ZEROS}.items()
    ),
    case("cumprodExclusive", f64([2, 0, 3, 0.5]), at="a zero"),
    case("cumprodBoth", f64([2, 0, 3, 0]), at="two zeros"),
]
