namespace Purser.Server.People;

/// <summary>Roles inside a Smart Account (SA-08).</summary>
public enum Role
{
    SmartAccountAdministrator,
    SmartAccountApprover,
    SmartAccountUser,
    SmartAccountViewer,
    VirtualAccountAdministrator,
    VirtualAccountUser,
    VirtualAccountViewer,
}

/// <summary>Roles of the operator's staff.</summary>
public enum OperatorRole
{
    LicensingAdministrator,
    Support,
}

/// <summary>What an API client may be limited to.</summary>
public enum ApiScope
{
    Read,
    Write,
    Manage,
}

public static class RoleNames
{
    /// <summary>The name as people and the published API know it: "Smart Account Administrator".</summary>
    public static string Display(this Role role) => role switch
    {
        Role.SmartAccountAdministrator => "Smart Account Administrator",
        Role.SmartAccountApprover => "Smart Account Approver",
        Role.SmartAccountUser => "Smart Account User",
        Role.SmartAccountViewer => "Smart Account Viewer",
        Role.VirtualAccountAdministrator => "Virtual Account Administrator",
        Role.VirtualAccountUser => "Virtual Account User",
        Role.VirtualAccountViewer => "Virtual Account Viewer",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "No such role"),
    };

    public static string Display(this OperatorRole role) => role switch
    {
        OperatorRole.LicensingAdministrator => "Licensing Administrator",
        OperatorRole.Support => "Support",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "No such role"),
    };

    public static bool IsVirtualAccountRole(this Role role) => role >= Role.VirtualAccountAdministrator;
}
