"""Where gradtape departs from TensorFlow: TensorFlow's results, kept with the reason."""

import tensorflow as tf

from .tensors import f32, f64, i32

INFINITY = float("inf")
NAN = float("nan")


def record(recorder) -> None:
    record_zeros(recorder)
    record_products(recorder)
    record_powers(recorder)
    record_infinities(recorder)
    record_conversions(recorder)


def record_zeros(recorder) -> None:
    recorder.difference(
        "norm at 0",
        "TensorFlow's gradient is NaN; the sub-gradient 0 is finite and lets training go on",
        "norm(x)",
        tf.norm,
        [f64([0, 0])],
    )
    recorder.difference(
        "reduceStd of equal numbers",
        "as for the norm: the root of a variance that is 0",
        "math.reduceStd(x)",
        tf.math.reduce_std,
        [f64([2, 2, 2])],
    )
    recorder.difference(
        "where around a root, second order",
        "TensorFlow multiplies the zero cotangent of the branch not taken by an infinite derivative",
        "where(greater(x, 0), sqrt(x), 0)",
        lambda x: tf.where(x > 0, tf.sqrt(x), tf.zeros_like(x)),
        [f64([0, 4])],
        second_order=True,
    )
    recorder.difference(
        "where around a logarithm of 0",
        "TensorFlow multiplies the zero cotangent of the branch not taken by an infinite derivative",
        "where(greater(x, 0), multiply(x, log(x)), 0)",
        lambda x: tf.where(x > 0, x * tf.math.log(x), tf.zeros_like(x)),
        [f64([0, 4])],
        second_order=True,
    )
    recorder.difference(
        "multiplyNoNan with a second operand of 0",
        "TensorFlow gives that operand the gradient x, which is infinite or NaN where x is; gradtape gives 0",
        "math.multiplyNoNan(x, y)",
        tf.math.multiply_no_nan,
        [f64([1, INFINITY, NAN]), f64([0, 0, 0])],
    )


def record_products(recorder) -> None:
    recorder.difference(
        "reduceProd with one zero, second order",
        "TensorFlow's product rule is built on scans whose own derivative is wrong at 0",
        "reduceProd(x)",
        tf.reduce_prod,
        [f64([0, 2, 3])],
        second_order=True,
    )
    recorder.difference(
        "reduceProd with two zeros, second order",
        "as with one zero",
        "reduceProd(x)",
        tf.reduce_prod,
        [f64([0, 0, 3])],
        second_order=True,
    )
    recorder.difference(
        "cumprod with a zero",
        "TensorFlow divides by the elements and takes the quotient at a zero as 0, so contributions are lost",
        "math.cumprod(x)",
        tf.math.cumprod,
        [f64([2, 0, 3])],
    )


def record_powers(recorder) -> None:
    recorder.difference(
        "0 to the power 0",
        "TensorFlow multiplies the exponent 0 by an infinite power; a constant function has gradient 0",
        "pow(x, y)",
        tf.pow,
        [f64([0]), f64([0])],
    )
    recorder.difference(
        "first power at 0, second order",
        "as for 0 to the power 0, one order later",
        "pow(x, 1)",
        lambda x: x**1,
        [f64([0])],
        second_order=True,
    )
    recorder.difference(
        "first power at 0 with a tensor as exponent, second order",
        "the same product with an infinite power of 0",
        "pow(x, y)",
        tf.pow,
        [f64([0]), f64([1])],
        second_order=True,
    )


def record_infinities(recorder) -> None:
    recorder.difference(
        "gradient of reduceLogsumexp of minus infinities",
        "TensorFlow subtracts infinities; the value is minus infinity in both",
        "reduceLogsumexp(x)",
        tf.reduce_logsumexp,
        [f64([-INFINITY, -INFINITY])],
    )
    recorder.difference(
        "softmaxCrossEntropyWithLogits, second order in the labels",
        "TensorFlow treats the gradient of the logits as independent of the labels, so the mixed derivatives are 0",
        "nn.softmaxCrossEntropyWithLogits(labels, logits)",
        tf.nn.softmax_cross_entropy_with_logits,
        [f64([[0.25, 0.75]]), f64([[1, -1]])],
        second_order=True,
    )
    recorder.difference(
        "constants of gelu in float64",
        "TensorFlow rounds the square root of 2 to float32, an error of 1e-8",
        "nn.gelu(x, { approximate: false })",
        lambda x: tf.nn.gelu(x, approximate=False),
        [f64([-1, 2])],
    )
    recorder.difference(
        "slope of leakyRelu in float64",
        "TensorFlow keeps the slope as a float32, so 0.2 becomes 0.20000000298",
        "nn.leakyRelu(x)",
        tf.nn.leaky_relu,
        [f64([-1, 1])],
    )


def record_conversions(recorder) -> None:
    recorder.difference(
        "cast of what int32 cannot hold",
        "undefined in TensorFlow, often the smallest integer; gradtape saturates and sends NaN to 0",
        "cast(x, 'int32')",
        lambda x: tf.cast(x, tf.int32),
        [f64([1e10, -1e10, INFINITY, -INFINITY, NAN])],
        wrt=[],
    )
    recorder.difference(
        "dtype of argmax",
        "int64 in TensorFlow, which gradtape does not have",
        "argmax(x)",
        tf.argmax,
        [f64([1, 3, 2])],
        wrt=[],
    )
    recorder.difference(
        "dtype of linspace between integers",
        "float64 in TensorFlow; in gradtape literals alone are float32",
        "linspace(0, 10, 5)",
        lambda: tf.linspace(0, 10, 5),
        [],
        wrt=[],
    )
    recorder.difference(
        "dtype of fill with a whole number",
        "int32 in TensorFlow; in gradtape literals alone are float32",
        "fill([2], 7)",
        lambda: tf.fill([2], 7),
        [],
        wrt=[],
    )
    recorder.difference(
        "gradient of a dilated convolution on a CPU",
        "TensorFlow has no kernel for it",
        "nn.conv2d(x, w, { dilations: 2 })",
        lambda x, w: tf.nn.conv2d(x, w, 1, "VALID", dilations=2),
        [f32([1] * 9).reshape([1, 3, 3, 1]), f32([1] * 4).reshape([2, 2, 1, 1])],
    )
    recorder.difference(
        "second derivative of softsign",
        "TensorFlow has registered none",
        "nn.softsign(x)",
        tf.nn.softsign,
        [f64([-1, 2])],
        second_order=True,
    )
    recorder.difference(
        "negative power of an int32",
        "TensorFlow refuses it at run time",
        "pow(x, y)",
        tf.pow,
        [i32([2]), i32([-1])],
        wrt=[],
    )
