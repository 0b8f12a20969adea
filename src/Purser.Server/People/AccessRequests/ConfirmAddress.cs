using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.People.SignIn;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>Somebody opens the link that was mailed to her address: it is proven, and the rules that waited for that answer her requests.</summary>
public sealed class ConfirmAddress(WritePath writePath, Database database, AccessRuleAnswer rules)
{
    public const string Name = "people.confirm-address";

    /// <summary>What the audit keeps: not the code.</summary>
    private sealed record Audited(long PersonId);

    /// <param name="Approved">Requests that were approved by it.</param>
    public sealed record Answer(int Approved);

    public async Task<Verdict<Answer>> HandleAsync(long personId, string code, CancellationToken cancellation = default)
    {
        var accounts = await WaitingAsync(personId, cancellation);
        var command = new Command(Name, new Actor(ActorKind.Person, personId, "The person"), new Audited(personId))
        {
            Accounts = accounts, Ids = Math.Max(1, accounts.Count) * Access.MostVirtualAccounts,
        };
        return await writePath.RunAsync<Answer>(command, async scope =>
        {
            if (await AddressLink.FindAsync(scope.Db, personId, code, scope.MachineNow, cancellation) is not { } link)
            {
                return Verdict.Refused(RefusalCode.SignInFailed, "This link was used, has expired, or is not complete. Ask for access once more to get a new one.");
            }

            var person = await scope.Db.Users.FirstAsync(row => row.Id == personId, cancellation);
            person.EmailConfirmed = true;
            scope.Db.UserTokens.Remove(link);
            var approved = 0;
            foreach (var request in await scope.Db.AccessRequests.Where(row => row.PersonId == personId && row.State == AccessRequestState.Pending).ToListAsync(cancellation))
            {
                if (scope.Holds(request.AccountId) && await rules.GiveAsync(scope, person, request, cancellation))
                {
                    approved += request.State == AccessRequestState.Approved ? 1 : 0;
                }
            }

            return new Answer(approved);
        }, cancellation);
    }

    private async Task<IReadOnlyList<long>> WaitingAsync(long personId, CancellationToken cancellation)
    {
        await using var db = database.Read();
        return await db.AccessRequests.Where(row => row.PersonId == personId && row.State == AccessRequestState.Pending).Select(row => row.AccountId).Distinct().ToListAsync(cancellation);
    }
}
