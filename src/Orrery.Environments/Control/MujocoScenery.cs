namespace Orrery.Environments.Control;

/// <summary>What is there for the eye alone, added to a model: a floor, a camera above, the picture's size.</summary>
internal static class MujocoScenery
{
    private const string Before = "<worldbody>";

    /// <summary>Adds it.</summary>
    /// <param name="mjcf">The physics.</param>
    /// <param name="width">Of the picture, px.</param>
    /// <param name="height">Of the picture, px.</param>
    /// <param name="look">Elements that belong beside the world, such as textures.</param>
    /// <param name="scenery">Elements in the world, with a camera called <c>above</c>. Nothing that could be touched.</param>
    public static string Add(string mjcf, int width, int height, string look, string scenery)
    {
        var place = mjcf.IndexOf(Before, StringComparison.Ordinal);
        return $"""
            {mjcf[..place]}<visual><global offwidth="{width}" offheight="{height}"/></visual>
            {look}
            {Before}
            {scenery}
            {mjcf[(place + Before.Length)..]}
            """;
    }
}
