using System.Globalization;

namespace Purser.Server.People.Pages;

/// <summary>A role and its place as they were typed.</summary>
public sealed record RoleForm(string Role, string VirtualAccountId, bool IncludesChildren)
{
    public static readonly RoleForm Empty = new(nameof(People.Role.SmartAccountUser), "", true);

    /// <summary>What a form proposes: who may give roles in single virtual accounts only is not offered those of the whole Smart Account.</summary>
    public static Role Proposed(bool isWhole) => isWhole ? People.Role.SmartAccountUser : People.Role.VirtualAccountUser;

    public static RoleForm From(IFormCollection form) =>
        new(form["role"].ToString(), form["virtualAccountId"].ToString(), form["includesChildren"] == "true");

    public Role Chosen => Enum.TryParse<Role>(Role, out var role) && Enum.IsDefined(role) ? role : People.Role.SmartAccountViewer;

    /// <summary>Null where nothing was chosen; what is no number becomes one that no virtual account has.</summary>
    public long? Place => VirtualAccountId.Length == 0 ? null
        : long.TryParse(VirtualAccountId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
}
