namespace Orrery.Tensors.Random;

/// <summary>
/// The inverse of the standard normal distribution function, to about 16 digits, from additions, multiplications, divisions and
/// square roots only, so that every platform gives the same bits.
/// Source: Wichura, algorithm AS 241 (PPND16), Applied Statistics 37, 1988.
/// </summary>
internal static class NormalQuantile
{
    /// <summary>Computes the quantile.</summary>
    /// <param name="probability">The probability, in (0, 1).</param>
    /// <returns>The value that a standard normal variable stays below with this probability.</returns>
    public static double Compute(double probability)
    {
        var q = probability - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            var s = 0.180625 - (q * q);
            return q * Ratio(
                s,
                [2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
                 13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608],
                [5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
                 5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0]);
        }

        var tail = q < 0 ? probability : 1 - probability;
        var r = Math.Sqrt(-Log(tail));
        var value = r <= 5
            ? Ratio(
                r - 1.6,
                [7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
                 3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734],
                [1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
                 0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0])
            : Ratio(
                r - 5,
                [2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
                 0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772],
                [2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
                 0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0]);
        return q < 0 ? -value : value;
    }

    /// <summary>The natural logarithm of a positive normal number, from arithmetic only.</summary>
    /// <param name="value">The number.</param>
    /// <returns>Its logarithm, to about 15 digits.</returns>
    internal static double Log(double value)
    {
        const double Ln2 = 0.6931471805599453;
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7FF) - 1023;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFFL) | 0x3FF0000000000000L);
        if (mantissa > 1.4142135623730951)
        {
            mantissa *= 0.5;
            exponent++;
        }

        // log m = 2 artanh((m - 1) / (m + 1)), whose argument is below 0.172: eleven terms reach 1e-17.
        var t = (mantissa - 1) / (mantissa + 1);
        var square = t * t;
        var sum = 0.0;
        for (var power = 21; power >= 1; power -= 2) sum = (sum * square) + (1.0 / power);
        return (exponent * Ln2) + (2 * t * sum);
    }

    private static double Ratio(double x, ReadOnlySpan<double> numerator, ReadOnlySpan<double> denominator)
    {
        double top = 0, bottom = 0;
        for (var index = 0; index < numerator.Length; index++)
        {
            top = (top * x) + numerator[index];
            bottom = (bottom * x) + denominator[index];
        }

        return top / bottom;
    }
}
