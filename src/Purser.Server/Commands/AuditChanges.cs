using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Purser.Server.Accounts;
using Purser.Server.Alerts;
using Purser.Server.Devices;
using Purser.Server.Events;
using Purser.Server.Licenses;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.Pki;
using Purser.Server.Store;
using Purser.Server.Tokens;

namespace Purser.Server.Commands;

/// <summary>
/// What a command changed, row by row, before and after (SA-16). Collected from the context itself, so that no command can forget it. An entry
/// of an account tells of that account's rows and of those that belong to none; of another account's rows it tells nothing.
/// </summary>
internal sealed class AuditChanges
{
    /// <summary>Stands for a value that may not be read anywhere: one sees that it was changed, not to what.</summary>
    private const string Secret = "(secret)";

    /// <summary>Chains that are verified by themselves, what follows from the book (docs/ledger.md), pointers, sign-ins, and mails, which may hold one-time links.</summary>
    private static readonly HashSet<Type> Unaudited =
    [
        typeof(AccountHead), typeof(EventRow), typeof(AuditEntry), typeof(LedgerEntry), typeof(Holding), typeof(Pool), typeof(PoolHistory), typeof(LicenseUse),
        typeof(Alert), typeof(TokenDirectory), typeof(DeviceDirectory), typeof(ApiClientDirectory), typeof(Session), typeof(AccessToken), typeof(Delegation), typeof(MailRow),
        typeof(IdempotencyRecord), typeof(JobRow), typeof(IdBlock), typeof(RevocationList),
    ];

    private static readonly HashSet<string> SecretNames =
        ["PasswordHash", "SecurityStamp", "ConcurrencyStamp", "Value", "Xml", "NormalizedEmail", "NormalizedUserName"];

    private readonly List<Change> changes = [];

    private sealed record Change(long? AccountId, string Row, string Key, Dictionary<string, object?>? Before, Dictionary<string, object?>? After);

    /// <summary>Takes down what the next saving will write. Call it before every saving.</summary>
    public void Collect(PurserContext db)
    {
        foreach (var entry in db.ChangeTracker.Entries().Where(entry => !Unaudited.Contains(entry.Metadata.ClrType)))
        {
            var before = entry.State is EntityState.Deleted or EntityState.Modified ? Values(entry, property => property.OriginalValue) : null;
            var after = entry.State is EntityState.Added or EntityState.Modified ? Values(entry, property => property.CurrentValue) : null;
            if (before?.Count > 0 || after?.Count > 0)
            {
                changes.Add(new Change(AccountOf(entry), entry.Metadata.GetTableName() ?? entry.Metadata.ShortName(), KeyOf(entry), before, after));
            }
        }
    }

    /// <summary>As the audit entry of one of the command's accounts holds it: JSON, "[]" where nothing that is audited changed.</summary>
    public string Of(long account, IReadOnlyCollection<long> accounts)
    {
        // What lies in none of the accounts that the command works on is told with the first: nothing is left untold.
        var shown = changes.Where(change => change.AccountId is not { } owner || owner == account || (!accounts.Contains(owner) && account == accounts.Min()))
            .OrderBy(change => change.Row, StringComparer.Ordinal).ThenBy(change => change.Key, StringComparer.Ordinal)
            .Select(change => new { change.Row, change.Key, change.Before, change.After });
        return JsonSerializer.Serialize(shown, WritePath.Json);
    }

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
