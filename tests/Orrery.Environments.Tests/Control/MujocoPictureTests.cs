using System.Runtime.InteropServices;
using Orrery.Data;
using Orrery.Environments.Control;
using Orrery.Environments.Navigation;

namespace Orrery.Environments.Tests.Control;

public sealed class MujocoPictureTests
{
    [MesaFact]
    public void MuJoCo_draws_the_arm_where_the_painter_does()
    {
        using var environment = new Reacher("reacher", 64);
        environment.WriteState([0.5f, -1.2f, 0, 0]);
        byte[] drawn = new byte[3 * 200 * 200], painted = new byte[3 * 200 * 200];
        MujocoPicture.Render(environment, drawn, 200, 200);
        environment.Render(painted, 200, 200);
        var agree = 0;
        var shown = 0;
        for (var place = 0; place < drawn.Length; place += 3)
        {
            if (painted[place] != 0xB3)
                continue;
            shown++;

            // Lit, it is still redder than it is blue, which floor and rim are not.
            agree += drawn[place] > drawn[place + 2] + 20 ? 1 : 0;
        }

        Assert.True(shown > 300, $"{shown} pixels of arm");
        Assert.InRange((double)agree / shown, 0.9, 1);
    }

    [MesaFact]
    public void MuJoCo_draws_the_maze_where_the_painter_does_at_any_size()
    {
        using var environment = new PointMaze(PointMazeLayout.U, 0);
        environment.WriteState([1, 3, 0, 0]);
        byte[] drawn = new byte[3 * 120 * 120], painted = new byte[3 * 120 * 120];
        MujocoPicture.Render(environment, drawn, 120, 120);
        environment.Render(painted, 120, 120);
        var (walls, balls, wrong) = (0, 0, 0);
        for (var place = 0; place < drawn.Length; place += 3)
        {
            var (red, green, blue) = (drawn[place], drawn[place + 1], drawn[place + 2]);
            if (painted[place] == 0xB3)
            {
                walls++;
                wrong += red > blue + 20 ? 0 : 1;
            }
            else if (painted[place + 1] == 0xE6)
            {
                balls++;
                wrong += green > red + 20 && green > blue + 20 ? 0 : 1;
            }
        }

        // Walls have a height, so that their foot is seen, and their edges are a little further apart.
        Assert.True(walls > 3000 && balls > 100, $"{walls} pixels of wall, {balls} of ball");
        Assert.InRange(wrong, 0, (walls + balls) / 20);
        MujocoPicture.Render(environment, new byte[3 * 64 * 33], 64, 33);
    }

    [MesaFact]
    public void The_same_state_is_drawn_the_same_on_several_threads_and_the_environment_goes_on_as_if_nothing_had_been()
    {
        using var environment = EnvironmentCatalogue.Create("reacher");
        environment.Step([1, 1]);
        var saved = environment.Save();
        var pictures = new byte[4][];
        Parallel.For(0, 4, number => MujocoPicture.Render(environment, pictures[number] = new byte[3 * 50 * 50], 50, 50));
        Assert.All(pictures, picture => Assert.Equal(pictures[0], picture));
        Assert.Equal(saved, environment.Save());
        environment.Step([1, 1]);
        using var other = EnvironmentCatalogue.Create("reacher");
        other.Restore(saved);
        other.Step([1, 1]);
        Assert.Equal(other.Save(), environment.Save());
    }

    [Fact]
    public void What_MuJoCo_cannot_draw_is_refused()
    {
        using var rooms = new TwoRooms();
        Assert.Contains("two-rooms is not on MuJoCo", Assert.Throws<OrreryDataException>(() => MujocoPicture.Render(rooms, new byte[300], 10, 10)).Message, StringComparison.Ordinal);
        using var environment = new Reacher("reacher", 64);
        Assert.Contains("10 x 10 x 3 were needed", Assert.Throws<ArgumentException>(() => MujocoPicture.Render(environment, new byte[5], 10, 10)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => MujocoPicture.Render(environment, new byte[3 * 5000], 5000, 1));
    }

    /// <summary>A test that needs libmujoco2.2.2 and libosmesa6, and is skipped, saying so, where one is missing.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class MesaFactAttribute : FactAttribute
    {
        public MesaFactAttribute() => Skip = MujocoFactAttribute.Missing
            ?? (NativeLibrary.TryLoad("libOSMesa.so.8", out _) ? null : "libOSMesa.so.8 is missing: install the Debian package libosmesa6.");
    }
}
