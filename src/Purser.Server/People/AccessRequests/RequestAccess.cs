using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>
/// "Request access instead" of a second Smart Account (SA-10): a rule of the account answers at once, or its administrators do. The account is
/// named by its exact domain, so restricted ones can be asked too.
/// </summary>
public sealed class RequestAccess(WritePath writePath, AccountLookup lookup, AccessRuleAnswer rules, AccessRequestMail mail, PurserSettings settings)
{
    public const string Name = "access-requests.ask";
    public const string Withdraw = "access-requests.withdraw";

    /// <summary>Who was declined may ask again after this time.</summary>
    private const int MostADay = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromHours(24);

    public sealed record Input(string Domain, string? Note = "");

    public sealed record Answer(long Id, AccessRequestState State);

    public sealed record WithdrawInput(string Domain);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/directory/access-requests", async (Input input, RequestAccess request, HttpContext context) =>
                (await request.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToCreated())
            .Requires(Permission.SignedIn)
            .WithSummary("Ask for access to a Smart Account, named by its domain identifier")
            .WithDescription("The answer says Pending, or what an access rule of the Smart Account has decided at once.").WithTags("Access requests");
        routes.MapDelete("/api/v1/directory/access-requests/{domain}", async (string domain, RequestAccess request, HttpContext context) =>
            {
                var input = new WithdrawInput(domain);
                return (await request.WithdrawAsync(context.Command(Withdraw, input), input, context.RequestAborted)).ToHttp();
            })
            .Requires(Permission.SignedIn).WithSummary("Take back your request for access").WithTags("Access requests");
    }

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (command.Actor.Kind != ActorKind.Person)
        {
            return Verdict.Refused(RefusalCode.NotAllowed, "Access is requested by a person.");
        }

        if (InputText.Problem(input.Note, nameof(input.Note), "the note", AccessRequest.LongestNote, isOptional: true) is { } problem)
        {
            return problem;
        }

        if (await FindAsync(input.Domain, cancellation) is not { } account)
        {
            return NoAccount();
        }

        return await writePath.RunAsync<Answer>(command with { Accounts = [account.Id], Ids = Math.Max(command.Ids, Access.MostVirtualAccounts) }, async scope =>
        {
            var person = await scope.Db.Users.FirstAsync(row => row.Id == command.Actor.Id, cancellation);
            if (await JudgeAsync(scope, account, person, cancellation) is { } refusal)
            {
                return refusal;
            }

            var request = new AccessRequest
            {
                AccountId = account.Id,
                Id = scope.NextId(IdKind.AccessRequest),
                PersonId = person.Id,
                PersonName = person.DisplayName,
                Email = person.Email!,
                Note = input.Note?.Trim() ?? "",
                RequestedAt = scope.Now,
            };
            scope.Db.AccessRequests.Add(request);
            scope.Journal(account.Id).Append(AccessRequestEvents.Requested(request));
            if (!await rules.GiveAsync(scope, person, request, cancellation) && !await mail.TellAdministratorsAsync(scope, account, request, cancellation))
            {
                return Verdict.Refused(RefusalCode.Conflict, $"{account.Name} has no administrator who could be asked. Turn to {settings.Vendor.SupportName}.");
            }

            return new Answer(request.Id, request.State);
        }, cancellation);
    }

    public async Task<Verdict<Done>> WithdrawAsync(Command command, WithdrawInput input, CancellationToken cancellation = default)
    {
        if (await FindAsync(input.Domain, cancellation) is not { } account)
        {
            return NoAccount();
        }

        return await writePath.RunAsync<Done>(command with { Accounts = [account.Id] }, async scope =>
        {
            var request = await scope.Db.AccessRequests.FirstOrDefaultAsync(
                row => row.AccountId == account.Id && row.PersonId == command.Actor.Id && row.State == AccessRequestState.Pending, cancellation);
            if (request is null || command.Actor.Kind != ActorKind.Person)
            {
                return Verdict.Refused(RefusalCode.NotFound, "No request of yours waits there. It may have been answered.");
            }

            (request.State, request.DecidedAt, request.DecidedBy) = (AccessRequestState.Withdrawn, scope.Now, command.Actor.ShownName);
            scope.Journal(account.Id).Append(AccessRequestEvents.Withdrawn(request));
            return Verdict.Done;
        }, cancellation);
    }

    private async Task<AccountRef?> FindAsync(string? named, CancellationToken cancellation) =>
        DomainNames.Normalize(named) is { } domain && await lookup.FindAsync(domain, cancellation) is { Status: not AccountStatus.Closed } account ? account : null;

    private static async Task<Refusal?> JudgeAsync(WriteScope scope, AccountRef account, Person person, CancellationToken cancellation)
    {
        if (await scope.Db.RoleGrants.AnyAsync(row => row.AccountId == account.Id && row.PersonId == person.Id, cancellation)
            || await ActorSource.ThroughGroups(scope.Db, person.Id).AnyAsync(row => row.AccountId == account.Id, cancellation))
        {
            return Verdict.Refused(
                RefusalCode.AlreadyExists, $"You have a role in {account.Name} already. An administrator changes it under People.", nameof(Input.Domain));
        }

        var earlier = await scope.Db.AccessRequests.Where(row => row.AccountId == account.Id && row.PersonId == person.Id)
            .OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancellation);
        return earlier switch
        {
            { State: AccessRequestState.Pending } => Verdict.Refused(
                RefusalCode.AlreadyExists, $"Your request for access to {account.Name} waits already. Its administrators have your mail; give them some time.", nameof(Input.Domain)),
            { State: AccessRequestState.Withdrawn, DecidedAt: { } at } when at + Pause > scope.Now => Verdict.Refused(
                RefusalCode.TooManyRequests, $"You took a request for access to {account.Name} back within the last day; its administrators had your mail. Ask again tomorrow, or turn to one of them."),
            { State: AccessRequestState.Declined, DecidedAt: { } at } when at + Pause > scope.Now => Verdict.Refused(
                RefusalCode.TooManyRequests, $"Your request for access to {account.Name} was declined within the last day. Ask again tomorrow, or turn to an administrator."),
            _ => await JudgeNumberAsync(scope, person.Id, cancellation),
        };
    }

    /// <summary>Each request is mailed to all administrators of an account: nobody writes to everybody.</summary>
    private static async Task<Refusal?> JudgeNumberAsync(WriteScope scope, long personId, CancellationToken cancellation)
    {
        var since = scope.Now - Pause;
        return await scope.Db.AccessRequests.IgnoreQueryFilters().CountAsync(row => row.PersonId == personId && row.RequestedAt > since, cancellation) < MostADay
            ? null
            : Verdict.Refused(RefusalCode.TooManyRequests, $"You asked {MostADay} times for access within a day. Ask again tomorrow, or turn to an administrator.");
    }

    private static Refusal NoAccount() => Verdict.Refused(RefusalCode.NotFound, "There is no Smart Account with this domain identifier.", nameof(Input.Domain));
}
