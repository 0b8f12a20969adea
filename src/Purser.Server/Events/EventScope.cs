using Purser.Server.Commands;
using Purser.Server.People;

namespace Purser.Server.Events;

/// <summary>Which events of an account its reader may see: the account's own ones, and those of which virtual accounts.</summary>
internal sealed record EventScope(bool WithAccountEvents, bool AllVirtualAccounts, IReadOnlySet<long> VirtualAccountIds)
{
    public static EventScope Of(Actor reader, EventLogOf log)
    {
        // Who administers virtual accounts reads in the account's own log what is about these, and no more (portal reference 14.1).
        var account = reader.ReachOf(Permission.AccountEventView, log.AccountId);
        var reach = log.OnlyTheAccountItself ? account with { IsWhole = false } : reader.ReachOf(Permission.EventView, log.AccountId);
        if (log.VirtualAccountId is { } one)
        {
            return new EventScope(false, false, reach.Covers(one) ? new HashSet<long> { one } : new HashSet<long>());
        }

        return new EventScope(account.IsWhole, reach.IsWhole, reach.VirtualAccountIds);
    }

    public IQueryable<EventRow> Limit(IQueryable<EventRow> events) => (WithAccountEvents, AllVirtualAccounts) switch
    {
        (true, true) => events,
        (false, true) => events.Where(row => row.VirtualAccountId != null),
        (true, false) => events.Where(row => row.VirtualAccountId == null
            || VirtualAccountIds.Contains(row.VirtualAccountId.Value)
            || (row.OtherVirtualAccountId != null && VirtualAccountIds.Contains(row.OtherVirtualAccountId.Value))),
        (false, false) => events.Where(row => (row.VirtualAccountId != null && VirtualAccountIds.Contains(row.VirtualAccountId.Value))
            || (row.OtherVirtualAccountId != null && VirtualAccountIds.Contains(row.OtherVirtualAccountId.Value))),
    };
}
