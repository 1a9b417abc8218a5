using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Orrery.Data;
using Orrery.Environments.Control;

namespace Orrery.Environments.Tests.Control;

public sealed class MujocoBindingTests
{
    /// <summary>What each number of the table is in C.</summary>
    private static readonly Dictionary<string, string> Expressions = new()
    {
        ["Version"] = "mjVERSION_HEADER",
        ["ModelPositions"] = "offsetof(mjModel, nq)",
        ["ModelVelocities"] = "offsetof(mjModel, nv)",
        ["ModelControls"] = "offsetof(mjModel, nu)",
        ["ModelActivations"] = "offsetof(mjModel, na)",
        ["ModelGeoms"] = "offsetof(mjModel, ngeom)",
        ["ModelTimestep"] = "offsetof(mjModel, opt) + offsetof(mjOption, timestep)",
        ["DataWarnings"] = "offsetof(mjData, warning)",
        ["DataTime"] = "offsetof(mjData, time)",
        ["DataPositions"] = "offsetof(mjData, qpos)",
        ["DataVelocities"] = "offsetof(mjData, qvel)",
        ["DataWarmStart"] = "offsetof(mjData, qacc_warmstart)",
        ["DataControls"] = "offsetof(mjData, ctrl)",
        ["DataGeomPlaces"] = "offsetof(mjData, geom_xpos)",
        ["WarningSize"] = "sizeof(mjWarningStat)",
        ["WarningNumber"] = "offsetof(mjWarningStat, number)",
        ["FilesSize"] = "sizeof(mjVFS)",
        ["FilesData"] = "offsetof(mjVFS, filedata)",
        ["CameraSize"] = "sizeof(mjvCamera)",
        ["CameraType"] = "offsetof(mjvCamera, type)",
        ["CameraNumber"] = "offsetof(mjvCamera, fixedcamid)",
        ["OptionSize"] = "sizeof(mjvOption)",
        ["SceneSize"] = "sizeof(mjvScene)",
        ["ContextSize"] = "sizeof(mjrContext)",
    };

    [MujocoHeaderFact]
    public void Every_number_of_the_table_is_what_the_header_says()
    {
        var constants = typeof(MujocoLayout).GetFields(BindingFlags.Public | BindingFlags.Static).ToDictionary(field => field.Name, field => (int)field.GetRawConstantValue()!);
        Assert.Equal(constants.Keys.Order(), Expressions.Keys.Order());
        using var folder = new TemporaryFolder();
        var source = "#include <stddef.h>\n#include <stdio.h>\n#include <mujoco/mujoco.h>\nint main(void)\n{\n"
            + string.Concat(Expressions.Select(pair => $"  printf(\"{pair.Key} %ld\\n\", (long)({pair.Value}));\n")) + "  return 0;\n}\n";
        foreach (var line in MujocoProgram.Run(folder, source))
        {
            var words = line.Split(' ');
            Assert.True(int.Parse(words[1], CultureInfo.InvariantCulture) == constants[words[0]], $"{line}, but the table says {constants[words[0]]}");
        }
    }

    [MujocoFact]
    public void What_is_written_through_the_table_is_found_in_what_the_library_prints()
    {
        using var folder = new TemporaryFolder();
        using var model = MujocoModel.Load("reacher", Reacher.Mjcf);
        using var world = new MujocoWorld(model);
        var state = new MujocoState(2) { Time = 19 };
        state.Place([11, 12], [13, 14]);
        (state.WarmStart[0], state.WarmStart[1], state.Time) = (15, 16, 19);
        world.Write(state);
        world.Control([17, 18]);
        world.Data.Write(MujocoLayout.DataGeomPlaces, [21, 22, 23]);
        var file = folder.File("data.txt");
        Mujoco.PrintData(model, world.Data, file);
        var printed = File.ReadAllText(file);
        Assert.Equal([11, 12], Section("QPOS"));
        Assert.Equal([13, 14], Section("QVEL"));
        Assert.Equal([15, 16], Section("QACC_WARMSTART"));
        Assert.Equal([17, 18], Section("CTRL"));
        Assert.Equal([21, 22, 23], Section("GEOM_XPOS")[..3]);
        Assert.Matches(@"(?m)^TIME\s*=\s*19\s*$", printed);

        Mujoco.PrintModel(model, file);
        printed = File.ReadAllText(file);
        Assert.Matches(@"(?m)^\s*nq\s+2\s*$", printed);
        Assert.Matches(@"(?m)^\s*nu\s+2\s*$", printed);
        Assert.Matches(@"(?m)^\s*ngeom\s+3\s*$", printed);
        Assert.Matches(@"(?m)^\s*timestep\s+0\.02\s*$", printed);

        double[] Section(string name) =>
        [
            .. Regex.Match(printed, $@"(?m)^{name}\s+((?:[-+0-9.e]+\s+)+)").Groups[1].Value
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(number => double.Parse(number, CultureInfo.InvariantCulture)),
        ];
    }

