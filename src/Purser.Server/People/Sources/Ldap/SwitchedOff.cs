using System.Globalization;

namespace Purser.Server.People.Sources.Ldap;

/// <summary>How directories say of somebody whom they keep that she may not sign in any more. Each has a way of its own.</summary>
internal static class SwitchedOff
{
    private const long AccountDisable = 2;

    public static readonly IReadOnlyList<string> Attributes = ["userAccountControl", "nsAccountLock", "loginDisabled", "pwdAccountLockedTime"];

    public static bool Says(Func<string, string?> valueOf) =>

        // Active Directory (MS-ADTS 2.2.16).
        (long.TryParse(valueOf("userAccountControl"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var control) && (control & AccountDisable) != 0)

        // 389 Directory Server and FreeIPA; eDirectory.
        || IsTrue(valueOf("nsAccountLock")) || IsTrue(valueOf("loginDisabled"))

        // OpenLDAP's password policy: locked until an administrator unlocks it.
        || valueOf("pwdAccountLockedTime") == "000001010000Z";

    private static bool IsTrue(string? value) => string.Equals(value, "TRUE", StringComparison.OrdinalIgnoreCase);
}
