class Peer(Module):
  __parameters__ = []
  __buffers__ = []
  # A prompt on an empty cache, which gets its latents and rotary keys: x [T, hidden], cosines and sines [T, rope / 2]
  def forward(self: __torch__.Peer, x: Tensor, w_q_a: Tensor, query_norm: Tensor, w_q_b: Tensor, w_kv_a: Tensor,
      latent_norm: Tensor, w_kv_b: Tensor,
      heads_like: Tensor, w_o: Tensor, cosines: Tensor, sines: Tensor, latents: Tensor, keys: Tensor) -> Tensor:
    count = torch.size(x, 0)
    heads = torch.size(heads_like, 0)
    nope = torch.size(heads_like, 1)
    rank = torch.size(latents, 1)
    rope = torch.size(keys, 1)
    if torch.numel(w_q_a) > 0:
      x_q = torch.linear(x, w_q_a)
      if torch.numel(query_norm) > 0:
        x_q = x_q * torch.rsqrt(torch.mean(x_q * x_q, [1], True) + 9.9999999999999995e-07) * query_norm
    else:
      x_q = x
    q = torch.transpose(torch.view(torch.linear(x_q, w_q_b), [count, heads, nope + rope]), 0, 1)
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
    _0 = torch.copy_(latents, latent)
    _1 = torch.copy_(keys, k_rope)
    kv = torch.transpose(torch.view(torch.linear(latent, w_kv_b), [count, heads, -1]), 0, 1)
    shared = torch.expand(torch.unsqueeze(k_rope, 0), [heads, count, rope])
    k = torch.cat([torch.slice(kv, 2, 0, nope), shared], 2)
    v = torch.slice(kv, 2, nope)
    values = torch.scaled_dot_product_attention(torch.unsqueeze(q_all, 0), torch.unsqueeze(k, 0), torch.unsqueeze(v, 0), None, 0., True)
    return torch.linear(torch.reshape(torch.transpose(torch.squeeze(values, 0), 0, 1), [count, -1]), w_o)
