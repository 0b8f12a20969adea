using Purser.Server.Devices.Rules;
using Purser.Server.Licenses;

namespace Purser.Server.Devices.Committing;

/// <summary>Keeps of each pair of peers only one use in its pool's figure (domain rules 7.8). Parted before a use changes, joined afterwards.</summary>
internal sealed class PairBook(BatchState state, Action<long, PoolKey, long> changePool)
{
    /// <summary>Both count by themselves.</summary>
    public void Part(LicenseUse use)
    {
        if (use.PeerKey is null)
        {
            return;
        }

        SetCovered(use, covered: false);
        if (PeerOf(use) is { } peer)
        {
            SetCovered(peer, covered: false);
        }
    }

    public void Join(LicenseUse use)
    {
        if (use.PeerKey is not null && PeerOf(use) is { } peer)
        {
            var covered = RedundancyRules.CoveredOf(use, peer);
            SetCovered(use, covered == use);
            SetCovered(peer, covered == peer);
        }
    }

    private LicenseUse? PeerOf(LicenseUse use) => state.Devices.Values
        .Where(device => device.Row.AccountId == use.AccountId)
        .Select(device => device.Uses.GetValueOrDefault(use.EntitlementId))
        .FirstOrDefault(other => other is not null && RedundancyRules.ArePeers(use, other));

    private void SetCovered(LicenseUse use, bool covered)
    {
        if (use.Covered == covered)
        {
            return;
        }

        use.Covered = covered;
        state.ChangedUses.Add(use);
        changePool(use.AccountId, use.Pool, covered ? -use.Requested : use.Requested);
    }
}
