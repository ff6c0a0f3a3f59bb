class Peer(Module):
  __parameters__ = []
  __buffers__ = []
  def forward(self: __torch__.Peer, x: Tensor, w: Tensor) -> Tensor:
    return torch.linear(x, w)
