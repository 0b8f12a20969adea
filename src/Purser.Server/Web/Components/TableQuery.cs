namespace Purser.Server.Web.Components;

/// <summary>What the address says about a table: search, sort, filters, place. With a prefix, several tables share a page.</summary>
public sealed class TableQuery
{
    readonly PageUrl url;
    readonly string prefix;

    TableQuery(PageUrl url, string prefix) => (this.url, this.prefix) = (url, prefix);

    public static TableQuery From(HttpContext context, string prefix = "") => new(PageUrl.Of(context), prefix);

    public string? Search => Get("q")?.Trim() is { Length: > 0 } text ? text : null;
    public string? Sort => Get("sort")?.TrimStart('-');
    public bool Descending => Get("sort")?.StartsWith('-') == true;

    /// <summary>Keyset cursors: the page begins after, or ends before, the row they stand for.</summary>
    public string? After => Get("after");
    public string? Before => Get("before");
    public string? Filter(string name) => Get(name) is { Length: > 0 } value ? value : null;

    string? Get(string key) => url.Get(prefix + key);

    internal string Prefix => prefix;
    internal PageUrl Url => url;

    /// <summary>The address with one thing of this table changed; the place in the list starts anew.</summary>
    internal string With(string key, string? value) => Start.With(prefix + key, value).ToString();
    internal string BeginningAfter(string cursor) => Start.With(prefix + "after", cursor).ToString();
    internal string EndingBefore(string cursor) => Start.With(prefix + "before", cursor).ToString();
    internal string Without(params string[] keys) => Start.Without([.. keys.Select(key => prefix + key)]).ToString();
    PageUrl Start => url.Without(prefix + "after", prefix + "before");
}

/// <summary>How many rows match: exact up to a limit, beyond it "more than".</summary>
public readonly record struct TableTotal(long Count, bool More = false);

/// <summary>A choice above a table; its value is a query parameter.</summary>
public sealed record TableFilter(string Name, string Title, IReadOnlyList<TableFilterOption> Options)
{
    /// <summary>Several values can be chosen; they stand in the address with commas between.</summary>
    public bool IsSeveral { get; init; }

    internal IReadOnlyList<string> Chosen(TableQuery query) => query.Filter(Name) is not { } text ? [] : IsSeveral ? text.Split(',', StringSplitOptions.RemoveEmptyEntries) : [text];

    internal string? Without(TableQuery query, string value) => Chosen(query).Where(one => one != value).ToList() is { Count: > 0 } left ? string.Join(',', left) : null;

    internal string With(TableQuery query, string value) => string.Join(',', IsSeveral ? Chosen(query).Append(value) : [value]);
}

public sealed record TableFilterOption(string Value, string Text);
