using Orrery.Data.Spaces;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Process;

/// <summary>
/// A heated room and the walls around it: two heat capacities and two thermal resistances. The weather is measured, but nobody commands it.
/// </summary>
/// <remarks>
/// The structure is the model TiTe of Bacher and Madsen, "Identifying suitable models for the heat dynamics of buildings", 2011; the numbers
/// are ours, for a large room: 1 and 4 kWh/K, 1 and 4 K/kW, 2 m2 of window. The weather's day has a random level and random clouds.
/// </remarks>
public sealed class RoomHeating : ProcessEquations
{
    private const double AirCapacity = 1;
    private const double WallCapacity = 4;
    private const double AirToWall = 1;
    private const double WallToOutdoors = 4;
    private const double WindowArea = 2;
    private const double ClearSky = 0.6;
    private const double HoursPerDay = 24;
    private const double MeanOutdoors = 3;
    private const double DailySwing = 4;
    private const double NominalSun = 0.1;
    private const double WeatherMemory = 0.98;
    private const double WeatherNoise = 0.4;
    private const double CloudMemory = 0.9;
    private const double CloudNoise = 0.15;

    /// <summary>Describes it.</summary>
    public RoomHeating()
        : base(
            "room-heating",
            "A heated room with heavy walls under changing weather: hold the room's temperature by the heater's power.",
            [new(new Dimension("room", "°C", -30, 60), 20, 0.5), new(new Dimension("wall", "°C", -30, 60), 16.6, 0.5)],
            [
                new(new Dimension("heater", "kW", 0, 8), 3.2),
                new(new Dimension("outdoors", "°C", -30, 40, IsDisturbance: true), MeanOutdoors),
                new(new Dimension("sun", "kW/m2", 0, 1, IsDisturbance: true), NominalSun),
            ],
            [new(new Dimension("room", "°C", -30, 60), 0.05)],
            samplingTime: 0.25,
            timeUnit: "h",
            subSteps: 2,
            new ProcessLoop(0, 0, SetPointLow: 17, SetPointHigh: 23, RateLimit: 4, ShortestHold: 24, LongestHold: 96, Gain: 1, IntegralSteps: 60, Dither: 1.5))
    {
    }

    /// <summary>How warm the weather is against the mean, and how clear the sky is.</summary>
    public override int DisturbanceMemory => 2;

    /// <inheritdoc/>
    public override void Derivative(ReadOnlySpan<double> state, ReadOnlySpan<double> inputs, Span<double> derivative)
    {
        var toWall = (state[0] - state[1]) / AirToWall;
        derivative[0] = (inputs[0] + (WindowArea * inputs[2]) - toWall) / AirCapacity;
        derivative[1] = (toWall - ((state[1] - inputs[1]) / WallToOutdoors)) / WallCapacity;
    }

    /// <inheritdoc/>
    public override void Measure(ReadOnlySpan<double> state, Span<double> outputs) => outputs[0] = Within(Outputs[0].Dimension, state[0]);

    /// <summary>A daily swing around a level that wanders for days, and a sun behind clouds that wander for hours.</summary>
    public override void Disturb(RandomStream random, int step, Span<double> memory, Span<double> disturbances)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (step == 0)
        {
            memory[0] = WeatherNoise / Math.Sqrt(1 - (WeatherMemory * WeatherMemory)) * random.NextNormal();
            memory[1] = 0.5 + (CloudNoise / Math.Sqrt(1 - (CloudMemory * CloudMemory)) * random.NextNormal());
        }
        else
        {
            memory[0] = (WeatherMemory * memory[0]) + (WeatherNoise * random.NextNormal());
            memory[1] = 0.5 + (CloudMemory * (memory[1] - 0.5)) + (CloudNoise * random.NextNormal());
        }

        var day = 2 * Math.PI * step * SamplingTime / HoursPerDay;
        disturbances[0] = Within(Inputs[1].Dimension, MeanOutdoors - (DailySwing * Math.Cos(day)) + memory[0]);
        disturbances[1] = Within(Inputs[2].Dimension, ClearSky * Math.Max(0, -Math.Cos(day)) * Math.Clamp(memory[1], 0, 1));
    }
}
