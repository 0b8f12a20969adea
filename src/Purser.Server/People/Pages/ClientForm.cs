using System.Globalization;

namespace Purser.Server.People.Pages;

/// <summary>The New API client dialog as it was typed.</summary>
public sealed record ClientForm(string Name, IReadOnlyList<ApiScope> Scopes, RoleForm Role, string ExpiresInDays, string RedirectUris = "")
{
    public static readonly ClientForm Empty = new("", [ApiScope.Read], RoleForm.Empty, "365");

    public static ClientForm From(IFormCollection form) => new(
        form["name"].ToString(),
        form["scopes"].Select(text => (Known: Enum.TryParse<ApiScope>(text, out var scope) && Enum.IsDefined(scope), scope))
            .Where(pair => pair.Known).Select(pair => pair.scope).ToList(),
        RoleForm.From(form),
        form["expiresInDays"].ToString(),
        form["redirectUris"].ToString());

    public int? Days => DaysIn(ExpiresInDays);

    /// <summary>What is no number becomes one that the rules refuse with their own words.</summary>
    internal static int? DaysIn(string text) => text.Trim().Length == 0 ? null
        : int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var days) ? days : 0;
}

/// <summary>The dialog for a new secret as it was typed.</summary>
public sealed record SecretForm(int OverlapHours, string ExpiresInDays)
{
    public static readonly SecretForm Empty = new(24, "");

    public static SecretForm From(IFormCollection form) => new(
        int.TryParse(form["overlapHours"], NumberStyles.None, CultureInfo.InvariantCulture, out var hours) ? hours : -1, form["expiresInDays"].ToString());

    public RotateApiClient.Input ToInput(long client) => new(client) { OverlapHours = OverlapHours, ExpiresInDays = ClientForm.DaysIn(ExpiresInDays) };
}
