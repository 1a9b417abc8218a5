namespace Orrery.Data;

/// <summary>
/// Something is wrong with the user's data or files. The message is one or two sentences meant for the user: what was
/// attempted, what came, what was needed and what to do. Programs print it without a stack trace.
/// </summary>
public sealed class OrreryDataException : Exception
{
    /// <summary>Creates the exception with a sentence for the user.</summary>
    public OrreryDataException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a sentence for the user and the cause below it.</summary>
    public OrreryDataException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates an exception without a message of its own; prefer the other constructors.</summary>
    public OrreryDataException()
        : base("The data cannot be used.")
    {
    }
}
