using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>The row of a virtual account as it is at its birth.</summary>
internal static class NewVirtualAccount
{
    public const string DefaultName = "DEFAULT";

    public static VirtualAccount Row(WriteScope scope, long accountId, string name, long? parentId = null, int level = 1) => new()
    {
        AccountId = accountId,
        Id = scope.NextId(IdKind.VirtualAccount),
        Name = name,
        NameKey = KeyOf(name),
        ParentId = parentId,
        Level = level,
        CreatedAt = scope.Now,
    };

    /// <summary>Names are unique in the account whatever their case.</summary>
    public static string KeyOf(string name) => name.ToUpperInvariant();
}
