using Orrery.Data.Datasets;
using Orrery.Environments.Navigation;
using Orrery.Evaluation.Statistics;
using Orrery.Evaluation.Surprise;
using Orrery.Models;
using Orrery.Models.Runs;
using Orrery.Planning.Surprise;
using Orrery.Tensors;
using Orrery.Tensors.Random;

namespace Orrery.Benchmarks.Surprise;

/// <summary>Violations of expectation in Two Rooms, by the error in the latent.</summary>
internal static class PictureTables
{
    private const double Rate = 1e-3;
    private const int Episodes = 100;
    private const int Before = 40;
    private const int After = 40;
    private const int Plane = TwoRoomsLayout.Size * TwoRoomsLayout.Size;

    public static void Print(string run)
    {
        using CpuBackend backend = new();
        using WorldModel model = WorldModel.Load(run, backend);
        using Dataset dataset = Dataset.Open(RunFolder.ReadDocument(run).Dataset);
        ResidualRecord record = NormalOperation.HeldOut(model, dataset);
        SurpriseCalibration calibration = SurpriseCalibration.Fit(record);
        Console.WriteLine($"calibrated on {record.UsableRows:#,0} held-out pictures; {Rate:0.####} false alarms a row declared");
        Console.WriteLine("| what happens | alarms within 40 pictures | 95 % interval | median delay |\n|---|---|---|---|");
        foreach (string what in (string[])["nothing", "teleport", "vanishing dot", "dot half as bright", "walls half as bright", "wall without its middle", "dot goes through the wall"])
        {
            var delays = new List<double>();
            int early = 0, kept = 0;
            for (int episode = 0; episode < Episodes; episode++)
            {
                (int? alarm, bool before) = Watch(model, calibration, what, (ulong)(episode + 1));
                early += before ? 1 : 0;
                if (before)
                    continue;
                kept++;
                if (alarm is { } delay)
                    delays.Add(delay);
            }

            WilsonInterval interval = WilsonInterval.Of(delays.Count, kept);
            Console.WriteLine($"| {what} | {delays.Count} of {kept}{(early > 0 ? $" ({early} alarmed before)" : "")} | {100 * interval.Low:0} to {100 * interval.High:0} % | {Quantiles.Of(delays, 0.5):0} |");
        }
    }

    private static (int? Delay, bool Before) Watch(WorldModel model, SurpriseCalibration calibration, string what, ulong seed)
    {
        using TwoRooms rooms = new();
        rooms.Reset(seed);
        RandomStream random = new(seed, "pictures");
        PictureErrors errors = new(model);
        SurpriseMonitor monitor = calibration.Monitor(Rate);
        byte[] pixels = new byte[2 * Plane];
        float[] row = new float[errors.Layout.Size], action = new float[2], state = new float[2];
        double direction = 2 * Math.PI * random.NextDouble();
        for (int step = -Before; step < After; step++)
        {
            if (step == 0 && what == "teleport")
                Teleport(rooms, random, state);
            if (step == 0 && what == "dot goes through the wall")
                Mirror(rooms, state);
            rooms.Observe(pixels);
            if (step >= 0)
                Change(pixels, what);
            direction += 0.4 * random.NextNormal();
            double speed = 1.5 * random.NextDouble();
            (action[0], action[1]) = ((float)(speed * Math.Cos(direction)), (float)(speed * Math.Sin(direction)));
            errors.Next(pixels, action, row);
            if (monitor.Step(row).Change == AlarmChange.Began)
                return step < 0 ? (null, true) : (step, false);
            rooms.Step(action);
        }

        return (null, false);
    }

    private static void Teleport(TwoRooms rooms, RandomStream random, float[] state)
    {
        rooms.ReadState(state);
        (float x, float y) = (state[0], state[1]);
        do
            (state[0], state[1]) = (8 + (49 * random.NextFloat()), 8 + (49 * random.NextFloat()));
        while (!rooms.Layout.IsFree(state[0], state[1]) || Math.Sqrt(Math.Pow(state[0] - x, 2) + Math.Pow(state[1] - y, 2)) < 15);
        rooms.WriteState(state);
    }

    private static void Mirror(TwoRooms rooms, float[] state)
    {
        rooms.ReadState(state);
        state[0] = TwoRoomsLayout.Size - 1 - state[0];
        if (rooms.Layout.IsFree(state[0], state[1]))
            rooms.WriteState(state);
    }

    private static void Change(byte[] pixels, string what)
    {
        switch (what)
        {
            case "vanishing dot": pixels.AsSpan(0, Plane).Clear(); break;
            case "dot half as bright": Halve(pixels.AsSpan(0, Plane)); break;
            case "walls half as bright": Halve(pixels.AsSpan(Plane)); break;
            case "wall without its middle":
                for (int y = 25; y < 45; y++)
                    pixels.AsSpan(Plane + (y * TwoRoomsLayout.Size) + 29, 7).Clear();
                break;
            default: break;
        }
    }

    private static void Halve(Span<byte> pixels)
    {
        for (int index = 0; index < pixels.Length; index++)
            pixels[index] /= 2;
    }
}
