using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Devices.Rules;

namespace Purser.Server.Licenses;

/// <summary>
/// Keeps of each pair of peers only one use in its pool's figure (domain rules 7.8), for what people and jobs do to product instances. Parted before
/// a use changes, joined afterwards; the committer of device messages does the same.
/// </summary>
internal sealed class LedgerPairs(WriteScope scope, Ledger ledger)
{
    /// <summary>Both count by themselves.</summary>
    public async Task PartAsync(LicenseUse use)
    {
        if (use.PeerKey is null)
        {
            return;
        }

        await SetCoveredAsync(use, covered: false);
        if (await PeerOfAsync(use) is { } peer)
        {
            await SetCoveredAsync(peer, covered: false);
        }
    }

    public async Task JoinAsync(LicenseUse use)
    {
        if (use.PeerKey is not null && await PeerOfAsync(use) is { } peer)
        {
            var covered = RedundancyRules.CoveredOf(use, peer);
            await SetCoveredAsync(use, covered == use);
            await SetCoveredAsync(peer, covered == peer);
        }
    }

    /// <summary>By the database, and then by what this command has changed already.</summary>
    private async Task<LicenseUse?> PeerOfAsync(LicenseUse use)
    {
        var db = scope.Db;
        var peers = await db.LicenseUses
            .Where(row => row.AccountId == use.AccountId && row.UnitKey == use.PeerKey && row.EntitlementId == use.EntitlementId).ToListAsync();
        return peers.FirstOrDefault(peer => db.Entry(peer).State != EntityState.Deleted && RedundancyRules.ArePeers(use, peer));
    }

    private async Task SetCoveredAsync(LicenseUse use, bool covered)
    {
        if (use.Covered != covered)
        {
            use.Covered = covered;
            await ledger.ChangeUseAsync(use.Pool, covered ? -use.Requested : use.Requested);
        }
    }
}