    [MujocoTheory]
    [InlineData("<mujoco><worldbody></mujoco>", "XML_ERROR_MISMATCHED_ELEMENT")]
    [InlineData("<mujoco><worldbody><gem size=\"1\"/></worldbody></mujoco>", "unrecognized element")]
    [InlineData("<mujoco><worldbody><geom size=\"1\" colour=\"red\"/></worldbody></mujoco>", "unrecognized attribute: 'colour'")]
    [InlineData("<mujoco><worldbody><geom size=\"one\"/></worldbody></mujoco>", "problem reading attribute 'size'")]
    [InlineData("<mujoco><worldbody><geom size=\"-1\"/></worldbody></mujoco>", "sizes must be positive")]
    [InlineData("<mujoco><worldbody/><actuator><motor joint=\"j\"/></actuator></mujoco>", "unknown transmission target 'j'")]
    [InlineData("<mujoco><worldbody><body><joint/></body></worldbody></mujoco>", "mass and inertia of moving bodies must be larger")]
    [InlineData("<mujoco><worldbody><geom name=\"a\" size=\"1\"/><geom name=\"a\" size=\"1\"/></worldbody></mujoco>", "repeated name in geom array")]
    [InlineData("<robot/>", "no <mujoco> element")]
    [InlineData("", "no <mujoco> element")]
    public void A_text_that_is_no_model_is_refused_in_the_librarys_words(string xml, string problem)
    {
        var refused = Assert.Throws<OrreryDataException>(() => MujocoModel.Load("this one", xml).Dispose());
        Assert.StartsWith("The model of this one cannot be loaded: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    [MujocoFact]
    public void A_state_that_the_physics_cannot_bear_is_reported_instead_of_a_silent_return_to_the_start()
    {
        using var model = MujocoModel.Load("reacher", Reacher.Mjcf);
        using var world = new MujocoWorld(model);
        var state = new MujocoState(2);
        state.Place([0, 0], [1e11, 0]);
        world.Write(state);
        world.Step(1);
        Assert.Contains("a velocity was not finite or huge", Assert.Throws<OrreryDataException>(() => world.Check("reacher")).Message, StringComparison.Ordinal);
        state.Place([0, 1e11], [0, 0]);
        world.Write(state);
        world.Step(1);
        Assert.Contains("a position was not finite or huge", Assert.Throws<OrreryDataException>(() => world.Check("reacher")).Message, StringComparison.Ordinal);
        state.Place([0, 1], [0, 0]);
        world.Write(state);
        world.Step(1);
        world.Check("reacher");
    }

    [MujocoFact]
    public unsafe void The_librarys_own_handlers_which_wait_for_a_key_and_write_files_are_replaced()
    {
        Mujoco.Require();
        var library = NativeLibrary.Load("libmujoco.so.2.2.2");
        Assert.NotEqual(0, *(nint*)NativeLibrary.GetExport(library, "mju_user_error"));
        Assert.NotEqual(0, *(nint*)NativeLibrary.GetExport(library, "mju_user_warning"));
    }

    [MujocoFact]
    public void The_finger_is_where_the_closed_form_says()
    {
        using var model = MujocoModel.Load("reacher", Reacher.Mjcf);
        using var world = new MujocoWorld(model);
        var random = new Random(1);
        var state = new MujocoState(2);
        var places = new double[9];
        for (var trial = 0; trial < 50; trial++)
        {
            state.Place([7 * (random.NextDouble() - 0.5), 5 * (random.NextDouble() - 0.5)], [0, 0]);
            world.Write(state);
            world.StepBeforeControls();
            world.Data.Read(MujocoLayout.DataGeomPlaces, places);
            var (x, y) = Reacher.Along(Reacher.Along((0, 0), state.Positions[0], Reacher.Link), state.Positions[0] + state.Positions[1], Reacher.Link);
            var finger = 3 * model.Geom("finger");
            Assert.Equal(x, places[finger], 1e-14);
            Assert.Equal(y, places[finger + 1], 1e-14);
        }
    }
}
