using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Preferences;

/// <summary>Somebody who wants mails about an account, with what she may see of it now.</summary>
public sealed record Subscriber(Actor Actor, string Email, IReadOnlySet<MailTopic> Topics, bool IsDaily)
{
    /// <summary>Those of an account who still work in it; loaded with all their roles, also through user groups.</summary>
    public static async Task<IReadOnlyList<Subscriber>> OfAsync(Database database, ActorSource actors, long accountId, CancellationToken cancellation)
    {
        await using var db = database.Read(accountId);
        var rows = await db.MailSubscriptions.Where(row => row.AccountId == accountId).OrderBy(row => row.PersonId)
            .Join(db.Users, row => row.PersonId, person => person.Id, (row, person) => new { row.PersonId, row.Topic, person.Email }).ToListAsync(cancellation);
        var daily = await db.DailyMails.Where(row => row.AccountId == accountId).Select(row => row.PersonId).ToHashSetAsync(cancellation);
        var found = new List<Subscriber>();
        foreach (var person in rows.GroupBy(row => (row.PersonId, row.Email)))
        {
            if (await actors.PersonAsync(person.Key.PersonId, cancellation) is { } actor && actor.May(Permission.AlertView, accountId))
            {
                found.Add(new Subscriber(actor, person.Key.Email!, person.Select(row => row.Topic).ToHashSet(), daily.Contains(person.Key.PersonId)));
            }
        }

        return found;
    }

    /// <summary>Of a virtual account, or of the account itself (null): within her reach only.</summary>
    public bool Sees(long accountId, long? virtualAccountId) =>
        virtualAccountId is not { } id || Actor.ReachOf(Permission.AlertView, accountId).Covers(id);
}
