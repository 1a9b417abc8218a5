using System.Runtime.InteropServices;
using Orrery.Data;

namespace Orrery.Environments.Control;

/// <summary>A compiled model. It is never written after it is loaded, so that simulations on several threads may share it.</summary>
internal sealed unsafe class MujocoModel : SafeHandle
{
    private const int GeomKind = 5;

    // The library remembers the last text that was loaded.
    private static readonly Lock Loading = new();
    private static readonly Lazy<bool> Probed = new(Probe);

    private MujocoModel(nint model)
        : base(0, ownsHandle: true)
    {
        SetHandle(model);
        Positions = ReadInt(MujocoLayout.ModelPositions);
        Velocities = ReadInt(MujocoLayout.ModelVelocities);
        Controls = ReadInt(MujocoLayout.ModelControls);
        Activations = ReadInt(MujocoLayout.ModelActivations);
        Geoms = ReadInt(MujocoLayout.ModelGeoms);
        Timestep = *(double*)(handle + MujocoLayout.ModelTimestep);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Numbers of position, velocity, control and actuator state.</summary>
    public int Positions { get; }

    /// <inheritdoc cref="Positions"/>
    public int Velocities { get; }

    /// <inheritdoc cref="Positions"/>
    public int Controls { get; }

    /// <inheritdoc cref="Positions"/>
    public int Activations { get; }

    /// <summary>Number of shapes.</summary>
    public int Geoms { get; }

    /// <summary>s.</summary>
    public double Timestep { get; }

    /// <summary>Compiles a model. The first of a process proves that the table of offsets fits the library.</summary>
    /// <param name="name">What to call it where something is wrong with it.</param>
    /// <param name="xml">MJCF with a <c>size</c>: without it, each simulation takes 13 MB instead of some 100 KB.</param>
    /// <exception cref="OrreryDataException">The library is missing, or the text is no model.</exception>
    public static MujocoModel Load(string name, string xml)
    {
        Mujoco.Require();
        _ = Probed.Value;
        var model = Compile(name, xml);
        if (model.Activations == 0)
            return model;
        model.Dispose();
        throw new OrreryDataException($"The model of {name} has actuators with a state of their own, which simulations here do not keep; use motors.");
    }

    /// <summary>The number of a shape.</summary>
    public int Geom(string name) => Mujoco.FindName(this, GeomKind, name);

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        Mujoco.DeleteModel(handle);
        return true;
    }

    private static MujocoModel Compile(string name, string xml)
    {
        // A text without this root is read as another format, and one without content ends the process.
        if (!xml.Contains("<mujoco", StringComparison.Ordinal))
            throw new OrreryDataException($"The model of {name} cannot be loaded: its text has no <mujoco> element.");
        lock (Loading)
        {
            var model = Mujoco.LoadModel(xml, out var problem);
            return model != 0 ? new MujocoModel(model) : throw new OrreryDataException($"The model of {name} cannot be loaded: {problem}");
        }
    }

    /// <summary>Compares what is read through the table with what a small model is known to be, and where its tip is with a closed form.</summary>
    private static bool Probe()
    {
        const double First = 0.4, Second = -1.1, Link = 0.12;
        const string Xml = """
            <mujoco>
              <size njmax="10" nconmax="2" nstack="5000"/>
              <option timestep="0.0375"/>
              <worldbody>
                <geom name="root" type="sphere" size="0.01"/>
                <body>
                  <joint name="first" axis="0 0 1"/>
                  <geom name="upper" type="capsule" fromto="0 0 0 0.12 0 0" size="0.01"/>
                  <body pos="0.12 0 0">
                    <joint name="second" axis="0 0 1"/>
                    <geom name="tip" type="sphere" pos="0.12 0 0" size="0.01"/>
                  </body>
                </body>
              </worldbody>
              <actuator><motor joint="first"/></actuator>
            </mujoco>
            """;
        using var model = Compile("the probe", Xml);
        var named = 0;
        while (Mujoco.NameOf(model, GeomKind, named) != 0)
            named++;
        var fits = model is { Positions: 2, Velocities: 2, Controls: 1, Activations: 0, Geoms: 3, Timestep: 0.0375 } && named == 3;
        if (fits)
        {
            using var data = new MujocoData(model);
            data.Write(MujocoLayout.DataPositions, [First, Second]);
            Mujoco.Forward(model, data);
            Span<double> places = stackalloc double[9];
            data.Read(MujocoLayout.DataGeomPlaces, places);
            var tip = places.Slice(3 * model.Geom("tip"), 3);
            fits = Math.Abs(tip[0] - (Link * (Math.Cos(First) + Math.Cos(First + Second)))) < 1e-12
                && Math.Abs(tip[1] - (Link * (Math.Sin(First) + Math.Sin(First + Second)))) < 1e-12;
        }

        return fits ? true : throw new OrreryDataException(
            "MuJoCo says that it is 2.2.2, but its structs are laid out in another way than Debian's; install the Debian package libmujoco2.2.2.");
    }

    private int ReadInt(int offset) => *(int*)(handle + offset);
}
