namespace Orrery.Tensors.Autograd;

/// <summary>How the losses of single elements become one loss.</summary>
public enum Reduction
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>They stay as they are.</summary>
    None,
}
