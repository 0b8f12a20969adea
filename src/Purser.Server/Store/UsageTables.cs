using Microsoft.EntityFrameworkCore;
using Purser.Server.Usage;
using Purser.Server.Usage.Authorizations;
using Purser.Server.Usage.Bundles;
using Purser.Server.Usage.Policies;
using Purser.Server.Usage.Push;
using Purser.Server.Usage.Trust;
using static Purser.Server.Store.SchemaTables;

namespace Purser.Server.Store;

/// <summary>The tables of licensing by policy.</summary>
internal static class UsageTables
{
    public static void Configure(ModelBuilder builder)
    {
        Table<ReceivedReport>(builder, "received_report", row => new { row.AccountId, row.DeviceId, row.ReportId });
        Table<UsageMeasure>(builder, "usage_measure", row => new { row.AccountId, row.DeviceId, row.EntitlementId, row.StartsAt })
            .ToTable(table => table.HasCheckConstraint("usage_measure_quantity", "quantity >= 0"));
        Table<UsageExchange>(builder, "usage_exchange", row => new { row.AccountId, row.Id }).HasIndex(row => row.At);
        var bundle = Table<UsageBundle>(builder, "usage_bundle", row => new { row.AccountId, row.Id });
        bundle.HasIndex(row => new { row.AccountId, row.VirtualAccountId, row.Id });
        bundle.HasIndex(row => row.Id).HasFilter("state = 'Running'");
        bundle.Ignore(row => row.Waiting);
        Table<UsageBundleFile>(builder, "usage_bundle_file", row => new { row.AccountId, row.BundleId, row.Number })
            .HasIndex(row => new { row.AccountId, row.BundleId, row.State, row.Number });
        Table<IssuedAuthorization>(builder, "issued_authorization", row => new { row.AccountId, row.DeviceId, row.Number });
        var trust = Table<IssuedTrust>(builder, "issued_trust", row => new { row.AccountId, row.Id });
        trust.HasIndex(row => new { row.AccountId, row.DeviceId });
        trust.HasIndex(row => row.Id);
        Table<PushNonce>(builder, "push_nonce", row => row.NonceHash).HasIndex(row => row.At);
        var pushed = Table<PushedFile>(builder, "pushed_file", row => new { row.AccountId, row.Id });
        pushed.HasIndex(row => new { row.AccountId, row.DeviceId });
        pushed.HasIndex(row => row.At);
        pushed.HasIndex(row => row.Id).HasFilter("reply is null");
        Table<PolicyChoice>(builder, "policy_choice", row => row.AccountId);
        Table<ReportingStay>(builder, "reporting_stay", row => new { row.AccountId, row.DeviceId, row.From });
        Table<ReportingDevice>(builder, "reporting_device", row => new { row.AccountId, row.DeviceId }).HasIndex(row => row.DueAt);
    }
}
