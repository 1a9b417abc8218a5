using System.Text.Json;
using Orrery.Models.Predictors;
using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;
using Orrery.Tensors.Serialization;

namespace Orrery.Models.Tests.Predictors;

/// <summary>The predictor that models are made of, on the reference vectors of LeWM's; tests/reference/README.md says what is in them.</summary>
public sealed class GoldenPredictorTests
{
    private readonly SafetensorsFile _file = SafetensorsFile.Read(Path.Combine(Folder(), "09_blocks.safetensors"));

    [Fact]
    public void The_causal_transformer_gives_the_predictions_and_gradients_of_the_reference()
    {
        int cases = 0;
        foreach ((string name, string json) in _file.Metadata.Where(pair => pair.Key != "about"))
        {
            JsonElement description = JsonSerializer.Deserialize<JsonElement>(json);
            if (description.GetProperty("op").GetString() != "lewm_predictor")
                continue;
            Check(name, description);
            cases++;
        }

        Assert.NotEqual(0, cases);
    }

    private void Check(string name, JsonElement description)
    {
        JsonElement parameters = description.GetProperty("parameters");
        int Number(string parameter) => parameters.GetProperty(parameter).GetInt32();
        int history = Number("history");
        using CpuBackend backend = new(2);
        using ParameterBlock block = new(backend);
        PredictorRecipe recipe = new(
            PredictorRecipe.CausalTransformer, Number("mlp"), history, Number("depth"), Number("heads"), Number("head_width"), Number("head_mlp"));
        CausalTransformerPredictor predictor = new(block, recipe, Number("width"), 2, new RandomStream(1, "golden"));
        block.Seal();

        // The case begins with the conditions, so the layers that make them from actions have no part in it.
        Parameter[] shared = [.. block.Parameters.Where(parameter => !parameter.Name.StartsWith("action.", StringComparison.Ordinal))];
        string start = $"{name}/grad.";
        Assert.Equal(
            _file.Entries.Where(entry => entry.Name.StartsWith(start, StringComparison.Ordinal)).Select(entry => entry.Name[start.Length..]).Except(["z", "c"]).Order(StringComparer.Ordinal),
            shared.Select(parameter => parameter.Name).Order(StringComparer.Ordinal));
        foreach (Parameter parameter in shared)
            Values("input." + parameter.Name).CopyTo(parameter.Value.Span);
        block.ZeroGradients();

        using Tape tape = new(backend);
        Tensor z = tape.Variable(Input("z")), c = tape.Variable(Input("c"));
        Tensor prediction = predictor.ForwardConditioned(tape, tape.Slice(z, 1, 0, history), c, training: true);
        Tensor spread = tape.Mean(tape.NormalityStatistic(tape.MatMul(tape.Transpose(z, 0, 1), Input("a"))));
        Tensor matching = tape.MeanSquaredError(prediction, tape.Slice(z, 1, 1, history));
        Tensor loss = tape.Add(matching, tape.Scale(spread, parameters.GetProperty("sigreg_weight").GetSingle()));
        tape.Backward(loss);
        Close("output.prediction", prediction);
        Close("output.loss", loss);
        Close("grad.z", tape.Gradient(z));
        Close("grad.c", tape.Gradient(c));
        foreach (Parameter parameter in shared)
            Close("grad." + parameter.Name, parameter.Gradient);
        Close("output.running_mean", block.Buffers[0].Value);
        Close("output.running_var", block.Buffers[1].Value);
        Close("output.eval_prediction", predictor.ForwardConditioned(tape, tape.Slice(z, 1, 0, history), c, training: false));

        ReadOnlySpan<float> Values(string part) => _file[$"{name}/{part}"].Values<float>();

        Tensor Input(string part) => tape.Constant(
            Values("input." + part), new Shape([.. _file[$"{name}/input.{part}"].Dimensions.ToArray().Select(dimension => (int)dimension)]));

        void Close(string part, Tensor actual)
        {
            double tolerance = description.GetProperty("tolerance").GetDouble(), floor = 0, difference = 0, norm = 0;
            if (description.GetProperty("tensors").TryGetProperty(part, out JsonElement exception))
            {
                tolerance = exception.TryGetProperty("tolerance", out JsonElement own) ? own.GetDouble() : tolerance;
                floor = exception.TryGetProperty("floor", out own) ? own.GetDouble() : floor;
            }

            ReadOnlySpan<float> expected = Values(part), numbers = actual.Span;
            Assert.Equal(expected.Length, numbers.Length);
            for (int index = 0; index < numbers.Length; index++)
            {
                difference += Math.Pow((double)numbers[index] - expected[index], 2);
                norm += Math.Pow(expected[index], 2);
            }

            double limit = (tolerance * Math.Sqrt(norm)) + floor;
            Assert.True(Math.Sqrt(difference) <= limit, $"{part} is off by {Math.Sqrt(difference):G3}, allowed {limit:G3}");
        }
    }

    private static string Folder()
    {
        if (Environment.GetEnvironmentVariable("ORRERY_REFERENCE") is { Length: > 0 } folder)
            return folder;
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Orrery.slnx")))
            directory = directory.Parent;
        return Path.Combine(directory?.FullName ?? throw new InvalidOperationException("Run the tests from a checkout."), "tests", "reference");
    }
}
