"""LeWM (ViT encoder, causal AdaLN-zero predictor, SIGReg), from its published definition; weights in a dictionary by name."""

import torch
import torch.nn.functional as F


def linear(w, name, x):
    return F.linear(x, w[f"{name}.weight"], w.get(f"{name}.bias"))


def norm(w, name, x, eps):
    weight, bias = (w[f"{name}.weight"], w[f"{name}.bias"]) if name else (None, None)
    return F.layer_norm(x, x.shape[-1:], weight, bias, eps)


def attend(q, k, v, causal):
    """[B, H, T, d]; a query that stands for the last tokens sees as many keys as it may."""
    scores = q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5
    if causal and q.shape[-2] > 1:
        shift = k.shape[-2] - q.shape[-2]
        later = torch.ones(q.shape[-2], k.shape[-2], dtype=torch.bool).triu(1 + shift)
        scores = scores.masked_fill(later, -torch.inf)
    return (torch.softmax(scores, -1) @ v).transpose(1, 2).flatten(2)


def split(x, heads):
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


def self_attention(w, name, x, heads, causal):
    q, k, v = (split(part, heads) for part in linear(w, f"{name}.qkv", x).chunk(3, -1))
    return linear(w, f"{name}.out", attend(q, k, v, causal))


def transformer_block(w, name, x, heads, eps):
    x = x + self_attention(w, f"{name}.attention", norm(w, f"{name}.norm1", x, eps), heads, False)
    return x + linear(w, f"{name}.mlp.fc2", F.gelu(linear(w, f"{name}.mlp.fc1", norm(w, f"{name}.norm2", x, eps))))


def vit(w, pixels, depth, heads, patch):
    """[B, C, H, W] -> the last hidden state of the CLS token."""
    x = F.conv2d(pixels, w["encoder.patch.weight"], w["encoder.patch.bias"], stride=patch).flatten(2).transpose(1, 2)
    x = torch.cat((w["encoder.cls"].expand(len(x), -1, -1), x), 1) + w["encoder.position"]
    for layer in range(depth):
        x = transformer_block(w, f"encoder.layers.{layer}", x, heads, 1e-12)
    return norm(w, "encoder.norm", x[:, 0], 1e-12)


def projection(w, name, x, training):
    y = linear(w, f"{name}.fc1", x.flatten(0, -2))
    running = (None, None) if training else (w[f"{name}.norm.running_mean"], w[f"{name}.norm.running_var"])
    y = F.batch_norm(y, *running, w[f"{name}.norm.weight"], w[f"{name}.norm.bias"], training, 0.1, 1e-5)
    return linear(w, f"{name}.fc2", F.gelu(y)).unflatten(0, x.shape[:-1])


def modulations(w, name, c):
    return linear(w, f"{name}.modulation", F.silu(c)).chunk(6, -1)


def layer(w, name, x, modulation, heads):
    shift1, scale1, gate1, shift2, scale2, gate2 = modulation
    y = norm(w, None, x, 1e-6) * (1 + scale1) + shift1
    x = x + gate1 * self_attention(w, f"{name}.attention", norm(w, f"{name}.attention.norm", y, 1e-5), heads, True)
    y = norm(w, f"{name}.mlp.norm", norm(w, None, x, 1e-6) * (1 + scale2) + shift2, 1e-5)
    return x + gate2 * linear(w, f"{name}.mlp.fc2", F.gelu(linear(w, f"{name}.mlp.fc1", y)))


def predict(w, z, c, depth, heads, training):
    """Latents and action embeddings [B, T, D] -> the next latents [B, T, D]."""
    x = z + w["predictor.position"][:, :z.shape[1]]
    for index in range(depth):
        name = f"predictor.layers.{index}"
        x = layer(w, name, x, modulations(w, name, c), heads)
    return projection(w, "head", norm(w, "predictor.norm", x, 1e-5), training)


def condition(w, actions):
    """What an action does to the blocks: a convolution of width 1, which is a linear layer, and two more."""
    return linear(w, "action.fc2", F.silu(linear(w, "action.fc1", linear(w, "action.conv", actions))))


def sigreg(z, directions):
    t = torch.arange(17) * (3 / 16)
    window = torch.exp(-t * t / 2)
    weights = torch.full((17,), 3 / 8)
    weights[0] = weights[-1] = 3 / 16
    turns = (z @ directions).unsqueeze(-1) * t
    error = (turns.cos().mean(1) - window).square() + turns.sin().mean(1).square()
    return ((error * (weights * window)).sum(-1) * z.shape[1]).mean()


