namespace Orrery.Server;

/// <summary>A request that is not answered as asked, with a sentence for whoever sent it. Nothing has changed then.</summary>
/// <param name="status">HTTP status: 400 for what makes no sense, 404 for what is not there, 409 for what does not fit what is going on.</param>
/// <param name="sentence">What came, what was needed, and what to do.</param>
internal sealed class RefusedException(int status, string sentence) : Exception(sentence)
{
    public int Status { get; } = status;
}
