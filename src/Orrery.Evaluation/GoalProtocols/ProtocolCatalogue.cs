using Orrery.Data;
using Orrery.Environments;

namespace Orrery.Evaluation.GoalProtocols;

/// <summary>
/// The protocols that come with Orrery, by name. Each family of environments lists its own; those whose environment is not in
/// <see cref="EnvironmentCatalogue"/> are left out.
/// </summary>
public static class ProtocolCatalogue
{
    private static readonly SortedDictionary<string, GoalProtocol> Protocols = new(
        ((IEnumerable<GoalProtocol>)
        [
            .. TwoRoomsProtocols.All,
            .. TwoRoomProtocols.All,
            .. FourRoomProtocols.All,
            .. PushTProtocols.All,
            .. ControlProtocols.All,
        ]).Where(protocol => EnvironmentCatalogue.Names.Contains(protocol.Environment)).ToDictionary(protocol => protocol.Name),
        StringComparer.Ordinal);

    /// <summary>Every protocol, in alphabetical order of the names.</summary>
    public static IReadOnlyList<GoalProtocol> All { get; } = [.. Protocols.Values];

    /// <summary>Every name, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Protocols.Keys];

    /// <summary>The names of those that are acted in an environment, in alphabetical order.</summary>
    /// <param name="environment">Its name.</param>
    public static IReadOnlyList<string> For(string environment) =>
        [.. All.Where(protocol => protocol.Environment == environment || protocol.Views.Contains(environment)).Select(protocol => protocol.Name)];

    /// <summary>Finds a protocol.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="OrreryDataException">There is no protocol of that name.</exception>
    public static GoalProtocol Find(string name) => Protocols.TryGetValue(name ?? "", out GoalProtocol? protocol)
        ? protocol
        : throw new OrreryDataException($"There is no protocol '{name}'.{NearestName.Suggest(name ?? "", Names)} These exist: {string.Join(", ", Names)}.");
}
