namespace Orrery.Tensors.Autograd;

/// <summary>How an xLSTM cell makes its forget gate from the pre-activation.</summary>
public enum ForgetGate
{
    /// <summary>sigmoid(f), below 1.</summary>
    Sigmoid,

    /// <summary>e^f, without a bound.</summary>
    Exponential,
}
