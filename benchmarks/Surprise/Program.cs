using System.Globalization;
using Orrery.Benchmarks.Surprise;

// The tables of docs/surprise.md:
//   dotnet run -c Release --project benchmarks/Surprise -- tanks [quick] [SEED]
//   dotnet run -c Release --project benchmarks/Surprise -- pictures RUN
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["tanks", ..]:
        TankTables.Print(args.Contains("quick"), ulong.TryParse(args[^1], CultureInfo.InvariantCulture, out ulong seed) ? seed : 2);
        return 0;
    case ["pictures", string run]:
        PictureTables.Print(run);
        return 0;
    default:
        Console.Error.WriteLine("Say what to measure: tanks [quick] [SEED], or pictures RUN with a trained run of Two Rooms.");
        return 2;
}
