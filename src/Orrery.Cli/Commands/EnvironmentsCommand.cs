using System.CommandLine;
using Orrery.Cli.Terminal;
using Orrery.Data;
using Orrery.Data.Spaces;
using Orrery.Environments;
using Orrery.Environments.Control;
using Orrery.Evaluation.Reports.Pictures;
using Spectre.Console;

namespace Orrery.Cli.Commands;

/// <summary><c>orrery environments</c>: what can be stepped, and what each looks like.</summary>
internal static class EnvironmentsCommand
{
    private const int PictureSize = 520;

    public static Command Create(CommandHost host)
    {
        Command show = new("show", "Print one environment's spaces, units and success rule, and draw a picture of it.\n\nExamples:\n  orrery environments show two-rooms --open\n  orrery environments show reacher --picture reacher.png --renderer gl");
        Argument<string> name = new("name") { Description = "Its name, as 'orrery environments' lists it." };
        Option<FileInfo?> picture = new("--picture") { Description = "Where to write a PNG picture of a random start." };
        Option<bool> open = new("--open") { Description = "Open the picture with the desktop's viewer; without --picture it is a temporary file." };
        Option<PictureRenderer> renderer = new("--renderer") { Description = "Who draws it: flat paints what models see; gl lets MuJoCo draw its own environments, with light and shadow (needs libosmesa6)." };
        Option<ulong> seed = new("--seed") { Description = "Seed of that start." };
        show.Arguments.Add(name);
        show.Options.Add(picture);
        show.Options.Add(open);
        show.Options.Add(renderer);
        show.Options.Add(seed);
        host.Bind(show, (parsed, session, _) =>
        {
            using IEnvironment environment = Typed.Read(() => EnvironmentCatalogue.Create(parsed.GetValue(name)!));
            environment.Reset(parsed.GetValue(seed));
            FileInfo? file = parsed.GetValue(picture)
                ?? (parsed.GetValue(open) ? new FileInfo(Path.Combine(Path.GetTempPath(), $"orrery-{environment.Specification.Name}.png")) : null);
            if (file is not null)
            {
                Draw(environment, file, parsed.GetValue(renderer), session);
                if (parsed.GetValue(open))
                    Viewer.Open(file.FullName, session);
            }
            else if (parsed.GetResult(renderer) is { Implicit: false })
                throw new UsageException("The option --renderer draws a picture; say where to with --picture FILE, or look at it with --open.");
            EnvironmentReport report = Describe(environment.Specification);
            session.Result(report, CliJson.Default.EnvironmentReport, () => Print(session, report));
            return ExitCodes.Fine;
        });

        Command command = new("environments", "List the environments; 'show NAME' prints one.\n\nExamples:\n  orrery environments\n  orrery environments show two-rooms");
        command.Subcommands.Add(show);
        return host.Bind(command, (_, session, _) =>
        {
            EnvironmentReport[] all = [.. EnvironmentCatalogue.Names.Select(known =>
            {
                using IEnvironment environment = EnvironmentCatalogue.Create(known);
                return Describe(environment.Specification);
            })];
            session.Result(all, CliJson.Default.EnvironmentReportArray, () =>
            {
                foreach (EnvironmentReport report in all)
                    Print(session, report);
            });
            return ExitCodes.Fine;
        });
    }

    private static EnvironmentReport Describe(EnvironmentSpecification specification) => new(
        specification.Name,
        specification.Description,
        Describe(specification.Observation),
        Describe(specification.Action) + (specification.ActionNormLimit is { } limit ? $", norm at most {limit}" : ""),
        Describe(specification.State),
        specification.Proprioception is null ? null : Describe(specification.Proprioception),
        $"{specification.SamplingTime} {specification.TimeUnit}",
        specification.StepLimit,
        specification.SuccessRule);

    private static string Describe(Space space) => space switch
    {
        ImageSpace image => $"picture of {image.Channels} x {image.Height} x {image.Width} bytes",
        VectorSpace vector => string.Join(", ", vector.Dimensions.Select(Describe)),
        _ => space.Name,
    };

    private static string Describe(Dimension dimension) =>
        $"{dimension.Name} {dimension.Low}..{dimension.High}{(dimension.Unit.Length > 0 ? " " + dimension.Unit : "")}{(dimension.IsDisturbance ? " (disturbance)" : "")}";

    private static void Print(Session session, EnvironmentReport report)
    {
        Table table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumns("what", "is").Title(report.Name);
        table.AddRow("what it is", report.Description.EscapeMarkup());
        table.AddRow("observation", report.Observation.EscapeMarkup());
        if (report.Proprioception is not null)
            table.AddRow("proprioception", report.Proprioception.EscapeMarkup());
        table.AddRow("action", report.Action.EscapeMarkup());
        table.AddRow("state (evaluation only)", report.State.EscapeMarkup());
        table.AddRow("step", report.SamplingTime.EscapeMarkup());
        table.AddRow("step limit", $"{report.StepLimit}");
        table.AddRow("success", report.SuccessRule.EscapeMarkup());
        session.Results.Write(table);
    }

    private static void Draw(IEnvironment environment, FileInfo file, PictureRenderer renderer, Session session)
    {
        RgbImage picture = new(PictureSize, PictureSize);
        if (renderer == PictureRenderer.Gl)
            MujocoPicture.Render(environment, picture.Pixels, PictureSize, PictureSize);
        else
            environment.Render(picture.Pixels, PictureSize, PictureSize);
        File.WriteAllBytes(file.FullName, PngWriter.Write(picture));
        session.Remark($"Picture: {file.FullName}");
    }
}

/// <summary>Who draws the picture of an environment.</summary>
internal enum PictureRenderer
{
    /// <summary>Orrery's painter.</summary>
    Flat,

    /// <summary>MuJoCo, by OpenGL in software.</summary>
    Gl,
}

/// <param name="Name">Name in the catalogue.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Observation">What is seen.</param>
/// <param name="Action">What is done.</param>
/// <param name="State">The privileged state.</param>
/// <param name="Proprioception">What is measured beside a picture; null for nothing.</param>
/// <param name="SamplingTime">Time between two steps.</param>
/// <param name="StepLimit">Steps until truncation.</param>
/// <param name="SuccessRule">When a task counts as solved.</param>
internal sealed record EnvironmentReport(
    string Name, string Description, string Observation, string Action, string State, string? Proprioception, string SamplingTime, int StepLimit, string SuccessRule);
