using Orrery.Tensors.Random;

namespace Orrery.Planning.Planners;

/// <summary>
/// Gaussian noise over moves whose power falls with frequency as f^-exponent, of variance 1 at every move; its constant part is as strong as its slowest
/// wave. 0 is white, 1 pink, 2 as a random walk. Source: Timmer and König, On generating power law noise, 1995.
/// </summary>
internal sealed class PowerLawNoise
{
    private readonly int _moves;
    private readonly double[] _waves;
    private readonly double[] _normals;

    /// <param name="moves">M, at least 1.</param>
    /// <param name="exponent">How fast power falls, 0 or more.</param>
    public PowerLawNoise(int moves, double exponent)
    {
        _moves = moves;
        _normals = new double[moves];
        _waves = new double[moves * moves];
        for (var move = 0; move < moves; move++)
        {
            // In the order 1, cos, sin, cos, sin, ... with rising frequency: M waves, whatever M is.
            for (var wave = 0; wave < moves; wave++)
            {
                var frequency = (wave + 1) / 2;
                var angle = 2 * Math.PI * frequency * move / moves;
                var alone = wave == 0 || 2 * frequency == moves;
                var shape = wave % 2 == 0 && wave > 0 ? Math.Sin(angle) : Math.Cos(angle);
                _waves[(move * moves) + wave] = (alone ? 1 : Math.Sqrt(2)) * shape * Math.Pow(Math.Max(1, frequency), -exponent / 2);
            }
        }

        double power = 0;
        for (var wave = 0; wave < moves; wave++)
            power += _waves[wave] * _waves[wave];
        for (var i = 0; i < _waves.Length; i++)
            _waves[i] /= Math.Sqrt(power);
    }

    /// <summary>Adds noise, each action's own.</summary>
    /// <param name="random">Where the numbers come from: M for each action.</param>
    /// <param name="proposal">[M, A], added to.</param>
    /// <param name="deviations">[M, A], physical units.</param>
    public void Add(RandomStream random, Span<float> proposal, ReadOnlySpan<float> deviations)
    {
        var size = proposal.Length / _moves;
        for (var column = 0; column < size; column++)
        {
            for (var wave = 0; wave < _moves; wave++)
                _normals[wave] = random.NextNormal();
            for (var move = 0; move < _moves; move++)
            {
                double noise = 0;
                for (var wave = 0; wave < _moves; wave++)
                    noise += _waves[(move * _moves) + wave] * _normals[wave];
                var place = (move * size) + column;
                proposal[place] += (float)(noise * deviations[place]);
            }
        }
    }
}
