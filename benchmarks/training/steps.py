"""Steps of training in PyTorch, beside those of TrainingSteps, which starts this and reads from it.

Takes "layer" or "tutorial" and a number of threads. Answers every line with a number N by the seconds of N steps, and
the line "check" by lengths of results and gradients.
"""
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

TOKENS, HIDDEN, HEADS, LATENT, ROPE, NOPE, VALUE, INNER = 128, 2048, 16, 512, 64, 128, 128, 10944


def numbers(rows, columns, at):
    """The same numbers as TrainingSteps.numbers."""
    i = torch.arange(rows * columns, dtype=torch.int64)
    mixed = (i * 2654435761 + at * 40503) & 0xFFFFFFFF
    mixed = (mixed ^ mixed >> 15) * 2246822519 & 0xFFFFFFFF
    part = (mixed ^ mixed >> 13).double() / 4294967296 - 0.5
    return (part * 2 / columns**0.5).float().reshape(rows, columns)


class Layer:
    """A dense layer of DeepSeek-V2-Lite, forward and backward, with the gradients of the input and of all weights."""

    def __init__(self):
        shapes = [(HEADS * (NOPE + ROPE), HIDDEN), (LATENT, HIDDEN), (ROPE, HIDDEN),
                  (HEADS * (NOPE + VALUE), LATENT), (HIDDEN, HEADS * VALUE), (INNER, HIDDEN), (INNER, HIDDEN),
                  (HIDDEN, INNER)]
        self.w = [numbers(*shape, at + 1).requires_grad_() for at, shape in enumerate(shapes)]
        self.norms = [torch.ones(n, requires_grad=True) for n in (HIDDEN, LATENT, HIDDEN)]
        self.x = (numbers(TOKENS, HIDDEN, 0) * HIDDEN**0.5).requires_grad_()
        self.dy = numbers(TOKENS, HIDDEN, 9) * HIDDEN**0.5
        angles = torch.arange(TOKENS)[:, None] / 10000 ** (torch.arange(0, ROPE, 2) / ROPE)
        self.cos, self.sin = angles.cos()[:, None], angles.sin()[:, None]

    def turn(self, x):
        even, odd = x[..., 0::2], x[..., 1::2]
        return torch.stack((even * self.cos - odd * self.sin, even * self.sin + odd * self.cos), -1).flatten(-2)

    def forward(self):
        q, kva, kr, kvb, o, gate, up, down = self.w
        n = F.rms_norm(self.x, (HIDDEN,), self.norms[0], 1e-6)
        query = F.linear(n, q).view(TOKENS, HEADS, NOPE + ROPE)
        latent = F.rms_norm(F.linear(n, kva), (LATENT,), self.norms[1], 1e-6)
        key = self.turn(F.linear(n, kr).view(TOKENS, 1, ROPE)).expand(TOKENS, HEADS, ROPE)
        both = F.linear(latent, kvb).view(TOKENS, HEADS, NOPE + VALUE)
        query = torch.cat((query[..., :NOPE], self.turn(query[..., NOPE:])), -1).transpose(0, 1)
        keys = torch.cat((both[..., :NOPE], key), -1).transpose(0, 1)
        seen = F.scaled_dot_product_attention(query[None], keys[None], both[..., NOPE:].transpose(0, 1)[None],
                                              is_causal=True)[0]
        h = self.x + F.linear(seen.transpose(0, 1).reshape(TOKENS, HEADS * VALUE), o)
        n = F.rms_norm(h, (HIDDEN,), self.norms[2], 1e-6)
        return h + F.linear(F.silu(F.linear(n, gate)) * F.linear(n, up), down)

    def step(self):
        y = self.forward()
        for tensor in [self.x, *self.w, *self.norms]:
            tensor.grad = None
        y.backward(self.dy)
        return y

    def check(self):
        y = self.step()
        tensors = [y, self.x.grad, self.w[0].grad, self.w[3].grad, self.w[7].grad]
        return " ".join(str(t.double().norm().item()) for t in tensors)


class Attention(nn.Module):
    def __init__(self, width=64, heads=4, size=16):
        super().__init__()
        self.heads, self.size = heads, size
        self.q = nn.Linear(width, heads * size)
        self.kv = nn.Linear(width, 2 * heads * size)
        self.o = nn.Linear(heads * size, width)

    def forward(self, x, context, mask):
        batch, rows, _ = x.shape
        q = self.q(x).view(batch, rows, self.heads, self.size).transpose(1, 2)
        k, v = self.kv(context).view(batch, -1, self.heads, 2 * self.size).transpose(1, 2).chunk(2, -1)
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.o(seen.transpose(1, 2).reshape(batch, rows, self.heads * self.size))


class Block(nn.Module):
    def __init__(self, asks):
        super().__init__()
        self.own = Attention()
        self.other = Attention() if asks else None
        self.wide, self.narrow = nn.Linear(64, 128), nn.Linear(128, 64)
        self.norms = nn.ModuleList(nn.LayerNorm(64) for _ in range(3 if asks else 2))

    def forward(self, x, mask, encoded=None, asked=None):
        x = self.norms[0](x + self.own(x, x, mask))
        if self.other is not None:
            x = self.norms[2](x + self.other(x, encoded, asked))
        return self.norms[1](x + self.narrow(F.relu(self.wide(x))))


class Tutorial:
    """The tutorial's transformer in its first form: 32 texts of up to 32 letters to 10 letters each."""

    def __init__(self, letters):
        torch.manual_seed(1)
        self.tables = nn.ModuleList(nn.Embedding(letters, 64) for _ in range(2))
        self.encoder = nn.ModuleList(Block(False) for _ in range(2))
        self.decoder = nn.ModuleList(Block(True) for _ in range(2))
        self.head = nn.Linear(64, letters)
        parts = nn.ModuleList([self.tables, self.encoder, self.decoder, self.head])
        self.weights = list(parts.parameters())
        self.optimizer = torch.optim.AdamW(self.weights, 0.002, (0.9, 0.98), 1e-9, 0.01)
        self.letters = letters
        self.places = torch.randn(1, 32, 64)

    def step(self):
        source = torch.randint(1, self.letters, (32, 32))
        target = torch.randint(1, self.letters, (32, 10))
        lengths = torch.randint(9, 27, (32,))
        sees = (torch.arange(32) < lengths[:, None])[:, None, None]
        encoded = self.tables[0](source) + self.places
        for block in self.encoder:
            encoded = block(encoded, sees)
        said = self.tables[1](target) + self.places[:, :10]
        past = torch.ones(10, 10, dtype=torch.bool).tril()
        for block in self.decoder:
            said = block(said, past, encoded, sees)
        loss = F.cross_entropy(self.head(said).flatten(0, 1), target.flatten())
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.weights, 1)
        self.optimizer.step()
        return loss.item()

    def check(self):
        return "none"


def main():
    torch.set_num_threads(int(sys.argv[2]))
    case = Layer() if sys.argv[1] == "layer" else Tutorial(int(sys.argv[3]))
    print(torch.__version__, flush=True)
    for line in sys.stdin:
        if line.strip() == "check":
            print(case.check(), flush=True)
            continue
        begin = time.perf_counter()
        for _ in range(int(line)):
            case.step()
        print(time.perf_counter() - begin, flush=True)


main()
