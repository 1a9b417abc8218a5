namespace Orrery.Models.Recipes;

/// <summary>A recipe cannot be used. The message is one sentence for the person who wrote it.</summary>
public sealed class RecipeException : Exception
{
    /// <summary>With a sentence for the person.</summary>
    public RecipeException(string message)
        : base(message)
    {
    }

    /// <summary>With a sentence for the person and the cause below it.</summary>
    public RecipeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Without a message of its own; prefer the others.</summary>
    public RecipeException()
    {
    }
}
