using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Usage;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Licenses;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Server.Usage.Policies;

namespace Purser.Server.Usage;

/// <summary>
/// Sold with an account on the order, the first report of a product instance that is licensed by policy comes from the factory (SP-08; domain rules 13.2):
/// it stands in the inventory with what was sold in use from then on, and reserves nothing.
/// </summary>
internal sealed class FactoryReports(WriteScope scope, CatalogSnapshot catalog, PolicySettings settings, long accountId)
{
    private const string Software = "factory";

    /// <param name="installed">License → how many were sold with it.</param>
    public async Task<Verdict<Device>> ReportAsync(Udi udi, Product product, long virtualAccountId, string order, IReadOnlyDictionary<Entitlement, long> installed)
    {
        var devices = new PolicyDevices(scope, accountId);
        if (await devices.FindKnownAsync([udi], product) is { } known)
        {
            // At work already, it tells by itself what it uses.
            return known.AccountId != accountId
                ? Verdict.Refused(RefusalCode.OtherAccount, $"{udi.Display} is known in another Smart Account. Check the identifier; if it is right, have the product instance removed there first.")
                : await scope.Db.ReceivedReports.AnyAsync(row => row.AccountId == accountId && row.DeviceId == known.DeviceId && row.Source == ReportSource.Factory)
                ? Verdict.Refused(RefusalCode.AlreadyExists, $"{udi.Display} was shipped already: its first report came from the factory. Check the identifier.")
                : await scope.Db.Devices.FirstAsync(row => row.AccountId == accountId && row.Id == known.DeviceId);
        }

        if (await devices.JudgeAccountAsync() is { } problem)
        {
            return problem;
        }

        var policy = await PolicyBook.FindAsync(scope.Db, accountId);
        var device = await devices.AddAsync(udi, product, virtualAccountId, hostname: null);
        scope.Journal(accountId).Append(
            UsageEvents.Shipped(device.DisplayName, await LedgerNames.VirtualAccountAsync(scope, accountId, virtualAccountId), order), DeviceRemoval.PlaceOf(device));

        // What is enforced or restricted is not in use before it has an authorization code.
        List<ReadableReport> reports = [.. from license in installed where license.Key.Enforcement == Enforcement.NotEnforced orderby license.Key.Id select Of(udi, product, license.Key, license.Value)];
        await new ReportBook(scope, catalog, policy.Policy, settings, accountId).CountAsync(device, reports, ReportSource.Factory);
        return device;
    }

    /// <summary>Ids of product instances begin at the seconds since 1970, so these are none of theirs.</summary>
    private ReadableReport Of(Udi udi, Product product, Entitlement license, long quantity)
    {
        var at = LicensingTimes.WholeSecond(scope.Now);
        var sealedReport = SealedReport.SealBuiltin(new UsageReport(
            UsageReport.Version2, (ulong)scope.NextId(IdKind.Transaction), product.Tag, udi, license.Tag, Software, [new Measurement(at, at, at, quantity)]));
        return new ReadableReport(sealedReport.Write(), sealedReport);
    }
}
