using Microsoft.AspNetCore.WebUtilities;

namespace Purser.Server.Web;

/// <summary>The address of the shown view, from which links to neighbouring views are made: the address is the state.</summary>
public sealed class PageUrl
{
    readonly string path;
    readonly IReadOnlyList<KeyValuePair<string, string>> query;

    PageUrl(string path, IReadOnlyList<KeyValuePair<string, string>> query) => (this.path, this.query) = (path, query);

    public static PageUrl Of(HttpContext context) => new(
        context.Request.PathBase.Add(context.Request.Path),
        [.. context.Request.Query.SelectMany(entry => entry.Value.Select(value => KeyValuePair.Create(entry.Key, value ?? "")))]);

    public IEnumerable<KeyValuePair<string, string>> Query => query;
    public string? Get(string key) => query.FirstOrDefault(entry => entry.Key == key).Value;

    /// <summary>Sets the one value of a key; null or empty removes it.</summary>
    public PageUrl With(string key, string? value)
    {
        var rest = query.Where(entry => entry.Key != key);
        return new(path, [.. string.IsNullOrEmpty(value) ? rest : rest.Append(KeyValuePair.Create(key, value))]);
    }

    public PageUrl Without(params string[] keys) => new(path, [.. query.Where(entry => !keys.Contains(entry.Key))]);

    public PageUrl Only(params string[] keys) => new(path, [.. query.Where(entry => keys.Contains(entry.Key))]);

    public PageUrl To(string otherPath) => new(otherPath, query);

    public override string ToString() => QueryHelpers.AddQueryString(path, query.Select(entry => KeyValuePair.Create(entry.Key, (string?)entry.Value)));
}
