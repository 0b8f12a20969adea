using System.Globalization;
using Purser.Server.Accounts;
using Purser.Server.Events;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Commands;

/// <summary>An account's chains while its head is locked: appends rows with the next number and hash.</summary>
public sealed class Journal(PurserContext db, AccountHead head, Actor actor, DateTimeOffset now)
{
    public long AccountId => head.AccountId;

    /// <summary>Appends an event. Account, number, time, person and hash are filled in here.</summary>
    public EventRow Append(EventText text, EventPlace place = default)
    {
        var row = new EventRow
        {
            AccountId = head.AccountId,
            Seq = ++head.EventSeq,
            At = now,
            Kind = text.Kind,
            Message = text.Message,
            VirtualAccountId = place.VirtualAccountId,
            OtherVirtualAccountId = place.OtherVirtualAccountId,
            EntitlementId = place.EntitlementId,
            DeviceId = place.DeviceId,
            ActorName = actor.Name,
            ActorIsStaff = actor.IsStaff,
            Hash = [],
        };
        row.Hash = head.EventHash = HashChain.Of(row, head.EventHash);
        db.Events.Add(row);
        return row;
    }

    /// <summary>Appends a line to the book. Only <see cref="Licenses.Ledger"/> and <see cref="Licenses.BookMove"/> call this.</summary>
    internal LedgerEntry Append(LedgerEntry entry)
    {
        entry.AccountId = head.AccountId;
        entry.Seq = ++head.EntrySeq;
        entry.At = now;
        entry.ActorName = actor.Name;
        entry.ActorIsStaff = actor.IsStaff;
        entry.Hash = head.EntryHash = HashChain.Of(entry, head.EntryHash);
        db.LedgerEntries.Add(entry);
        return entry;
    }

    /// <param name="changes">One entry for each; from the second on it names the first one instead of the input.</param>
    /// <returns>The first.</returns>
    internal AuditEntry AppendAudit(string command, string input, IEnumerable<string> changes)
    {
        AuditEntry? first = null;
        foreach (var part in changes)
        {
            var row = AppendAudit(command, first is null ? input : string.Create(CultureInfo.InvariantCulture, $"{{\"continues\":{first.Seq}}}"), part);
            first ??= row;
        }

        return first ?? throw new InvalidOperationException("Every command leaves an entry");
    }

    private AuditEntry AppendAudit(string command, string input, string changes)
    {
        var row = new AuditEntry
        {
            AccountId = head.AccountId,
            Seq = ++head.AuditSeq,
            At = now,
            Command = command,
            ActorKind = actor.Kind.ToString(),
            ActorId = actor.Id,
            ActorName = actor.Name,
            Input = input,
            Changes = changes,
            Hash = [],
        };
        row.Hash = head.AuditHash = HashChain.Of(row, head.AuditHash);
        db.AuditEntries.Add(row);
        return row;
    }
}

/// <summary>Where an event belongs; every part may be absent.</summary>
public readonly record struct EventPlace
{
    public long? VirtualAccountId { get; init; }
    public long? OtherVirtualAccountId { get; init; }
    public long? EntitlementId { get; init; }
    public long? DeviceId { get; init; }
}
