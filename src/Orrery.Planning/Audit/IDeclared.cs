using System.Text.Json;

namespace Orrery.Planning.Audit;

/// <summary>Can write down all that it is made of, so that an audit names it in full and a replay can build it again.</summary>
public interface IDeclared
{
    /// <summary>
    /// Writes <c>kind</c> and every parameter as properties of the object that was begun; also <c>remembers</c>, true, when what it says depends on
    /// what went before, so that a replay does not take it up in the middle.
    /// </summary>
    /// <param name="json">Where to.</param>
    void Declare(Utf8JsonWriter json);
}
