"""PyTorch: layers and small networks made of many operations."""

import math

import torch
from torch.nn import functional as nn

from .networks import avg_pool, conv, cross_entropy, max_pool, sigmoid_cross_entropy


def cross_entropy_mean(labels, logits):
    return nn.cross_entropy(logits, torch.tensor(labels))


def unit(x):
    """Rows divided by their lengths."""
    return x / torch.linalg.vector_norm(x, dim=-1, keepdim=True)


def mlp_cross_entropy(x, w1, b1, w2, b2):
    return cross_entropy_mean([1, 0], nn.relu(x @ w1 + b1) @ w2 + b2)


def highway(x, w, g):
    gate = torch.sigmoid(x @ g)
    return gate * torch.tanh(x @ w) + (1 - gate) * x


def logistic_regression(x, w, b):
    labels = torch.tensor([1, 0, 1], dtype=x.dtype)
    return torch.mean(sigmoid_cross_entropy(labels, x @ w + b))


def ridge(x, w, y, strength):
    return torch.sum((x @ w - y) ** 2) / 2 + torch.exp(strength) * torch.sum(w**2) / 2


def focal_loss(x):
    p = nn.softmax(x, -1)
    return (1 - p) ** 2 * -torch.log(p)


def embedding_bag(table, w):
    return torch.tanh(torch.mean(table[torch.tensor([[0, 2], [3, 2]])], 1) @ w)


FEED_FORWARD = {
    "mlp": lambda x, w1, b1, w2, b2: torch.tanh(x @ w1 + b1) @ w2 + b2,
    "mlpCrossEntropy": mlp_cross_entropy,
    "mlpSoftLabels": lambda x, w, b, z: torch.mean(cross_entropy(z, nn.gelu(x) @ w + b)),
    "autoencoder": lambda x, w: torch.mean((x - torch.sigmoid(x @ w) @ w.T) ** 2),
    "residual": lambda x, w1, w2: x + nn.silu(x @ w1) @ w2,
    "highway": highway,
    "gatedLinear": lambda x, v, w: nn.glu(torch.cat([x @ v, x @ w], 1)),
    "maxout": lambda x, v, w: torch.maximum(x @ v, x @ w),
    "logisticRegression": logistic_regression,
    "ridge": ridge,
    "focalLoss": focal_loss,
    "contrastive": lambda a, b: cross_entropy_mean([0, 1], unit(a) @ unit(b).T / 0.5),
    "embeddingBag": embedding_bag,
}


def layer_norm(x, gain, bias):
    return nn.layer_norm(x, x.shape[-1:], gain, bias, 1e-3)


def batch_norm(x, gain, bias):
    return nn.batch_norm(x, None, None, gain, bias, training=True, eps=1e-3)


def rms_norm(x, gain):
    return nn.rms_norm(x, x.shape[-1:], gain, 1e-3)


NORMALISATIONS = {"layerNorm": layer_norm, "batchNorm": batch_norm, "rmsNorm": rms_norm}


def attend(q, k, v, is_causal: bool = False):
    scores = q @ k.T / math.sqrt(2)
    if is_causal:
        scores = torch.where(torch.ones(3, 3).tril() > 0, scores, -1e9)
    return nn.softmax(scores, -1) @ v


def attention_heads(x, wq, wk, wv):
    q, k, v = (torch.einsum("td,hde->hte", x, w) for w in (wq, wk, wv))
    return torch.einsum("hqk,hke->qhe", nn.softmax(torch.einsum("hqe,hke->hqk", q, k), -1), v)


def gru_step(x, h, wz, wr, wh):
    both = torch.cat([x, h], 1)
    z, r = torch.sigmoid(both @ wz), torch.sigmoid(both @ wr)
    return (1 - z) * h + z * torch.tanh(torch.cat([x, r * h], 1) @ wh)


def lstm_step(x, h, c, w, b):
    i, f, g, o = torch.chunk(torch.cat([x, h], 1) @ w + b, 4, 1)
    cell = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.cat([torch.sigmoid(o) * torch.tanh(cell), cell], 1)


def recurrence(xs, h, w, u):
    for x in xs:
        h = torch.tanh(w @ x + u @ h)
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
    pooled = avg_pool(nn.relu(conv(x, w, "SAME")), (2, 2), (2, 2))
    return pooled.reshape(1, -1) @ v


def convnet_loss(x, w, bias, v):
    pooled = max_pool(torch.tanh(conv(x, w) + bias), (2, 2), (1, 1))
    return cross_entropy_mean([1], pooled.reshape(1, -1) @ v)


IMAGES = {"convnet": convnet, "convnetLoss": convnet_loss}

PROGRAMS = {**FEED_FORWARD, **NORMALISATIONS, **SEQUENCES, **IMAGES}
