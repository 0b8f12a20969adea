namespace Purser.Server.People;

/// <summary>Scopes as they are written in rows and in OAuth: "Read,Write".</summary>
public static class ApiScopes
{
    public static readonly IReadOnlyList<ApiScope> All = Enum.GetValues<ApiScope>();

    public static string Write(IEnumerable<ApiScope> scopes) => string.Join(',', scopes.Distinct().Order());

    /// <summary>Words of the OpenID world that programs put in as a matter of course; they neither give nor take anything here.</summary>
    private static readonly string[] NoScopes = ["openid", "profile", "email", "offline_access"];

    /// <summary>All of these scopes, or those asked for; null where one of them is not among them.</summary>
    public static IReadOnlyCollection<ApiScope>? Choose(string own, string? asked)
    {
        var may = Read(own);
        var wanted = new SortedSet<ApiScope>();
        foreach (var name in (asked ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Except(NoScopes, StringComparer.OrdinalIgnoreCase))
        {
            if (!Enum.TryParse<ApiScope>(name, ignoreCase: true, out var scope) || !may.Contains(scope))
            {
                return null;
            }

            wanted.Add(scope);
        }

        return wanted.Count > 0 ? wanted : may.Order().ToList();
    }

    public static IReadOnlySet<ApiScope> Read(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<ApiScope>).ToHashSet();
}
