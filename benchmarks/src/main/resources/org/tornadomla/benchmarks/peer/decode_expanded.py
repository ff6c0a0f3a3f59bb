class Peer(Module):
  __parameters__ = []
  __buffers__ = []
  # The deepseek-mla card's way: keys and values of every cached token are expanded in every step.
  # x [B, hidden], w_kv_b [heads * (nope + v), rank], latents [B, T, rank] and keys [B, T, rope] with the new row last
  def forward(self: __torch__.Peer, x: Tensor, w_q_a: Tensor, query_norm: Tensor, w_q_b: Tensor, w_kv_a: Tensor,
      latent_norm: Tensor, w_kv_b: Tensor,
      heads_like: Tensor, w_o: Tensor, cosines: Tensor, sines: Tensor, latents: Tensor, keys: Tensor) -> Tensor:
    batch = torch.size(x, 0)
    count = torch.size(latents, 1)
    heads = torch.size(heads_like, 0)
    nope = torch.size(heads_like, 1)
    rank = torch.size(latents, 2)
    rope = torch.size(keys, 2)
    if torch.numel(w_q_a) > 0:
      x_q = torch.linear(x, w_q_a)
      if torch.numel(query_norm) > 0:
        x_q = x_q * torch.rsqrt(torch.mean(x_q * x_q, [1], True) + 9.9999999999999995e-07) * query_norm
    else:
      x_q = x
    q = torch.view(torch.linear(x_q, w_q_b), [batch, heads, nope + rope])
    q_even = torch.slice(q, 2, nope, nope + rope, 2)
    q_odd = torch.slice(q, 2, nope + 1, nope + rope, 2)
    q_all = torch.cat([torch.slice(q, 2, 0, nope), q_even * cosines - q_odd * sines, q_odd * cosines + q_even * sines], 2)
    c = torch.linear(x, w_kv_a)
    latent = torch.slice(c, 1, 0, rank)
    if torch.numel(latent_norm) > 0:
      latent = latent * torch.rsqrt(torch.mean(latent * latent, [1], True) + 9.9999999999999995e-07) * latent_norm
    k_even = torch.slice(c, 1, rank, rank + rope, 2)
    k_odd = torch.slice(c, 1, rank + 1, rank + rope, 2)
    k_rope = torch.cat([k_even * cosines - k_odd * sines, k_odd * cosines + k_even * sines], 1)
    _0 = torch.copy_(torch.select(latents, 1, -1), latent)
    _1 = torch.copy_(torch.select(keys, 1, -1), k_rope)
    kv = torch.transpose(torch.view(torch.linear(latents, w_kv_b), [batch, count, heads, -1]), 1, 2)
    shared = torch.expand(torch.unsqueeze(keys, 1), [batch, heads, count, rope])
    k = torch.cat([torch.slice(kv, 3, 0, nope), shared], 3)
    v = torch.slice(kv, 3, nope)
    values = torch.scaled_dot_product_attention(torch.unsqueeze(q_all, 2), k, v)
    return torch.linear(torch.reshape(values, [batch, -1]), w_o)
