namespace Orrery.Data;

/// <summary>Turns what the operating system says about files into a sentence for the user.</summary>
internal static class FileErrors
{
    private const int DiskFullUnix = 28;
    private const int DiskFullWindows = unchecked((int)0x80070070);

    /// <summary>Whether the exception is about files and has a sentence here.</summary>
    public static bool Knows(Exception exception) => exception is IOException or UnauthorizedAccessException or InvalidDataException;

    /// <summary>The sentence for the user.</summary>
    /// <param name="operation">What was attempted, such as <c>write the dataset</c>.</param>
    /// <param name="path">On which file or folder.</param>
    /// <param name="exception">What came.</param>
    public static OrreryDataException Translate(string operation, string path, Exception exception)
    {
        var sentence = exception switch
        {
            { HResult: DiskFullUnix or DiskFullWindows } =>
                $"Cannot {operation} '{path}': the disk is full. Free some space or choose another folder; nothing that was there has changed.",
            UnauthorizedAccessException =>
                $"Cannot {operation} '{path}': access is denied. Change its permissions or choose another place.",
            FileNotFoundException or DirectoryNotFoundException =>
                $"Cannot {operation} '{path}': it does not exist. Check the spelling and the current folder.",
            _ => $"Cannot {operation} '{path}': {exception.Message}",
        };
        return new OrreryDataException(sentence, exception);
    }

    /// <summary>Runs an action and translates what it throws about files.</summary>
    public static void Guard(string operation, string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (Knows(exception))
        {
            throw Translate(operation, path, exception);
        }
    }

    /// <summary>Runs a function and translates what it throws about files.</summary>
    public static T Guard<T>(string operation, string path, Func<T> function)
    {
        try
        {
            return function();
        }
        catch (Exception exception) when (Knows(exception))
        {
            throw Translate(operation, path, exception);
        }
    }
}
