using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Purser.Server.Accounts;
using Purser.Server.Alerts;
using Purser.Server.Alerts.Webhooks;
using Purser.Server.Devices;
using Purser.Server.Events;
using Purser.Server.Licenses;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.Pki;
using Purser.Server.Reservations.Bulk;
using Purser.Server.Store;
using Purser.Server.Tokens;
using Purser.Server.Usage;
using Purser.Server.Usage.Bundles;
using Purser.Server.Usage.Push;

namespace Purser.Server.Commands;

/// <summary>
/// What a command changed, row by row, before and after (SA-16). Collected from the context itself, so that no command can forget it. An entry
/// of an account tells of that account's rows and of those that belong to none; of another account's rows it tells nothing.
/// </summary>
internal sealed class AuditChanges
{
    /// <summary>Stands for a value that may not be read anywhere: one sees that it was changed, not to what.</summary>
    private const string Secret = "(secret)";

    /// <summary>Chains that are verified by themselves, what follows from the book (docs/ledger.md), pointers, sign-ins, mails, which may hold one-time links, and what the input of a command tells already.</summary>
    private static readonly HashSet<Type> Unaudited =
    [
        typeof(AccountHead), typeof(EventRow), typeof(AuditEntry), typeof(LedgerEntry), typeof(Holding), typeof(Pool), typeof(PoolHistory), typeof(LicenseUse),
        typeof(Alert), typeof(AlertChange), typeof(WebhookDelivery), typeof(TokenDirectory), typeof(DeviceDirectory), typeof(UnitDirectory), typeof(ApiClientDirectory), typeof(Session), typeof(AccessToken), typeof(Delegation), typeof(MailRow),
        typeof(IdempotencyRecord), typeof(JobRow), typeof(IdBlock), typeof(RevocationList), typeof(ReservationBatchItem), typeof(ReceivedReport), typeof(UsageMeasure), typeof(UsageExchange), typeof(PushedFile), typeof(UsageBundleFile),
    ];

    private static readonly HashSet<string> SecretNames =
        ["PasswordHash", "SecurityStamp", "ConcurrencyStamp", "Value", "Xml", "NormalizedEmail", "NormalizedUserName"];

    /// <summary>How many rows, or ranges of rows, one entry tells of: what is more goes into entries of its own.</summary>
    private const int MostOfEntry = 5_000;

    private readonly List<Change> changes = [];

    /// <param name="Accounts">In whose logs it stands; none for what belongs to no account.</param>
    /// <param name="Keys">One, or for many rows in one statement all of them.</param>
    private sealed record Change(
        IReadOnlyCollection<long> Accounts, string Row, IReadOnlyList<string> Keys, Dictionary<string, object?>? Before, Dictionary<string, object?>? After)
    {
        public bool IsMany { get; init; }
    }

    /// <summary>Takes down what the next saving will write. Call it before every saving.</summary>
    public void Collect(PurserContext db)
    {
        foreach (var entry in db.ChangeTracker.Entries().Where(entry => !Unaudited.Contains(entry.Metadata.ClrType)))
        {
            var before = entry.State is EntityState.Deleted or EntityState.Modified ? Values(entry, property => property.OriginalValue) : null;
            var after = entry.State is EntityState.Added or EntityState.Modified ? Values(entry, property => property.CurrentValue) : null;
            if (before?.Count > 0 || after?.Count > 0)
            {
                changes.Add(new Change(AccountOf(entry) is { } owner ? [owner] : [], TableOf(entry.Metadata), [KeyOf(entry)], before, after));
            }
        }
    }

    /// <summary>Takes down what one statement does to many rows, past the context: all of them had the same values before, and have the same after.</summary>
    /// <param name="keys">Of every row: numbers as ranges, "12-40".</param>
    /// <param name="after">Null where the rows go.</param>
    public void CollectMany<TRow>(
        PurserContext db, IReadOnlyCollection<long> accounts, IReadOnlyList<string> keys, Dictionary<string, object?> before, Dictionary<string, object?>? after)
    {
        if (keys.Count > 0)
        {
            changes.Add(new Change(accounts, TableOf(db.Model.FindEntityType(typeof(TRow))!), keys, before, after) { IsMany = true });
        }
    }

    /// <summary>As the audit entries of one of the command's accounts hold it: JSON, one "[]" where nothing that is audited changed.</summary>
    public IEnumerable<string> Of(long account, IReadOnlyCollection<long> accounts)
    {
        // What lies in none of the accounts that the command works on is told with the first: nothing is left untold.
        var shown = changes
            .Where(change => change.Accounts.Count == 0 || change.Accounts.Contains(account) || (account == accounts.Min() && !change.Accounts.Any(accounts.Contains)))
            .OrderBy(change => change.Row, StringComparer.Ordinal).ThenBy(change => change.Keys[0], StringComparer.Ordinal);
        var (part, size) = (new List<object>(), 0);
        foreach (var piece in shown.SelectMany(Pieces))
        {
            if (size > 0 && size + piece.Keys.Count > MostOfEntry)
            {
                yield return JsonSerializer.Serialize(part, WritePath.Json);
                (part, size) = ([], 0);
            }

            part.Add(piece.IsMany ? new { piece.Row, piece.Keys, piece.Before, piece.After } : new { piece.Row, Key = piece.Keys[0], piece.Before, piece.After });
            size += piece.Keys.Count;
        }

        yield return JsonSerializer.Serialize(part, WritePath.Json);
    }

    private static IEnumerable<Change> Pieces(Change change) =>
        change.Keys.Count <= MostOfEntry ? [change] : change.Keys.Chunk(MostOfEntry).Select(keys => change with { Keys = keys });

    private static string TableOf(IReadOnlyEntityType type) => type.GetTableName() ?? type.ShortName();

    private static Dictionary<string, object?> Values(EntityEntry entry, Func<PropertyEntry, object?> read) => entry.Properties
        .Where(property => entry.State == EntityState.Modified ? IsChanged(property) : read(property) is not null)
        .Where(property => !property.Metadata.IsKey() || entry.State != EntityState.Modified)
        .ToDictionary(
            property => JsonNamingPolicy.CamelCase.ConvertName(property.Metadata.Name),
            property => IsSecret(property.Metadata) ? Secret : Text(read(property)),
            StringComparer.Ordinal);

    private static bool IsChanged(PropertyEntry property) =>
        property.IsModified && !property.Metadata.GetValueComparer().Equals(property.OriginalValue, property.CurrentValue);

    /// <summary>Hashes, keys and sealed texts are bytes; nothing else is.</summary>
    private static bool IsSecret(IProperty property) =>
        (property.ClrType == typeof(byte[]) && !property.IsPrimaryKey()) || SecretNames.Contains(property.Name);

    private static object? Text(object? value) => value switch
    {
        DateTimeOffset instant => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        byte[] bytes => Convert.ToHexStringLower(bytes),
        _ => value,
    };

    private static long? AccountOf(EntityEntry entry) =>
        entry.Metadata.FindProperty("AccountId") is { } property ? (long?)entry.Property(property).CurrentValue : null;

    private static string KeyOf(EntityEntry entry)
    {
        var key = new StringBuilder();
        foreach (var part in entry.Metadata.FindPrimaryKey()?.Properties ?? [])
        {
            key.Append(key.Length > 0 ? "/" : "").Append(CultureInfo.InvariantCulture, $"{Text(entry.Property(part).CurrentValue)}");
        }

        return key.ToString();
    }
}
