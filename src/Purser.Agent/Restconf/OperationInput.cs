using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Purser.Agent.Restconf;

public enum LeafKind
{
    Text,
    Boolean,
    Number,
}

/// <summary>A leaf that an operation takes, as the model limits it.</summary>
public sealed record InputLeaf(string Name, LeafKind Kind, bool IsRequired = false, int Longest = 255)
{
    /// <summary>Null: it is as the model wants it.</summary>
    public string? Problem(JsonNode? value) => (Kind, value?.GetValueKind()) switch
    {
        (LeafKind.Text, JsonValueKind.String) => value!.GetValue<string>().Length is var length && length >= 1 && length <= Longest ? null : $"'{Name}' has 1 to {Longest} characters",
        (LeafKind.Boolean, JsonValueKind.True or JsonValueKind.False) => null,
        (LeafKind.Number, JsonValueKind.Number) => Whole(value!) is not null ? null : $"'{Name}' is a whole number from 0 to {uint.MaxValue}",
        _ => $"'{Name}' is a {Kind.ToString().ToLowerInvariant()}",
    };

    internal static uint? Whole(JsonNode value) => uint.TryParse(value.ToJsonString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>What came with the call of an operation, found good.</summary>
public sealed class OperationInput
{
    private readonly JsonObject leaves;

    private OperationInput(JsonObject leaves) => this.leaves = leaves;

    /// <summary>Of errors the tag that RFC 8040 has for it, and what is wrong.</summary>
    public static (OperationInput? Input, string? Tag, string? Problem) Read(IReadOnlyList<InputLeaf> known, JsonObject given)
    {
        var plain = new JsonObject();
        foreach (var (name, value) in given)
        {
            var local = name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];
            if (known.FirstOrDefault(leaf => leaf.Name == local) is not { } leaf)
            {
                return (null, "unknown-element", $"This operation takes no '{name}'");
            }

            if (leaf.Problem(value) is { } problem)
            {
                return (null, "invalid-value", problem);
            }

            plain[local] = value!.DeepClone();
        }

        return known.FirstOrDefault(leaf => leaf.IsRequired && !plain.ContainsKey(leaf.Name)) is { } missing
            ? (null, "missing-element", $"'{missing.Name}' is missing")
            : (new OperationInput(plain), null, null);
    }

    public string? Text(string name) => leaves[name]?.GetValue<string>();

    public bool Flag(string name, bool otherwise = false) => leaves[name]?.GetValue<bool>() ?? otherwise;

    public uint? Number(string name) => leaves[name] is { } value ? InputLeaf.Whole(value) : null;
}
