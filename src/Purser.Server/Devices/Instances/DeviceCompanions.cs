using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;

namespace Purser.Server.Devices.Instances;

/// <summary>The licenses that go along with product instances: as many as these use, as a transfer of licenses by its own rules (LI-15; domain rules 7.5).</summary>
internal sealed class DeviceCompanions(CatalogSnapshot catalog, IReadOnlyList<LicenseUse> uses)
{
    /// <summary>What is reporting only follows its use by itself, what is locked goes along anyhow, what is billed by usage is no license that could go.</summary>
    public static async Task<DeviceCompanions> LoadAsync(WriteScope scope, CatalogSnapshot catalog, long accountId, IReadOnlyList<Device> devices)
    {
        var ids = devices.Select(device => device.Id).ToList();
        var uses = await scope.Db.LicenseUses.Where(use => use.AccountId == accountId && ids.Contains(use.DeviceId) && !use.Released && !use.IsLocked && use.Billing == Billing.Prepaid).ToListAsync();
        return new DeviceCompanions(catalog, [.. uses.Where(use => catalog.FindEntitlement(use.EntitlementId) is { IsReportingOnly: false })]);
    }

    /// <summary>After the devices themselves: what they used is available then, and of two that share a license as peers only what counts over there goes along.</summary>
    public async Task<Refusal?> MoveAsync(
        WriteScope scope, Actor actor, long accountId, (long From, long To) places, long transaction, CancellationToken cancellation)
    {
        var wanted = uses.Where(use => use.Counted > 0 && use.Billing == Billing.Prepaid).GroupBy(use => use.EntitlementId).ToDictionary(group => group.Key, group => group.Sum(use => use.Counted));
        if (wanted.Count == 0)
        {
            return null;
        }

        var rows = wanted.OrderBy(one => one.Key).Select(one => new TransferLicenses.Row(one.Key.ToString(CultureInfo.InvariantCulture), one.Value)).ToList();
        var loaded = await TransferTable.LoadAsync(scope.Db, actor, accountId, new TransferLicenses.Input(places.From, places.To, rows), catalog, cancellation);
        if (loaded.Refusal is { } problem)
        {
            return Explain(problem);
        }

        var table = loaded.Value;
        var decided = TransferRules.Decide([.. wanted.OrderBy(one => one.Key).Select(one => new TransferDemand(one.Key, one.Value))], table.Stocks, TransferOrder.LongestTermFirst);
        if (decided.Refusal is { } refusal)
        {
            return Explain(refusal);
        }

        foreach (var move in decided.Value)
        {
            await scope.Ledger(accountId).MoveAsync(move.From.Line, move.From.Holding, places.To, move.Quantity, transaction, reason: LicenseNames.Of(LineSource.DeviceTransfer));
        }

        foreach (var (license, quantity) in wanted.OrderBy(one => one.Key))
        {
            await scope.Ledger(accountId).TransferredAsync(license, places.From, places.To, quantity);
        }

        await TransferLicenses.MoveTagsAsync(scope, accountId, places, table, decided.Value, travel: false, cancellation);
        return null;
    }

    private static Refusal Explain(Refusal refusal) => refusal with
    {
        Field = "withLicenses",
        Detail = $"The licenses cannot go along: {refusal.Detail} Transfer without them, or bring the licenses into compliance first.",
    };
}
