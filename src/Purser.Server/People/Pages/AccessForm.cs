using System.Globalization;

namespace Purser.Server.People.Pages;

/// <summary>A role and its places as they were typed.</summary>
public sealed record AccessForm(string Role, IReadOnlyList<string> VirtualAccountIds, bool IncludesChildren)
{
    public static readonly AccessForm Empty = new("", [], true);

    public static AccessForm From(IFormCollection form) => new(
        form["role"].ToString(), [.. form["virtualAccountIds"].Where(id => !string.IsNullOrEmpty(id)).Select(id => id!)], form["includesChildren"] == "true");

    /// <summary>Null where no role was chosen; what is no number becomes one that no virtual account has.</summary>
    public Access? Chosen => Enum.TryParse<Role>(Role, out var role) && Enum.IsDefined(role)
        ? new Access(role)
        {
            VirtualAccountIds = [.. VirtualAccountIds.Select(id => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)],
            IncludesChildren = IncludesChildren,
        }
        : null;
}
