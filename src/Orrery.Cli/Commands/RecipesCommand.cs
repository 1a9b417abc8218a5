using System.CommandLine;
using Orrery.Cli.Terminal;
using Orrery.Models.Recipes;
using Spectre.Console;

namespace Orrery.Cli.Commands;

/// <summary><c>orrery recipes</c>: what can be trained, as data.</summary>
internal static class RecipesCommand
{
    public static Command Create(CommandHost host)
    {
        Argument<string> name = new("recipe") { Description = "A built-in name, or the path of a JSON file." };
        Option<string[]> settings = Settings();
        Command show = new("show", "Print a recipe with everything that it extends, as JSON to start a file of your own from.\n\nExample:\n  orrery recipes show two-rooms/sigreg --set training.updates=200 > mine.json");
        show.Arguments.Add(name);
        show.Options.Add(settings);
        host.Bind(show, (parsed, session, _) =>
        {
            session.Output.WriteLine(RecipeFile.Write(RecipeFile.Load(parsed.GetValue(name)!, parsed.GetValue(settings) ?? [])));
            return ExitCodes.Fine;
        });

        Command command = new("recipes", "List the built-in recipes; 'show NAME' prints one.\n\nExamples:\n  orrery recipes\n  orrery recipes show plant/subspace");
        command.Subcommands.Add(show);
        return host.Bind(command, (_, session, _) =>
        {
            RecipeReport[] recipes = [.. RecipeFile.BuiltIn.Select(known =>
            {
                Recipe recipe = RecipeFile.Load(known);
                return new RecipeReport(recipe.Name, recipe.Description);
            })];
            session.Result(recipes, CliJson.Default.RecipeReportArray, () =>
            {
                Table table = new Table().Border(TableBorder.Rounded).AddColumns("recipe", "what it is");
                foreach (RecipeReport recipe in recipes)
                    table.AddRow(recipe.Name.EscapeMarkup(), recipe.Description.EscapeMarkup());
                session.Results.Write(table);
            });
            return ExitCodes.Fine;
        });
    }

    /// <summary>The option <c>--set KEY=VALUE</c>.</summary>
    public static Option<string[]> Settings() => new("--set")
    {
        Description = "Change one number of the recipe, for example --set training.updates=200. May be repeated.",
        AllowMultipleArgumentsPerToken = false,
    };
}

/// <param name="Name">What it is called.</param>
/// <param name="Description">One sentence.</param>
internal sealed record RecipeReport(string Name, string Description);
