"""Teaches the encoder which passage answers a question, and writes it as int8 ONNX.

    encoder.py --weights MODEL.onnx --lists LISTS.jsonl --out FOLDER

MODEL.onnx is bge-small-zh-v1.5 in int8, whose weights are taken as floats. Each line of LISTS.jsonl is a question:
{"asked": [ids], "residual": [ids] or null, "right": [[ids], ...], "wrong": [[ids], ...]}, in token ids with the model's own
marks. FOLDER gets model_quantized.onnx.

Needs Debian's python3-torch, python3-onnx and libopenblas0-pthread. A processor with bfloat16 is some three times as fast.
"""

import argparse
import json
import os
import random
import time

import numpy as np
import onnx
import torch
import torch.nn as nn
import torch.nn.functional as F
from onnx import numpy_helper

LAYERS, WIDTH, HEADS, INNER = 4, 512, 8, 2048
QUESTION_TOKENS, PASSAGE_TOKENS = 64, 200
# Passages of other questions are wrong as well, so every question is compared with all of a batch.
QUESTIONS, WRONG = 8, 3
TOGETHER = 8
ROUNDS, RATE, DECAY, DROPOUT, WARM_UP = 1.6, 5e-5, 0.01, 0.1, 0.1
# Similarities are multiplied by this to become logits: late interaction and the one vector are learned at once.
LATE_SCALE, VECTOR_SCALE, VECTOR_SHARE = 30, 20, 0.7
END = 102
# Half as many levels would turn the vectors by some 25 degrees: a few weights are far larger than the others of their output.
LEVELS = 127
# Weights are written without sign, as processors without VNNI clip the sums of signed ones.
ZERO = 128
PROJECTIONS = {
    "q": "attn.q_proj",
    "k": "attn.k_proj",
    "v": "attn.v_proj",
    "o": "attn.o_proj",
    "inner": "mlp.fc1",
    "outer": "mlp.fc2",
}
NORMS = {"attended": "attention_output_norm", "computed": "mlp_output_norm"}


def initializers(graph):
    return {tensor.name: tensor for tensor in graph.initializer}


