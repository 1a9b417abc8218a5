using Orrery.Planning.Audit;

namespace Orrery.Server;

/// <summary>What a server serves, and where. Only who starts it decides on any of this; no request does.</summary>
/// <param name="RunFolder">Folder of the run.</param>
/// <param name="Host">An address of this machine to listen on; only this machine reaches a loopback address.</param>
/// <param name="Port">The port; 0 for any that is free.</param>
/// <param name="Limits">Limits beside those of the checkpoint.</param>
/// <param name="Plants">The plants that are controlled, by name: each has a past of its own. One called <c>plant</c> when left out.</param>
/// <param name="Audit">Where every decision is recorded; null for nowhere.</param>
/// <param name="Report">Told in one sentence of every failure that is a bug of ours.</param>
public sealed record ServerSettings(
    string RunFolder,
    string Host = "127.0.0.1",
    int Port = 5000,
    IReadOnlyList<string>? Limits = null,
    IReadOnlyList<string>? Plants = null,
    AuditLog? Audit = null,
    Action<string>? Report = null);
