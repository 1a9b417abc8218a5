using System.Data.Common;

namespace Orrery.Data.Logs.Sources;

/// <summary>Rows of a database's answer to a query. Row numbers count the answer's rows.</summary>
internal sealed class QueryRows : RowSource
{
    private readonly DbConnection _connection;
    private readonly DbCommand _command;
    private readonly DbDataReader _reader;
    private readonly string _source;
    private readonly string[] _names;
    private readonly object[] _values;
    private string _text = "";
    private long _row;

    /// <summary>Runs the query.</summary>
    /// <param name="connection">Open; closed by <see cref="Dispose"/>.</param>
    /// <param name="query">Returns the log's rows, in the order of time.</param>
    /// <param name="source">The log's name, for messages.</param>
    /// <exception cref="OrreryDataException">The database refuses the query.</exception>
    public QueryRows(DbConnection connection, string query, string source)
    {
        _connection = connection;
        _source = source;
        _command = connection.CreateCommand();
        _command.CommandText = query;
        _command.CommandTimeout = 0;
        try
        {
            _reader = _command.ExecuteReader();
        }
        catch (DbException exception)
        {
            _command.Dispose();
            connection.Dispose();
            throw new OrreryDataException($"{source} refuses the query: {Reason(exception)}. Correct --query.", exception);
        }

        _names = [.. Enumerable.Range(0, _reader.FieldCount).Select(_reader.GetName)];
        _values = new object[_names.Length];
        if (_names.Length > 0)
            return;
        Dispose();
        throw new OrreryDataException($"The query of {source} returns no table. Give one that begins with select.");
    }

    public override IReadOnlyList<string> Names => _names;

    public override long Row => _row;

    public override int Count => _names.Length;

    public override bool Next()
    {
        try
        {
            if (!_reader.Read())
                return false;
            _reader.GetValues(_values);
        }
        catch (Exception exception) when (exception is DbException or InvalidCastException or OverflowException)
        {
            throw new OrreryDataException($"{_source} stopped after {_row:N0} rows: {Reason(exception)}.", exception);
        }

        _row++;
        return true;
    }

    public override ReadOnlySpan<char> Cell(int column)
    {
        _text = TypedCell.Text(_values[column]);
        return _text;
    }

    public override bool TryNumber(int column, out double value) => TypedCell.TryNumber(_values[column], out value);

    public override bool IsNull(int column) => _values[column] is DBNull;

    public override void Dispose()
    {
        _reader.Dispose();
        _command.Dispose();
        _connection.Dispose();
    }

    /// <summary>What the database says, without the full stop and in one line.</summary>
    internal static string Reason(Exception exception) => exception.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
}
