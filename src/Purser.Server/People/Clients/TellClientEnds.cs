using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Jobs;
using Purser.Server.Mail;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>Tells those who can renew it, once, that an API client expires soon: a program that stops at night is a surprise nobody wants.</summary>
public sealed class TellClientEnds(WritePath writePath, Database database, Outbox outbox, TimeProvider machine, PurserSettings settings) : IJob
{
    public const string Name = "clients.tell-end";

    public static readonly TimeSpan Before = TimeSpan.FromDays(14);

    private sealed record Input(long Id);

    /// <summary>Clients that work now and will have ended soon.</summary>
    internal static IQueryable<ApiClient> Ending(PurserContext db, DateTimeOffset machineNow)
    {
        var soon = machineNow + Before;
        return db.ApiClients.Where(row => row.RevokedAt == null && row.ExpiresAt > machineNow && row.ExpiresAt <= soon);
    }

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        await using var db = database.Read();
        var clients = await Ending(db, machine.GetUtcNow()).Where(row => row.EndToldAt == null).OrderBy(row => row.Id)
            .Select(row => new { row.AccountId, row.Id }).ToListAsync(cancellation);
        foreach (var client in clients)
        {
            await TellAsync(client.AccountId, client.Id, cancellation);
        }

        return $"told of {clients.Count} that expire soon";
    }

    private Task<Verdict<Done>> TellAsync(long accountId, long id, CancellationToken cancellation)
    {
        IReadOnlyList<long> accounts = accountId == AccountHead.Installation ? [] : [accountId];
        return writePath.RunAsync<Done>(new Command(Name, Actor.System, new Input(id)) { Accounts = accounts }, async scope =>
        {
            var now = machine.GetUtcNow();
            if (await Ending(scope.Db, now).FirstOrDefaultAsync(row => row.AccountId == accountId && row.Id == id && row.EndToldAt == null, cancellation) is not { } client)
            {
                return Verdict.Done;
            }

            client.EndToldAt = now;
            scope.Journal(accountId).Append(PeopleEvents.ClientEnds(client.Name, client.ExpiresAt!.Value));
            var account = accountId == AccountHead.Installation ? null : await Invitation.PlaceAsync(scope.Db, accountId, cancellation);
            foreach (var email in account is null ? await OperatorsAsync(scope.Db, cancellation) : (await Administrators.OfAsync(scope.Db, accountId, NoticeKind.ApiClientEnds, cancellation)).Emails)
            {
                Tell(scope, email, client, account);
            }

            return Verdict.Done;
        }, cancellation);
    }

    private void Tell(WriteScope scope, string email, ApiClient client, Invitation.Place? account)
    {
        var end = client.ExpiresAt!.Value.UtcDateTime;
        var whose = account is null ? $"the operator in {settings.Vendor.PortalName}" : $"the Smart Account {account.Name} ({account.Domain}) in {settings.Vendor.PortalName}";
        outbox.Post(scope, new MailDraft(email, FormattableString.Invariant($"The API client {client.Name} expires on {end:yyyy-MM-dd}"))
            .Say($"An API client of {whose} expires soon. From then on its program gets no access tokens.")
            .Facts(
                ("Name", client.Name), ("Client id", client.ClientId), ("Expires", FormattableString.Invariant($"{end:yyyy-MM-dd HH:mm} UTC")),
                ("Last used", client.LastUsedAt is { } used ? FormattableString.Invariant($"{used.UtcDateTime:yyyy-MM-dd HH:mm} UTC") : "never"))
            .Say("Give it a new secret with a new end; the old secret can go on working for a while beside it. If nobody needs the client any more, do nothing or revoke it.")
            .Link("API clients", outbox.PublicUrl + (account is null ? "/operator/staff" : $"/accounts/{account.Domain}/clients")));
    }

    private static Task<List<string>> OperatorsAsync(PurserContext db, CancellationToken cancellation) => db.Users
        .Where(person => !person.IsDisabled && db.OperatorGrants.Any(grant => grant.PersonId == person.Id && grant.Role == OperatorRole.LicensingAdministrator)
            && !db.NoticeMutes.Any(mute => mute.PersonId == person.Id && mute.AccountId == AccountHead.Installation && mute.Kind == NoticeKind.ApiClientEnds))
        .OrderBy(person => person.Id).Select(person => person.Email!).ToListAsync(cancellation);
}
