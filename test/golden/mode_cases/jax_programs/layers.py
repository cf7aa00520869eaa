"""JAX: layers and small networks made of many operations."""

import jax.numpy as jnp
from jax import nn

from .networks import avg_pool, conv2d, cross_entropy, max_pool, sigmoid_cross_entropy, sparse_cross_entropy


def unit(x):
    """Rows divided by their lengths."""
    return x / jnp.linalg.norm(x, axis=-1, keepdims=True)


def mlp_cross_entropy(x, w1, b1, w2, b2):
    return jnp.mean(sparse_cross_entropy([1, 0], nn.relu(x @ w1 + b1) @ w2 + b2))


def highway(x, w, g):
    gate = nn.sigmoid(x @ g)
    return gate * jnp.tanh(x @ w) + (1 - gate) * x


def logistic_regression(x, w, b):
    return jnp.mean(sigmoid_cross_entropy(jnp.array([1.0, 0, 1]), x @ w + b))


def ridge(x, w, y, strength):
    return jnp.sum((x @ w - y) ** 2) / 2 + jnp.exp(strength) * jnp.sum(w**2) / 2


def focal_loss(x):
    p = nn.softmax(x)
    return (1 - p) ** 2 * -jnp.log(p)


def embedding_bag(table, w):
    return jnp.tanh(jnp.mean(table[jnp.array([[0, 2], [3, 2]])], 1) @ w)


FEED_FORWARD = {
    "mlp": lambda x, w1, b1, w2, b2: jnp.tanh(x @ w1 + b1) @ w2 + b2,
    "mlpCrossEntropy": mlp_cross_entropy,
    "mlpSoftLabels": lambda x, w, b, z: jnp.mean(cross_entropy(z, nn.gelu(x, approximate=False) @ w + b)),
    "autoencoder": lambda x, w: jnp.mean((x - nn.sigmoid(x @ w) @ w.T) ** 2),
    "residual": lambda x, w1, w2: x + nn.silu(x @ w1) @ w2,
    "highway": highway,
    "gatedLinear": lambda x, v, w: (x @ v) * nn.sigmoid(x @ w),
    "maxout": lambda x, v, w: jnp.maximum(x @ v, x @ w),
    "logisticRegression": logistic_regression,
    "ridge": ridge,
    "focalLoss": focal_loss,
    "contrastive": lambda a, b: jnp.mean(sparse_cross_entropy([0, 1], unit(a) @ unit(b).T / 0.5)),
    "embeddingBag": embedding_bag,
}


def layer_norm(x, gain, bias):
    mean, variance = jnp.mean(x, -1, keepdims=True), jnp.var(x, -1, keepdims=True)
    return (x - mean) / jnp.sqrt(variance + 1e-3) * gain + bias


def batch_norm(x, gain, bias):
    return (x - jnp.mean(x, 0)) / jnp.sqrt(jnp.var(x, 0) + 1e-3) * gain + bias


def rms_norm(x, gain):
    return x / jnp.sqrt(jnp.mean(x**2, -1, keepdims=True) + 1e-3) * gain


NORMALISATIONS = {"layerNorm": layer_norm, "batchNorm": batch_norm, "rmsNorm": rms_norm}


def attend(q, k, v, is_causal: bool = False):
    scores = q @ k.T / jnp.sqrt(2.0)
    if is_causal:
        scores = jnp.where(jnp.tril(jnp.ones((3, 3), bool)), scores, -1e9)
    return nn.softmax(scores) @ v


def attention_heads(x, wq, wk, wv):
    q, k, v = (jnp.einsum("td,hde->hte", x, w) for w in (wq, wk, wv))
    return jnp.einsum("hqk,hke->qhe", nn.softmax(jnp.einsum("hqe,hke->hqk", q, k)), v)


def gru_step(x, h, wz, wr, wh):
    both = jnp.concatenate([x, h], 1)
    z, r = nn.sigmoid(both @ wz), nn.sigmoid(both @ wr)
    return (1 - z) * h + z * jnp.tanh(jnp.concatenate([x, r * h], 1) @ wh)


def lstm_step(x, h, c, w, b):
    i, f, g, o = jnp.split(jnp.concatenate([x, h], 1) @ w + b, 4, 1)
    cell = nn.sigmoid(f) * c + nn.sigmoid(i) * jnp.tanh(g)
    return jnp.concatenate([nn.sigmoid(o) * jnp.tanh(cell), cell], 1)


def recurrence(xs, h, w, u):
    for x in xs:
        h = jnp.tanh(w @ x + u @ h)
    return h


SEQUENCES = {
    "attention": attend,
    "attentionCausal": lambda q, k, v: attend(q, k, v, True),
    "attentionBlock": lambda x, wq, wk, wv: x + attend(x @ wq, x @ wk, x @ wv),
    "attentionHeads": attention_heads,
    "gruStep": gru_step,
    "lstmStep": lstm_step,
    "recurrence": recurrence,
}


def convnet(x, w, v):
    pooled = avg_pool(nn.relu(conv2d(x, w, "SAME")), (2, 2), (2, 2), "VALID")
    return pooled.reshape(1, -1) @ v


def convnet_loss(x, w, bias, v):
    pooled = max_pool(jnp.tanh(conv2d(x, w, "VALID") + bias), (2, 2), (1, 1), "VALID")
    return jnp.mean(sparse_cross_entropy([1], pooled.reshape(1, -1) @ v))


IMAGES = {"convnet": convnet, "convnetLoss": convnet_loss}

PROGRAMS = {**FEED_FORWARD, **NORMALISATIONS, **SEQUENCES, **IMAGES}
