namespace Orrery.Tensors;

/// <summary>How attention makes weights of a query and a key.</summary>
/// <param name="Scale">The factor of their product.</param>
/// <param name="TokensPerBlock">
/// With a positive number a query sees the keys of its own block of so many tokens and of those before it; 1 is causal, 0 shows all.
/// </param>
/// <param name="Mask">Added to the scaled product, -inf forbids; broadcast from the right to [B, H, Tq, Tk]. Null adds nothing.</param>
/// <param name="FirstPosition">The place of the first query among the keys, where the queries are not the first tokens.</param>
public readonly record struct AttentionScores(float Scale, int TokensPerBlock = 0, Tensor Mask = default, int FirstPosition = 0);
