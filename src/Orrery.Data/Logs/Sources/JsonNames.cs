using System.Text.Json;

namespace Orrery.Data.Logs.Sources;

/// <summary>The names in JSON objects as columns. Objects of one log have their names in the same order, so the next is tried first.</summary>
internal sealed class JsonNames
{
    private readonly List<string> _names = [];
    private bool _closed;

    /// <summary>The names at the top.</summary>
    public Node Root { get; } = new("", "");

    public IReadOnlyList<string> Names => _names;

    public int Count => _names.Count;

    /// <summary>From now on, new names are passed over.</summary>
    public void Close() => _closed = true;

    /// <summary>The node of the name that the reader is at; null for a new name once closed.</summary>
    public Node? Find(Node parent, ref Utf8JsonReader reader)
    {
        List<Node> children = parent.Children;
        for (int tried = 0; tried < children.Count; tried++)
        {
            int at = (parent.Expected + tried) % children.Count;
            if (!reader.ValueTextEquals(children[at].Name))
                continue;
            parent.Expected = at + 1;
            return children[at];
        }

        if (_closed)
            return null;
        string name = reader.GetString()!;
        Node added = new(name, parent.Path.Length == 0 ? name : $"{parent.Path}.{name}");
        children.Add(added);
        return added;
    }

    /// <summary>The column of a node that holds a value; -1 when it has none and is to get none.</summary>
    public int Column(Node node)
    {
        if (node.Column < 0 && !_closed)
        {
            node.Column = _names.Count;
            _names.Add(node.Path);
        }

        return node.Column;
    }

    /// <summary>A name, and those within it.</summary>
    internal sealed class Node(string name, string path)
    {
        public string Name { get; } = name;

        public string Path { get; } = path;

        public List<Node> Children { get; } = [];

        public int Column { get; set; } = -1;

        public int Expected { get; set; }
    }
}
