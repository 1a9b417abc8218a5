namespace Orrery.Models;

/// <summary>How a log's model judges its state from more rows than its encoder sees, as the validation rows asked for.</summary>
/// <param name="Rows">Rows after the encoder's.</param>
/// <param name="Start">How far the encoder's state is taken to be from the true one, in standard deviations of the states; 0 where the encoder alone predicted better, and there is no filter.</param>
/// <param name="Drift">How far the state is taken to wander from the model within a row, in standard deviations of the states.</param>
public sealed record StateFilter(int Rows, double Start, double Drift);
