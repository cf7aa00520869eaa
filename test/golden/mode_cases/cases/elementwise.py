"""Cases of functions of one operand, element by element, and of activations."""

from tensorflow_cases.tensors import draw, f64

from ..case import ONLY_JAX, case

# Where a function is defined and smooth.
DOMAINS = {
    "acos": (-0.9, 0.9),
    "acosh": (1.2, 3),
    "asin": (-0.9, 0.9),
    "atanh": (-0.9, 0.9),
    "log": (0.3, 3),
    "log1p": (-0.6, 3),
    "reciprocal": (0.4, 2.5),
    "rsqrt": (0.4, 3),
    "sqrt": (0.3, 3),
    "tan": (-1.2, 1.2),
}

ANYWHERE = (
    "asinh atan checkNumerics cos cosh erf erfc exp expm1 gelu geluByTanh identity negative sigmoid silu "
    "sin sinh softplus square tanh"
).split()

# Kinks and steps lie between these points.
PIECEWISE = "abs ceilSteps elu floorSteps leakyRelu relu relu6 roundSteps selu sign softsign".split()
POINTS = f64([-2.3, -0.7, 0.4, 1.8, 6.4])

CASES = [
    *(case(program, draw([4], 301, *domain)) for program, domain in DOMAINS.items()),
    *(case(program, draw([4], 301, 0.6, 4), libraries=ONLY_JAX) for program in ("digamma", "lgamma")),
    *(case(program, draw([4], 302)) for program in ANYWHERE),
    *(case(program, POINTS) for program in PIECEWISE),
    # Numbers that float32 holds; the difference quotients are not.
    case("cast", f64([-1.5, 0.25, 2.125, 0.625]), smooth=False),
    case("clip", f64([-2.3, -0.7, 0.4, 1.8])),
    # The stopped factor is a constant of the derivatives, but not of difference quotients.
    case("stopGradient", draw([4], 303), smooth=False),
    case("sin", draw([2, 2], 304), at="a matrix"),
    case("tanh", draw([2, 1, 2], 305), at="three axes"),
    case("exp", f64(0.75), at="a scalar"),
    case("lgamma", f64([-0.5, -1.25, -2.7]), at="left of 0", libraries=ONLY_JAX),
    case("digamma", f64([-0.5, -1.25, -2.7]), at="left of 0", libraries=ONLY_JAX),
    case("lgamma", f64([12.5, 80, 0.3]), at="large and small", libraries=ONLY_JAX),
    case("digamma", f64([12.5, 80]), at="large", libraries=ONLY_JAX),
    case("erfc", f64([-4, 3, 5]), at="in the tails"),
    case("log1p", f64([1e-12, -1e-9, 1e-6]), at="tiny"),
    case("expm1", f64([1e-12, -1e-9, 1e-6]), at="tiny"),
    case("reciprocal", f64([-2.5, -0.5]), at="left of 0"),
    case("sigmoid", f64([-30, -8, 8, 30]), at="far out"),
    case("softplus", f64([-30, -8, 8, 30]), at="far out"),
    case("tanh", f64([-20, -5, 5, 20]), at="far out"),
    case("gelu", f64([-6, -3, 3, 6]), at="far out"),
    case("silu", f64([-30, -8, 8, 30]), at="far out"),
    case("acos", f64([-0.97, 0.97]), at="near its ends"),
    case("acosh", f64([1.1, 50]), at="near its end"),
    case("sqrt", f64([0.04, 1e4]), at="small and large"),
]
