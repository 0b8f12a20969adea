using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol.Bundles;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Usage.Bundles;

/// <summary>Of which virtual accounts the files of a bundle are, and whether who brings it may upload usage reports there. What may not be used looks like what is not there.</summary>
internal sealed class BundlePlaces(Actor actor, BundlePlaces.AccountHeading account, VirtualAccount here, IReadOnlyList<VirtualAccount> named)
{
    /// <summary>The Smart Account that is uploaded to.</summary>
    internal sealed record AccountHeading(long Id, string Domain, string Name);

    public static async Task<BundlePlaces?> LoadAsync(PurserContext db, Actor actor, long accountId, long virtualAccountId, Bundle bundle, CancellationToken cancellation)
    {
        var (ids, keys) = (new List<long> { virtualAccountId }, new List<string>());
        foreach (var place in bundle.Parts.Select(part => part.VirtualAccount))
        {
            keys.Add(KeyOf(place.Name));
            if (IdOf(place) is { } id)
            {
                ids.Add(id);
            }
        }

        var rows = await db.VirtualAccounts.Where(row => row.AccountId == accountId && (ids.Contains(row.Id) || keys.Contains(row.NameKey))).ToListAsync(cancellation);
        var account = await db.Accounts.Where(row => row.Id == accountId).Select(row => new AccountHeading(row.Id, row.Domain, row.Name)).FirstAsync(cancellation);
        return rows.Find(row => row.Id == virtualAccountId) is { } here && actor.May(Permission.UsageReport, accountId, here.Id) ? new BundlePlaces(actor, account, here, rows) : null;
    }

    /// <summary>A bundle that names another Smart Account does not belong here.</summary>
    public Refusal? Judge(BundleAccount wanted)
    {
        var isThis = wanted.Id.Length > 0
            ? wanted.Id == account.Id.ToString(CultureInfo.InvariantCulture)
            : wanted.Name.Length == 0 || string.Equals(wanted.Name, account.Domain, StringComparison.OrdinalIgnoreCase) || string.Equals(wanted.Name, account.Name, StringComparison.OrdinalIgnoreCase);
        return isThis ? null : Verdict.Refused(
            RefusalCode.OtherAccount, $"This bundle is for the Smart Account {(wanted.Name.Length > 0 ? wanted.Name : wanted.Id)}. Upload it there, or set the Smart Account of the collector right and make the bundle again.", "file");
    }

    /// <summary>Null: no such virtual account, or none in which usage reports may be uploaded. The id decides: a virtual account may be called otherwise by now.</summary>
    public VirtualAccount? Find(BundleAccount wanted)
    {
        var found = !wanted.IsNamed ? here
            : wanted.Id.Length > 0 ? named.FirstOrDefault(row => row.Id == IdOf(wanted))
            : named.FirstOrDefault(row => row.NameKey == KeyOf(wanted.Name));
        return found is not null && actor.May(Permission.UsageReport, account.Id, found.Id) ? found : null;
    }

    private static string KeyOf(string name) => name.ToUpperInvariant();

    private static long? IdOf(BundleAccount place) => long.TryParse(place.Id, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
