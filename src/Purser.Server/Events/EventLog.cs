using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Events;

/// <summary>Which log is read.</summary>
public sealed record EventLogOf(long AccountId)
{
    /// <summary>The log of one virtual account (help ch. 5), transfers from and to it included.</summary>
    public long? VirtualAccountId { get; init; }

    /// <summary>The Smart Account event log (SA-13): without the events of virtual accounts, which Activity shows as well (help ch. 11).</summary>
    public bool OnlyTheAccountItself { get; init; }
}

/// <summary>What an event is about (help ch. 11: the filter by license or product instance).</summary>
public enum EventSubject
{
    License,
    Device,
}

/// <summary>What narrows an event log. All parts must match.</summary>
/// <param name="License">Events about this license: an entitlement's number.</param>
/// <param name="Device">Events about this product instance.</param>
/// <param name="About">Events about any license, or any product instance.</param>
/// <param name="Text">Words in the message, whatever the case.</param>
/// <param name="Topic">Of the account's own events: which part of its administration.</param>
public sealed record EventFilter(
    [FromQuery(Name = "license")] long? License = null,
    [FromQuery(Name = "device")] long? Device = null,
    [FromQuery(Name = "about")] EventSubject? About = null,
    [FromQuery(Name = "q")] string? Text = null,
    [FromQuery(Name = "topic")] EventTopic? Topic = null);

/// <summary>A line of an event log as its reader may see it.</summary>
public sealed record EventLine(
    long Seq, DateTimeOffset At, string Kind, string Message, long? VirtualAccountId, long? OtherVirtualAccountId, long? EntitlementId, long? DeviceId, string User);

/// <summary>The event logs: of a virtual account, of the account, of everything within the reader's reach; newest first.</summary>
public sealed class EventLog(Database database, PurserSettings settings)
{
    // Beyond this many virtual accounts, walking the account's whole log and leaving out the others is cheaper than merging theirs.
    private const int MostMerged = 24;

    private static readonly Keyset<EventRow> NewestFirst = Keyset.Descending((EventRow row) => row.Seq);

    public async Task<Page<EventLine>> HandleAsync(
        Actor actor, EventLogOf log, EventFilter filter, PageRequest request, CancellationToken cancellation)
    {
        await using var db = database.Read(log.AccountId, planned: filter != new EventFilter());
        var scope = EventScope.Of(actor, log);
        var events = Narrow(Of(db, log), filter);
        var parts = Parts(events, scope, filter).ToList();
        var total = parts.Count == 0
            ? new RowCount(0)
            : await parts.Select(part => part.Select(row => row.Seq)).Aggregate((one, other) => one.Concat(other)).CountUpToLimitAsync(cancellation);

        var slice = new SortedDictionary<long, EventRow>();
        foreach (var part in parts)
        {
            foreach (var row in await NewestFirst.Slice(part, request).ToListAsync(cancellation))
            {
                slice[row.Seq] = row;
            }
        }

        var ordered = (request.IsBackwards ? slice.Values : slice.Values.Reverse()).Take(request.Size + 1).ToList();
        return NewestFirst.Cut(ordered, request, total).Map(row => Line(row, actor));
    }

    /// <summary>The same log as a whole, for export.</summary>
    public async IAsyncEnumerable<EventLine> AllAsync(Actor actor, EventLogOf log, EventFilter filter)
    {
        await using var db = database.Read(log.AccountId);
        var scope = EventScope.Of(actor, log);
        var events = scope.Limit(Narrow(Of(db, log), filter));
        await foreach (var row in NewestFirst.Sort(events).AsAsyncEnumerable())
        {
            yield return Line(row, actor);
        }
    }

    /// <summary>
    /// Pieces that are each one index range in order, so that a page costs the same anywhere in ten million events: "in this virtual account or
    /// in that one" as a single condition would make the engine read and sort all of them. No event is in two pieces.
    /// </summary>
    private static IEnumerable<IQueryable<EventRow>> Parts(IQueryable<EventRow> events, EventScope scope, EventFilter filter)
    {
        var isAlreadyNarrow = filter.License is not null || filter.Device is not null;
        if (scope.AllVirtualAccounts || isAlreadyNarrow || scope.VirtualAccountIds.Count > MostMerged)
        {
            yield return scope.Limit(events);
            yield break;
        }

        if (scope.WithAccountEvents)
        {
            yield return events.Where(row => row.VirtualAccountId == null);
        }

        foreach (var id in scope.VirtualAccountIds)
        {
            var ids = scope.VirtualAccountIds;
            yield return events.Where(row => row.VirtualAccountId == id);
            yield return scope.WithAccountEvents
                ? events.Where(row => row.OtherVirtualAccountId == id && row.VirtualAccountId != null && !ids.Contains(row.VirtualAccountId.Value))
                : events.Where(row => row.OtherVirtualAccountId == id && (row.VirtualAccountId == null || !ids.Contains(row.VirtualAccountId.Value)));
        }
    }

    private static IQueryable<EventRow> Of(PurserContext db, EventLogOf log)
    {
        var events = db.Events.Where(row => row.AccountId == log.AccountId);
        return log.OnlyTheAccountItself ? events.Where(row => row.VirtualAccountId == null) : events;
    }

    private static IQueryable<EventRow> Narrow(IQueryable<EventRow> events, EventFilter filter)
    {
        if (filter.License is { } license)
        {
            events = events.Where(row => row.EntitlementId == license);
        }

        if (filter.Device is { } device)
        {
            events = events.Where(row => row.DeviceId == device);
        }

        events = filter.About switch
        {
            EventSubject.License => events.Where(row => row.EntitlementId != null),
            EventSubject.Device => events.Where(row => row.DeviceId != null),
            _ => events,
        };
        events = filter.Topic is { } topic ? events.About(topic) : events;
        return events.WhereContains(row => row.Message, filter.Text);
    }

    private EventLine Line(EventRow row, Actor reader) => new(
        row.Seq, row.At, row.Kind, row.Message, row.VirtualAccountId, row.OtherVirtualAccountId, row.EntitlementId, row.DeviceId,

        // Customers read the vendor's support; which member of staff it was is for operators and the audit (domain rules 11.3).
        row.ActorIsStaff && !reader.IsStaff ? settings.Vendor.SupportName : row.ActorName);
}
