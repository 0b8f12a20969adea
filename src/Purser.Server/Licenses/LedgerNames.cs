using Purser.Server.Commands;

namespace Purser.Server.Licenses;

/// <summary>The names that events and alerts carry, as they are at the time of the command.</summary>
internal static class LedgerNames
{
    public static async Task<string> LicenseAsync(WriteScope scope, long entitlementId) =>
        (await scope.Db.Entitlements.FindAsync(entitlementId))?.Name ?? throw new InvalidOperationException($"No entitlement {entitlementId}");

    public static async Task<string> VirtualAccountAsync(WriteScope scope, long accountId, long virtualAccountId) =>
        (await scope.Db.VirtualAccounts.FindAsync(accountId, virtualAccountId))?.Name
        ?? throw new InvalidOperationException($"No virtual account {virtualAccountId} in account {accountId}");
}
