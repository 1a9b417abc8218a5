using Orrery.Data;

namespace Orrery.Environments;

/// <summary>One environment of <see cref="EnvironmentCatalogue"/>: how it is made, and how it is explored when its data are collected.</summary>
/// <param name="Name">Its name, as in its specification.</param>
/// <param name="Create">Makes one, reset with seed 0.</param>
/// <param name="Collection">Its exploration; throws <see cref="Data.OrreryDataException"/> where a setting does not fit.</param>
internal sealed record EnvironmentEntry(string Name, Func<IEnvironment> Create, Func<CollectionSettings, ICollection> Collection);
