using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Trust;
using Purser.Protocol.Usage;
using Purser.Protocol.Wire;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Usage.Trust;

/// <summary>The only writer of trust codes, and who checks what is signed with their keys.</summary>
internal sealed class TrustBook(WriteScope scope, long accountId)
{
    /// <summary>As published codes have it (device reference 4.5).</summary>
    private const int Years = 8;

    /// <summary>Validity begins before it is told, as with identities: the device's clock may be behind.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(5);

    /// <summary>The key is known from now on. Asked again for the same key, the same code is told again.</summary>
    public async Task<TrustCode> IssueAsync(Device device, TrustRequest request)
    {
        device.LastContactAt = scope.Now;
        var unit = request.Udi.Key;
        var present = await scope.Db.IssuedTrusts.Where(row => row.AccountId == accountId && row.DeviceId == device.Id && row.Udi == unit && row.EndedAt == null).ToListAsync();
        if (present.Find(row => row.PublicKey.AsSpan().SequenceEqual(request.PublicKey) && row.ValidUntil > scope.Now) is { } known)
        {
            return CodeOf(known, device, scope.Now);
        }

        present.ForEach(row => row.EndedAt = scope.Now);
        var made = new IssuedTrust
        {
            AccountId = accountId, Id = scope.NextId(IdKind.Trust), DeviceId = device.Id, Udi = unit, PublicKey = request.PublicKey, ValidFrom = scope.Now - Before, ValidUntil = scope.Now.AddYears(Years),
        };
        scope.Db.IssuedTrusts.Add(made);
        scope.Journal(accountId).Append(
            UsageEvents.Trusted(request.Udi.Display, await LedgerNames.VirtualAccountAsync(scope, accountId, device.VirtualAccountId)), DeviceRemoval.PlaceOf(device));
        return CodeOf(made, device, scope.Now);
    }

    /// <summary>Did this command issue a code that was not there before?</summary>
    public static bool HasIssued(WriteScope scope) => scope.Db.ChangeTracker.Entries<IssuedTrust>().Any(entry => entry.State == EntityState.Added);

    /// <summary>Is the report signed with a key of this product instance, or in a way that cannot be checked? Null: with a key of its own that it does not fit.</summary>
    public async Task<ReportVerification?> VerifyAsync(Device device, SealedReport report)
    {
        if (!report.CanBeVerified)
        {
            return ReportVerification.Unverified;
        }

        var row = long.TryParse(report.Signature.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? await scope.Db.IssuedTrusts.FindAsync(accountId, id)
            : null;
        if (row?.DeviceId != device.Id)
        {
            return ReportVerification.Unverified;
        }

        using var key = MessageSignature.ImportPublicKey(row.PublicKey).Value;
        return report.IsSignedBy(key) ? ReportVerification.Verified : null;
    }

    internal static TrustCode CodeOf(IssuedTrust row, Device device, DateTimeOffset now) =>
        new(row.Id.ToString(CultureInfo.InvariantCulture), Udi.OfKey(row.Udi), device.Piid, row.PublicKey, row.ValidFrom, row.ValidUntil, now);
}
