using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orrery.Data.Logs;

/// <summary>
/// Reads what a person says about a log's columns from a file beside it: JSON, <c>[{"name": "level", "unit": "m", "low": 0,
/// "high": 10, "role": "observation"}]</c>, or CSV with the header <c>name,unit,low,high,role</c>. All but the name may be left out.
/// </summary>
public static class ColumnFile
{
    private static readonly string[] Fields = ["name", "unit", "low", "high", "role"];

    /// <summary>Reads the file; JSON when its name ends in <c>.json</c>, else a table.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="OrreryDataException">It cannot be read or does not make sense; the sentence says where and what to do.</exception>
    public static IReadOnlyList<ColumnDeclaration> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var source = Path.GetFileName(path);
        var columns = string.Equals(Path.GetExtension(path), ".json", StringComparison.OrdinalIgnoreCase) ? ReadJson(path, source) : ReadTable(path, source);
        if (columns.Count == 0)
            throw new OrreryDataException($"{source} names no column. Give at least one, or leave --columns out.");
        ColumnDeclaration.Check(columns, source);
        return columns;
    }

    private static List<ColumnDeclaration> ReadJson(string path, string source)
    {
        var bytes = FileErrors.Guard("read the columns", path, () => File.ReadAllBytes(path));
        try
        {
            var entries = JsonSerializer.Deserialize(bytes, ColumnFileJson.Default.ListColumnEntry) ?? throw new JsonException("it is empty.");
            return [.. entries.Select(entry => new ColumnDeclaration(
                entry.Name, entry.Unit, entry.Low ?? double.NegativeInfinity, entry.High ?? double.PositiveInfinity, entry.Role))];
        }
        catch (JsonException exception)
        {
            throw new OrreryDataException(
                $"{source} cannot be read: {exception.Message} Write it like [{{\"name\": \"level\", \"unit\": \"m\", \"low\": 0, \"high\": 10, \"role\": \"observation\"}}].", exception);
        }
    }

    private static List<ColumnDeclaration> ReadTable(string path, string source)
    {
        using var table = LogSource.Open(path, new LogOptions([], [], HasHeader: true));
        var unknown = Enumerable.Range(0, table.Header.Count).Select(table.Header.Name).FirstOrDefault(name => !Fields.Contains(name, StringComparer.Ordinal));
        if (unknown is not null)
            throw new OrreryDataException($"{source} has a column '{unknown}', but only {string.Join(", ", Fields)} are known.{NearestName.Suggest(unknown, Fields)}");
        int Find(string field) => Enumerable.Range(0, table.Header.Count).FirstOrDefault(i => table.Header.Name(i) == field, -1);
        var places = Array.ConvertAll(Fields, Find);
        if (places[0] < 0)
            throw new OrreryDataException($"{source} has no column 'name'. Begin it with the line {string.Join(',', Fields)}.");
        var columns = new List<ColumnDeclaration>();
        while (table.Next())
        {
            string Cell(int field) => places[field] >= 0 && places[field] < table.Rows.Count ? table.Rows.Cell(places[field]).ToString() : "";
            var place = $"{source}, row {table.Rows.Row}";
            columns.Add(new ColumnDeclaration(
                Cell(0), Cell(1).Length > 0 ? Cell(1) : null, Number(Cell(2), place, double.NegativeInfinity), Number(Cell(3), place, double.PositiveInfinity), Role(Cell(4), place)));
        }

        return columns;
    }

    private static double Number(string text, string place, double nothing)
    {
        if (text.Length == 0)
            return nothing;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new OrreryDataException($"{place}: the limit '{text}' is not a number. Write it like 0.5, or leave it empty.");
    }

    private static ColumnRole? Role(string text, string place)
    {
        if (text.Length == 0)
            return null;
        var names = Enum.GetNames<ColumnRole>();
        return Array.Find(names, name => string.Equals(name, text, StringComparison.OrdinalIgnoreCase)) is { } known
            ? Enum.Parse<ColumnRole>(known)
            : throw new OrreryDataException($"{place}: the role '{text}' is not known. Write {string.Join(", ", names).ToLowerInvariant()}, or leave it empty.");
    }
}

/// <summary>One column as the JSON file writes it.</summary>
internal sealed record ColumnEntry(string Name, string? Unit = null, double? Low = null, double? High = null, ColumnRole? Role = null);

/// <summary>How the file of columns is read.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(List<ColumnEntry>))]
internal sealed partial class ColumnFileJson : JsonSerializerContext;