def weights_of(path):
    """The weights of the int8 model as floats, by the names that `Encoder` gives them."""
    arrays = {name: numpy_helper.to_array(t) for name, t in initializers(onnx.load(path).graph).items()}

    def floats(base):
        levels, zero, scale = (arrays[base + end].astype(np.float32) for end in ("_quantized", "_zero_point", "_scale"))
        return (levels - zero) * scale

    found = {
        name + ".weight": floats(f".model.embeddings.{long}_embeddings.weight")
        for name, long in (("words", "word"), ("types", "token_type"), ("positions", "position"))
    }
    for part in ("weight", "bias"):
        found["norm." + part] = arrays["model.layers.-1.embeddings_norm_layernorm." + part]
    for i in range(LAYERS):
        for name, long in PROJECTIONS.items():
            found[f"layers.{i}.{name}.weight"] = floats(f"model.layers.{i}.{long}.MatMul.weight").T
            found[f"layers.{i}.{name}.bias"] = arrays[f"model.layers.{i}.{long}.Add.bias"]
        for name, long in NORMS.items():
            for part in ("weight", "bias"):
                found[f"layers.{i}.{name}.{part}"] = arrays[f"model.layers.{i}.{long}_layernorm.{part}"]
    return {name: torch.tensor(np.array(array)) for name, array in found.items()}


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.inner, self.outer = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.attended, self.computed = nn.LayerNorm(WIDTH, 1e-12), nn.LayerNorm(WIDTH, 1e-12)
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, x, mask):
        size, length, _ = x.shape

        def heads(y):
            return y.view(size, length, HEADS, WIDTH // HEADS).transpose(1, 2)

        scores = heads(self.q(x)) @ heads(self.k(x)).transpose(-1, -2) / (WIDTH // HEADS) ** 0.5 + mask
        shares = scores.float().softmax(-1).to(x.dtype)
        mixed = (shares @ heads(self.v(x))).transpose(1, 2).reshape(size, length, WIDTH)
        x = self.attended((x + self.drop(self.o(mixed))).float())
        return self.computed((x + self.drop(self.outer(F.gelu(self.inner(x))))).float())


class Encoder(nn.Module):
    """BERT with four layers. Its embeddings stay as they are, so that a rare word keeps what it means."""

    def __init__(self, weights):
        super().__init__()
        self.words, self.types = nn.Embedding(21128, WIDTH), nn.Embedding(2, WIDTH)
        self.positions, self.norm = nn.Embedding(512, WIDTH), nn.LayerNorm(WIDTH, 1e-12)
        self.layers = nn.ModuleList([Layer() for _ in range(LAYERS)])
        self.drop = nn.Dropout(DROPOUT)
        self.load_state_dict(weights)
        for part in (self.words, self.types, self.positions, self.norm):
            part.requires_grad_(False)

    def forward(self, ids, mask):
        with torch.no_grad():
            positions = self.positions(torch.arange(ids.shape[1]))
            x = self.norm(self.words(ids) + self.types(torch.zeros_like(ids)) + positions)
        x = self.drop(x)
        hidden = ((1 - mask) * -1e4)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, hidden)
        return x


def embed(encoder, texts, most):
    """Unit vectors: one a text, one a token, and which tokens are the text's own."""
    texts = [ids if len(ids) <= most else ids[: most - 1] + [END] for ids in texts]
    length = max(map(len, texts))
    ids = torch.zeros(len(texts), length, dtype=torch.long)
    mask, own = torch.zeros(len(texts), length), torch.zeros(len(texts), length)
    for i, text in enumerate(texts):
        ids[i, : len(text)] = torch.tensor(text)
        mask[i, : len(text)] = 1
        own[i, 1 : len(text) - 1] = 1
    with torch.cpu.amp.autocast(dtype=torch.bfloat16):
        x = encoder(ids, mask)
    x = F.normalize(x.float(), dim=-1)
    return x[:, 0], x, own


def late(question, asked, passages, own):
    """Late interaction of every question with every passage."""
    similarities = torch.einsum("aqd,bpd->abqp", question, passages)
    best = similarities.masked_fill(own[None, :, None, :] == 0, -1).max(-1).values
    return (best * asked[:, None, :]).sum(-1) / asked.sum(-1)[:, None].clamp(min=1)


def loss_of(encoder, batch):
    passages, first = [], []
    for one in batch:
        first.append(len(passages))
        passages += [random.choice(one["right"])] + random.sample(one["wrong"], WRONG)
    # The question as asked or its residual, at even odds: both are searched for.
    questions = [
        one["asked"] if one["residual"] is None or random.random() < 0.5 else one["residual"] for one in batch
    ]
    # A passage that answers as well is no wrong one.
    also = torch.zeros(len(batch), len(passages))
    for i, one in enumerate(batch):
        for j, passage in enumerate(passages):
            if j != first[i] and passage in one["right"]:
                also[i, j] = -1e4
    vectors, tokens, asked = embed(encoder, questions, QUESTION_TOKENS)
    by_tokens, by_vectors = torch.zeros_like(also), torch.zeros_like(also)
    # Passages of about the same length are read together, as the shorter ones are filled up.
    order = sorted(range(len(passages)), key=lambda j: len(passages[j]))
    for at in range(0, len(order), TOGETHER):
        some = order[at : at + TOGETHER]
        passage_vectors, passage_tokens, own = embed(encoder, [passages[j] for j in some], PASSAGE_TOKENS)
        by_tokens[:, some] = late(tokens, asked, passage_tokens, own) * LATE_SCALE
        by_vectors[:, some] = vectors @ passage_vectors.T * VECTOR_SCALE
    right, by_tokens, by_vectors = torch.tensor(first), by_tokens + also, by_vectors + also
    share = (by_tokens.argmax(1) == right).float().mean()
    return F.cross_entropy(by_tokens, right) + VECTOR_SHARE * F.cross_entropy(by_vectors, right), share


def train(encoder, lists):
    encoder.train()
    moved = [weights for weights in encoder.parameters() if weights.requires_grad]
    optimiser = torch.optim.AdamW(moved, lr=RATE, weight_decay=DECAY)
    steps = int(len(lists) * ROUNDS / QUESTIONS)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1, (step + 1) / (steps * WARM_UP)) * (1 - step / steps)
    )
    begun, order, seen = time.time(), [], []
    for step in range(steps):
        batch = []
        while len(batch) < QUESTIONS:
            order = order or random.sample(range(len(lists)), len(lists))
            batch.append(lists[order.pop()])
        loss, share = loss_of(encoder, batch)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(moved, 1.0)
        optimiser.step()
        schedule.step()
        seen.append((float(loss), float(share)))
        if step % 50 == 49:
            loss, share = np.mean(seen, axis=0)
            print(f"step {step + 1} of {steps}: loss {loss:.3f}, right first {share:.3f}, {time.time() - begun:.0f} s", flush=True)
            seen = []


def export(encoder, source, folder):
    """Writes the weights into the source's graph: a scale for every output, symmetric, rounded to the nearest level."""
    model = onnx.load(source)
    tensors = initializers(model.graph)
    state = {name: value.numpy() for name, value in encoder.state_dict().items()}

    def put(name, array):
        tensors[name].CopyFrom(numpy_helper.from_array(np.ascontiguousarray(array), name))

    for i in range(LAYERS):
        for name, long in PROJECTIONS.items():
            weights = state[f"layers.{i}.{name}.weight"].T
            scale = np.abs(weights).max(0) / LEVELS
            base = f"model.layers.{i}.{long}.MatMul.weight"
            put(base + "_quantized", (np.round(weights / scale) + ZERO).astype(np.uint8))
            put(base + "_scale", scale.astype(np.float32))
            put(base + "_zero_point", np.array(ZERO, np.uint8))
            put(f"model.layers.{i}.{long}.Add.bias", state[f"layers.{i}.{name}.bias"])
        for name, long in NORMS.items():
            for part in ("weight", "bias"):
                put(f"model.layers.{i}.{long}_layernorm.{part}", state[f"layers.{i}.{name}.{part}"])
    os.makedirs(folder, exist_ok=True)
    onnx.save(model, os.path.join(folder, "model_quantized.onnx"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for option in ("--weights", "--lists", "--out"):
        parser.add_argument(option, required=True)
    given = parser.parse_args()
    random.seed(3)
    torch.manual_seed(3)
    # Torch takes one thread where it does not see the processor's cores.
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    with open(given.lists, encoding="utf-8") as file:
        lists = [json.loads(line) for line in file]
    print(f"{len(lists)} questions", flush=True)
    encoder = Encoder(weights_of(given.weights))
    train(encoder, lists)
    export(encoder, given.weights, given.out)


main()
