namespace Purser.Server.Accounts;

/// <summary>A virtual account as callers see it.</summary>
public sealed record VirtualAccountView(
    long Id, string Name, string Description, long? ParentId, int Level, bool IsDefault, AccessLevel AccessLevel, DateTimeOffset CreatedAt)
{
    public static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> NoTags = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Custom tag → its values.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Tags { get; init; } = NoTags;

    /// <summary>"Country: Sweden; Department: Sales, Support": what pickers are searched by beside the name.</summary>
    public string DescribeTags() => string.Join("; ", Tags.Select(tag => $"{tag.Key}: {string.Join(", ", tag.Value)}"));

    public static VirtualAccountView Of(VirtualAccount row) =>
        new(row.Id, row.Name, row.Description, row.ParentId, row.Level, row.IsDefault, row.AccessLevel, row.CreatedAt);
}
