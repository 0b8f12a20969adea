using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>Those who come along with a split: people of the account that is split.</summary>
internal static class MergerPeople
{
    public static async Task<Verdict<IReadOnlySet<long>>> FindAsync(PurserContext db, long accountId, IReadOnlyList<string> emails, CancellationToken cancellation)
    {
        var people = await db.RoleGrants.Where(row => row.AccountId == accountId && row.PersonId != null)
            .Join(db.Users, row => row.PersonId, person => person.Id, (_, person) => new { person.Id, person.NormalizedUserName }).Distinct()
            .ToDictionaryAsync(person => person.NormalizedUserName!, person => person.Id, cancellation);
        var unknown = emails.FirstOrDefault(email => !people.ContainsKey(PersonBook.KeyOf(email)));
        return unknown is null
            ? emails.Select(email => people[PersonBook.KeyOf(email)]).ToHashSet()
            : Verdict.Refused(RefusalCode.NotFound, $"{unknown} has no role in the Smart Account that is split.", "people");
    }
}
