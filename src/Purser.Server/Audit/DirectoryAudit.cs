using Microsoft.EntityFrameworkCore;
using Purser.Server.Devices;
using Purser.Server.Store;

namespace Purser.Server.Audit;

/// <summary>The directories of product instances and of tokens against the rows of an account: each is found, every pointer leads somewhere.</summary>
internal static class DirectoryAudit
{
    public static async Task RunAsync(PurserContext db, long account, AccountFindings findings, CancellationToken cancellation)
    {
        await CheckDevicesAsync(db, account, findings, cancellation);
        await CheckTokensAsync(db, account, findings, cancellation);
    }

    private static async Task CheckDevicesAsync(PurserContext db, long account, AccountFindings findings, CancellationToken cancellation)
    {
        var lost = await db.Devices
            .Where(device => device.AccountId == account && device.State == DeviceState.Registered
                && !db.DeviceDirectory.Any(row => row.Piid == device.Piid && row.AccountId == account && row.DeviceId == device.Id))
            .OrderBy(device => device.Id).Select(device => new { device.Id, device.Piid }).ToListAsync(cancellation);
        foreach (var device in lost)
        {
            findings.Add($"product instance {device.Id}", $"an entry in the directory for {device.Piid}", "none that leads to it");
        }

        var dangling = await db.DeviceDirectory
            .Where(row => row.AccountId == account && !db.Devices.Any(device => device.AccountId == account && device.Id == row.DeviceId && device.Piid == row.Piid))
            .OrderBy(row => row.DeviceId).ToListAsync(cancellation);
        foreach (var row in dangling)
        {
            findings.Add($"directory entry {row.Udi}", $"product instance {row.DeviceId} with {row.Piid}", "no such product instance");
        }

        await CheckUnitsAsync(db, account, findings, cancellation);
        findings.Report.Read(await db.DeviceDirectory.CountAsync(row => row.AccountId == account, cancellation));
    }

    /// <summary>Units of high availability sets: each is found, and nothing else is.</summary>
    private static async Task CheckUnitsAsync(PurserContext db, long account, AccountFindings findings, CancellationToken cancellation)
    {
        var sets = await db.Devices.Where(device => device.AccountId == account && device.State == DeviceState.Registered && device.Units != "").ToListAsync(cancellation);
        var known = await db.UnitDirectory.Where(row => row.AccountId == account).ToDictionaryAsync(row => (row.Udi, row.ProductId), row => row.DeviceId, cancellation);
        foreach (var device in sets.OrderBy(device => device.Id))
        {
            foreach (var key in HaUnits.Keys(device))
            {
                if (!known.Remove(key, out var found) || found != device.Id)
                {
                    findings.Add($"unit {key.Udi} of product instance {device.Id}", "an entry in the directory of units", "none that leads to it");
                }
            }
        }

        foreach (var (key, device) in known.OrderBy(row => row.Key.Udi, StringComparer.Ordinal))
        {
            findings.Add($"directory entry of unit {key.Udi}", $"a unit of product instance {device}", "no such unit");
        }
    }

    private static async Task CheckTokensAsync(PurserContext db, long account, AccountFindings findings, CancellationToken cancellation)
    {
        var lost = await db.RegistrationTokens
            .Where(token => token.AccountId == account
                && !db.TokenDirectory.Any(row => row.TextHash == token.TextHash && row.AccountId == account && row.TokenId == token.Id))
            .OrderBy(token => token.Id).Select(token => token.Id).ToListAsync(cancellation);
        foreach (var token in lost)
        {
            findings.Add($"registration token {token}", "an entry in the directory", "none that leads to it");
        }

        var dangling = await db.TokenDirectory
            .Where(row => row.AccountId == account && !db.RegistrationTokens.Any(token => token.AccountId == account && token.Id == row.TokenId && token.TextHash == row.TextHash))
            .OrderBy(row => row.TokenId).Select(row => row.TokenId).ToListAsync(cancellation);
        foreach (var token in dangling)
        {
            findings.Add($"directory entry of registration token {token}", "such a token", "none");
        }
    }

    /// <summary>Pointers into accounts that do not exist are met by no account's own check.</summary>
    public static async Task RunForAllAsync(PurserContext db, AccountFindings findings, CancellationToken cancellation)
    {
        foreach (var row in await db.DeviceDirectory.Where(row => !db.Accounts.Any(account => account.Id == row.AccountId)).OrderBy(row => row.Udi).ToListAsync(cancellation))
        {
            findings.Add($"directory entry {row.Udi}", "a Smart Account", $"number {row.AccountId}, which does not exist");
        }
    }
}
