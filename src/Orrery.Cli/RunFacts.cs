using Orrery.Evaluation.Reports.Markup;
using Orrery.Models;
using Orrery.Models.Runs;
using Orrery.Tensors;

namespace Orrery.Cli;

/// <summary>Where a report's figures come from, for the end of the page.</summary>
internal static class RunFacts
{
    public static IReadOnlyList<Fact> Of(string folder, WorldModel model, Backend backend, params ReadOnlySpan<Fact> more)
    {
        RunDocument document = RunFolder.ReadDocument(folder);
        return
        [
            new("recipe", document.Recipe), new("seed", $"{document.Seed}"), .. more,
            new("dataset", $"SHA-256 {document.DatasetHash[..16]}…"), new("parameters", $"{model.ParameterCount:#,0}"),
            new("Orrery", document.Orrery), new("runtime", document.Runtime), new("system", document.System), new("computes on", backend.Name),
        ];
    }
}
