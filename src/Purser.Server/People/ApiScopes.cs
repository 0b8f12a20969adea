namespace Purser.Server.People;

/// <summary>Scopes as they are written in rows and in OAuth: "Read,Write".</summary>
public static class ApiScopes
{
    public static readonly IReadOnlyList<ApiScope> All = Enum.GetValues<ApiScope>();

    public static string Write(IEnumerable<ApiScope> scopes) => string.Join(',', scopes.Distinct().Order());

    public static IReadOnlySet<ApiScope> Read(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<ApiScope>).ToHashSet();
}
