using System.Diagnostics;
using System.Globalization;
using Orrery.Models;
using Orrery.Planning.Audit;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Fallbacks;
using Orrery.Planning.Planners;
using Orrery.Tensors;
using Xunit.Abstractions;

namespace Orrery.Planning.Tests.Audit;

/// <summary>What a record costs beside the planning step that it records; for docs/audit.md, when ORRERY_AUDIT_OVERHEAD names a run.</summary>
public class AuditOverhead(ITestOutputHelper output)
{
    private const int Steps = 300;

    [Fact]
    public void Writes_what_a_record_costs_when_asked_for_it()
    {
        if (Environment.GetEnvironmentVariable("ORRERY_AUDIT_OVERHEAD") is not { Length: > 0 } run)
            return;
        using var backend = new CpuBackend();
        using var model = WorldModel.Load(run, backend);
        using var folder = new TemporaryLog();
        using var log = folder.Open();
        var subject = new AuditSubject("overhead", CheckpointIdentity.Of(run), model.Recipe.Planner);
        var recorder = new AuditRecorder(log, subject);
        ICost[] goal = [new LatentGoalCost(new float[model.LatentSize])];
        using var without = Create(model, null);
        using var with = Create(model, recorder);
        var (plain, recorded) = (new double[Steps], new double[Steps]);
        var random = new Random(1);
        var pixels = new byte[model.ReadsPixels ? model.ObservationSize : 0];
        var rows = new float[model.ReadsPixels ? 0 : model.History * model.ObservationSize];
        var actions = new float[model.ReadsPixels ? 0 : model.History * model.ActionSize];
        for (var step = -20; step < Steps; step++)
        {
            random.NextBytes(pixels);
            for (var i = 0; i < rows.Length; i++)
                rows[i] = random.NextSingle();
            foreach (var isRecorded in step % 2 == 0 ? new[] { false, true } : [true, false])
            {
                var controller = isRecorded ? with : without;
                // Pursuing anew makes every step a planning step.
                controller.Pursue(goal);
                var began = Stopwatch.GetTimestamp();
                controller.Step(latent => Perceive(model, isRecorded ? recorder : null, pixels, rows, actions, latent));
                if (step >= 0)
                    (isRecorded ? recorded : plain)[step] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
            }
        }

        var bytes = new FileInfo(folder.Files[0]).Length / (Steps + 20);
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{model.Recipe.Name}: planning step {Median(plain):0} us without, {Median(recorded):0} us with a record of {bytes:N0} bytes; difference {100 * ((Median(recorded) / Median(plain)) - 1):0.00} %, of the fastest tenths {100 * ((Tenth(recorded) / Tenth(plain)) - 1):0.00} %");
        output.WriteLine(text);
        File.AppendAllText(Path.Combine(run, "audit-overhead.txt"), text + "\n");
    }

    private static void Perceive(WorldModel model, AuditRecorder? recorder, byte[] pixels, float[] rows, float[] actions, Span<float> latent)
    {
        if (model.ReadsPixels)
        {
            recorder?.Saw(pixels);
            model.Encode(pixels, 1, latent);
            return;
        }

        recorder?.Saw(rows, actions);
        model.Encode(rows, actions, latent);
    }

    private static MpcController Create(WorldModel model, IDecisionRecorder? recorder) => new(new MpcSettings(
        model, PlannerFactory.Create(model.Recipe.Planner), ActionLimits.Radial(model.ActionSize, 1), new SafeValueFallback(new float[model.ActionSize]), Recorder: recorder));

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    private static double Tenth(double[] values) => values.Order().ElementAt(values.Length / 10);
}
