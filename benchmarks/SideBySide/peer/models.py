"""Roll-outs and training steps of whole models, in PyTorch's eager mode as people write them."""

import torch
import torch.nn.functional as F

import lewm
from functions import Case


class Training(Case):
    """A training step. Its outputs are the losses before each of three steps from the given weights."""

    def __init__(self, weights, loss, optimiser=None, clip=None, give_gradients=()):
        self.weights = {name: value.clone().requires_grad_(True) for name, value in weights.items()}
        self.optimiser = optimiser and optimiser(list(self.weights.values()))
        self.loss, self.clip, self.give_gradients = loss, clip, give_gradients

    def run(self):
        for weight in self.weights.values():
            weight.grad = None
        value = self.loss(self.weights)
        value.backward()
        if self.clip:
            torch.nn.utils.clip_grad_norm_(list(self.weights.values()), self.clip)
        if self.optimiser:
            self.optimiser.step()
        return value.detach()

    def outputs(self):
        found = {"losses": torch.stack([self.run() for _ in range(3)])}
        return found | {f"gradient.{name}": self.weights[name].grad for name in self.give_gradients}


def adamw(rate, decay):
    return lambda weights: torch.optim.AdamW(weights, lr=rate, weight_decay=decay)


def without(inputs, *names):
    return {name: value for name, value in inputs.items() if name not in names}


def mlp_step(inputs, rate, decay):
    x, target = inputs["x"], inputs["target"]

    def loss(w):
        h = x
        for layer in range(1, 5):
            h = F.linear(h, w[f"mlp.fc{layer}.weight"], w[f"mlp.fc{layer}.bias"])
            h = F.relu(h) if layer < 4 else h
        return F.mse_loss(h, target)

    return Training(without(inputs, "x", "target"), loss, adamw(rate, decay))


def block_step(inputs, heads):
    """Forward and backward of one pre-norm block; the gradients of its input and of all weights."""
    upstream = inputs["upstream"]

    def loss(w):
        return (lewm.transformer_block(w, "block", w["x"], heads, 1e-6) * upstream).sum()

    return Training(without(inputs, "upstream"), loss, give_gradients=("x", "block.mlp.fc1.weight"))


def two_rooms_step(inputs, rate, decay, clip, objective):
    """Residual CNN encoder, GRU predictor, and the loss of PLDM: prediction, variance, covariance, similarity, inverse dynamics."""
    pixels, actions = inputs["pixels"], inputs["actions"]
    steps, batch = actions.shape[0], actions.shape[1]

    def convolve(w, name, x, stride):
        weight = w[f"{name}.weight"]
        return F.conv2d(x, weight, w[f"{name}.bias"], stride, weight.shape[-1] // 2)

    def encode(w):
        layers = sum(name.startswith("encoder.convolution") and name.endswith("weight") for name in w)
        x = pixels
        for layer in range(layers):
            x = convolve(w, f"encoder.convolution{layer}", x, 2)
            if layer == layers - 2:
                y = F.relu(convolve(w, "encoder.residual0.first", F.relu(x), 1))
                x = x + convolve(w, "encoder.residual0.second", y, 1)
            x = F.relu(x)
        h = F.linear(x.flatten(1), w["encoder.hidden.weight"], w["encoder.hidden.bias"])
        h = F.batch_norm(h, None, None, w["encoder.norm.weight"], w["encoder.norm.bias"], True, 0.1, 1e-5)
        z = F.linear(F.relu(h), w["encoder.output.weight"], w["encoder.output.bias"])
        return z.unflatten(0, (steps + 1, batch))

    def predict(w, z, a):
        drive = F.relu(F.linear(torch.cat((z, a), 1), w["predictor.action.weight"], w["predictor.action.bias"]))
        h = torch.gru_cell(drive, z, *(w[f"predictor.cell.{part}"] for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")))
        return z + F.linear(h, w["predictor.output.weight"], w["predictor.output.bias"])

    def loss(w):
        z = encode(w)
        state, predictions = z[0], []
        for step in range(steps):
            state = predict(w, state, actions[step])
            predictions.append(state)
        earlier, later = z[:-1], z[1:]
        pooled = z.flatten(0, 1)
        count, size = pooled.shape
        centred = pooled - pooled.mean(0)
        variance = F.relu(1 - (pooled.var(0) + 1e-4).sqrt()).mean()
        covariance = centred.t() @ centred / (count - 1)
        covariance = (covariance.square().sum() - covariance.diagonal().square().sum()) / (size * (size - 1))
        decoded = F.relu(F.linear(torch.cat((earlier, later), 2), w["inverse.fc1.weight"], w["inverse.fc1.bias"]))
        decoded = F.linear(decoded, w["inverse.fc2.weight"], w["inverse.fc2.bias"])
        return (objective["prediction"] * F.mse_loss(torch.stack(predictions), later) + objective["variance"] * variance
                + objective["covariance"] * covariance + objective["similarity"] * F.mse_loss(later, earlier)
                + objective["inverse"] * F.mse_loss(decoded, actions))

    return Training(without(inputs, "pixels", "actions"), loss, adamw(rate, decay), clip)


def lewm_step(inputs, depth, heads, encoder_depth, encoder_heads, patch, rate, decay, clip):
    pixels, actions, directions = inputs["pixels"], inputs["actions"], inputs["directions"]

    def loss(w):
        return lewm.loss(w, pixels, actions, directions, depth, heads, encoder_depth, encoder_heads, patch)

    return Training(without(inputs, "pixels", "actions", "directions"), loss, adamw(rate, decay), clip)


def mlp_rollout(inputs, steps):
    """z' = z + W3 (h + relu(W2 h)), h = relu(W1 [z, a]), for all candidates from one start."""
    w, actions, start = without(inputs, "actions", "start"), inputs["actions"], inputs["start"]

    def run():
        z, found = start[:, -1].expand(len(actions), -1), []
        for step in range(steps):
            h = F.relu(F.linear(torch.cat((z, actions[:, step]), 1), w["predictor.input.weight"], w["predictor.input.bias"]))
            h = h + F.relu(F.linear(h, w["predictor.hidden.weight"], w["predictor.hidden.bias"]))
            z = z + F.linear(h, w["predictor.output.weight"], w["predictor.output.bias"])
            found.append(z)
        return torch.stack(found, 1)

    return Case(run)


def lewm_rollout(inputs, depth, heads, savings):
    z, known, planned = inputs["latents"], inputs["known"], inputs["planned"]
    w = without(inputs, "latents", "known", "planned")
    roll = lewm.rollout_with_savings if savings else lewm.rollout
    return Case(lambda: roll(w, z, known, planned, depth, heads))


KINDS = {
    "mlp_step": mlp_step, "block_step": block_step, "two_rooms_step": two_rooms_step, "lewm_step": lewm_step,
    "mlp_rollout": mlp_rollout, "lewm_rollout": lewm_rollout,
}