def loss(w, pixels, actions, directions, depth, heads, encoder_depth, encoder_heads, patch):
    """pixels [B, T + 1, C, H, W], actions [B, T, A] -> prediction error + 0.09 SIGReg."""
    tokens = vit(w, pixels.flatten(0, 1), encoder_depth, encoder_heads, patch).unflatten(0, pixels.shape[:2])
    z = projection(w, "projector", tokens, True)
    return F.mse_loss(predict(w, z[:, :-1], condition(w, actions), depth, heads, True), z[:, 1:]) + 0.09 * sigreg(z.transpose(0, 1), directions)


def rollout(w, z, known, planned, depth, heads):
    """Three known latents [1, 3, D], two known actions [1, 2, A], planned ones [S, H, A] -> latents [S, H, D]."""
    count, horizon = planned.shape[:2]
    z = z.expand(count, -1, -1)
    c = condition(w, torch.cat((known.expand(count, -1, -1), planned), 1))
    for step in range(horizon):
        following = predict(w, z[:, step:step + 3], c[:, step:step + 3], depth, heads, False)[:, -1:]
        z = torch.cat((z, following), 1)
    return z[:, 3:]


def rollout_with_savings(w, z, known, planned, depth, heads):
    """The same numbers with less work: tokens that all candidates share once, the last layer for the last token only, and each
    action's modulations once for the three windows that it is in."""
    count, horizon = planned.shape[:2]
    known, planned = condition(w, known), condition(w, planned)
    names = [f"predictor.layers.{index}" for index in range(depth)]
    shared = [torch.cat(modulations(w, name, known), -1) for name in names]
    own = [torch.cat(modulations(w, name, planned), -1) for name in names]
    position = w["predictor.position"]
    latents = [z[:, index:index + 1] for index in range(3)]
    for step in range(horizon):
        window = [latents[step + index] + position[:, index:index + 1] for index in range(3)]
        alike = max(0, 2 - step)
        common = torch.cat(window[:alike], 1) if alike else None
        x = torch.cat([part.expand(count, -1, -1) for part in window[alike:]], 1)
        for index, name in enumerate(names):
            tail = own[index][:, max(0, step - 2):step + 1]
            head = shared[index][:, step:2] if alike else None
            common, x = saving_layer(w, name, common, head, x, tail, heads, last=index == depth - 1)
        following = projection(w, "head", norm(w, "predictor.norm", x[:, -1:], 1e-5), False)
        latents.append(following)
    return torch.cat(latents[3:], 1)


def saving_layer(w, name, common, head, x, tail, heads, last):
    """One layer for tokens that are alike for all candidates, `common`, before each candidate's own, `x`."""
    def before_attention(tokens, modulation):
        shift, scale = modulation.chunk(6, -1)[:2]
        return linear(w, f"{name}.attention.qkv", norm(w, f"{name}.attention.norm", norm(w, None, tokens, 1e-6) * (1 + scale) + shift, 1e-5))

    def after_attention(tokens, attended, modulation):
        _, _, gate1, shift, scale, gate2 = modulation.chunk(6, -1)
        tokens = tokens + gate1 * linear(w, f"{name}.attention.out", attended)
        y = norm(w, f"{name}.mlp.norm", norm(w, None, tokens, 1e-6) * (1 + scale) + shift, 1e-5)
        return tokens + gate2 * linear(w, f"{name}.mlp.fc2", F.gelu(linear(w, f"{name}.mlp.fc1", y)))

    q, k, v = (split(part, heads) for part in before_attention(x, tail).chunk(3, -1))
    if common is not None:
        q0, k0, v0 = (split(part, heads) for part in before_attention(common, head).chunk(3, -1))
        k = torch.cat((k0.expand(len(k), -1, -1, -1), k), 2)
        v = torch.cat((v0.expand(len(v), -1, -1, -1), v), 2)
        if not last:
            common = after_attention(common, attend(q0, k0, v0, True), head)
    if last:
        q, x, tail = q[:, :, -1:], x[:, -1:], tail[:, -1:]
    return common, after_attention(x, attend(q, k, v, True), tail)
