class Peer(Module):
  __parameters__ = []
  __buffers__ = []
  # DeepSeek's absorbed form: queries go into the latent space, the cache is read as it is.
  # x [B, hidden], w_uk [heads, nope, rank], w_uv [heads, rank, v], latents [B, T, rank] and keys [B, T, rope] with the new row last
  def forward(self: __torch__.Peer, x: Tensor, w_q_a: Tensor, query_norm: Tensor, w_q_b: Tensor, w_kv_a: Tensor,
      latent_norm: Tensor, w_uk: Tensor,
      w_uv: Tensor, w_o: Tensor, cosines: Tensor, sines: Tensor, scale: Tensor, latents: Tensor, keys: Tensor) -> Tensor:
    batch = torch.size(x, 0)
    heads = torch.size(w_uk, 0)
    nope = torch.size(w_uk, 1)
    rank = torch.size(w_uk, 2)
    rope = torch.size(keys, 2)
    if torch.numel(w_q_a) > 0:
      x_q = torch.linear(x, w_q_a)
      if torch.numel(query_norm) > 0:
        x_q = x_q * torch.rsqrt(torch.mean(x_q * x_q, [1], True) + 9.9999999999999995e-07) * query_norm
    else:
      x_q = x
    q = torch.view(torch.linear(x_q, w_q_b), [batch, heads, nope + rope])
    q_nope = torch.slice(q, 2, 0, nope)
    q_even = torch.slice(q, 2, nope, nope + rope, 2)
    q_odd = torch.slice(q, 2, nope + 1, nope + rope, 2)
    q_rope = torch.cat([q_even * cosines - q_odd * sines, q_odd * cosines + q_even * sines], 2)
    c = torch.linear(x, w_kv_a)
    latent = torch.slice(c, 1, 0, rank)
    if torch.numel(latent_norm) > 0:
      latent = latent * torch.rsqrt(torch.mean(latent * latent, [1], True) + 9.9999999999999995e-07) * latent_norm
    k_even = torch.slice(c, 1, rank, rank + rope, 2)
    k_odd = torch.slice(c, 1, rank + 1, rank + rope, 2)
    k_rope = torch.cat([k_even * cosines - k_odd * sines, k_odd * cosines + k_even * sines], 1)
    _0 = torch.copy_(torch.select(latents, 1, -1), latent)
    _1 = torch.copy_(torch.select(keys, 1, -1), k_rope)
    q_latent = torch.transpose(torch.bmm(torch.transpose(q_nope, 0, 1), w_uk), 0, 1)
    scores = torch.bmm(q_latent, torch.transpose(latents, 1, 2)) + torch.bmm(q_rope, torch.transpose(keys, 1, 2))
    shares = torch.softmax(scores * scale, -1)
    seen = torch.bmm(shares, latents)
    values = torch.transpose(torch.bmm(torch.transpose(seen, 0, 1), w_uv), 0, 1)
    return torch.linear(torch.reshape(values, [batch, -1]), w_o)
