using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Devices;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Server.Tokens;

namespace Purser.Server.Search;

/// <summary>The rows of a save by whose texts people search: their entries are written anew in the same transaction.</summary>
internal sealed class SearchChanges
{
    private const int AtOnce = 500;

    /// <summary>Which columns of which rows the texts are taken from; <c>search_source</c> says how.</summary>
    private static readonly Dictionary<Type, Source> Sources = new()
    {
        [typeof(Device)] = new(SearchKind.Device, nameof(Device.SearchText), nameof(Device.VirtualAccountId), nameof(Device.State)),
        [typeof(Entitlement)] = new(SearchKind.License, nameof(Entitlement.Name), nameof(Entitlement.Tag)),
        [typeof(LicenseLine)] = new(SearchKind.Order, nameof(LicenseLine.OrderNumber), nameof(LicenseLine.PurchaseOrder), nameof(LicenseLine.Sku)),
        [typeof(RegistrationToken)] = new(SearchKind.Token, nameof(RegistrationToken.Description), nameof(RegistrationToken.VirtualAccountId)),
        [typeof(Person)] = new(SearchKind.Person, nameof(Person.DisplayName), nameof(Person.Email)),
        [typeof(VirtualAccount)] = new(SearchKind.VirtualAccount, nameof(VirtualAccount.Name), nameof(VirtualAccount.Description)),
    };

    private readonly HashSet<SearchKey> keys = [];

    public bool Any => keys.Count > 0;

    /// <summary>Before the save: afterwards nothing is known of what changed.</summary>
    public static SearchChanges Of(ChangeTracker tracker)
    {
        var changes = new SearchChanges();
        foreach (var entry in tracker.Entries())
        {
            if (entry.State is not (EntityState.Unchanged or EntityState.Detached) && Sources.TryGetValue(entry.Metadata.ClrType, out var source) && source.IsTouched(entry))
            {
                var account = entry.Entity is ITenantRow row ? row.AccountId : 0;
                changes.keys.Add(new SearchKey(account, source.Kind, (long)entry.Property("Id").CurrentValue!));
            }
        }

        return changes;
    }

    /// <summary>After the save, in its transaction.</summary>
    public Task WriteAsync(PurserContext db, CancellationToken cancellation) => RenewAsync(db, keys, cancellation);

    /// <summary>Makes the entries of these keys what <c>search_source</c> says.</summary>
    public static async Task RenewAsync(PurserContext db, IEnumerable<SearchKey> keys, CancellationToken cancellation)
    {
        foreach (var group in keys.GroupBy(key => (key.AccountId, key.Kind)))
        {
            foreach (var chunk in group.Select(key => key.Id).Order().Chunk(AtOnce))
            {
                // Numbers and a name of our own: nothing here comes from outside.
                var which = string.Create(
                    CultureInfo.InvariantCulture, $"where account_id = {group.Key.AccountId} and kind = '{group.Key.Kind}' and id in ({string.Join(',', chunk)})");
                var sql = $"delete from search_entry {which}; insert into search_entry ({Columns}) select {Columns} from search_source {which}";
                await db.Database.ExecuteSqlRawAsync(sql, cancellation);
            }
        }
    }

    public const string Columns = "account_id, kind, id, virtual_account_id, text";

    private sealed record Source(SearchKind Kind, params string[] Columns)
    {
        public bool IsTouched(EntityEntry entry) =>
            entry.State is EntityState.Added or EntityState.Deleted || Array.Exists(Columns, column => entry.Property(column).IsModified);
    }
}

/// <summary>Names an entry.</summary>
public sealed record SearchKey(long AccountId, SearchKind Kind, long Id);
