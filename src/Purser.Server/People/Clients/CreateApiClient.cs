using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.OAuth;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>Credentials for a program: what it may do is limited by its scopes and by roles of its own, which its maker must have herself.</summary>
public sealed class CreateApiClient(WritePath writePath, TimeProvider machine)
{
    public const string Name = "clients.create";
    public const int LongestName = 100;
    public const int LongestLife = 3650;
    private const int MostGrants = 50;

    public sealed record Input(string Name, IReadOnlyList<ApiScope> Scopes, IReadOnlyList<ClientGrant> Grants)
    {
        /// <summary>Null: until it is revoked.</summary>
        public int? ExpiresInDays { get; init; }

        /// <summary>For a program with people in front of it: where their browsers may go back to after they have allowed it (authorization_code).</summary>
        public IReadOnlyList<string> RedirectUris { get; init; } = [];
    }

    public sealed record ClientGrant(Role Role, long? VirtualAccountId = null, bool IncludesChildren = true);

    public sealed record Answer(long Id, string ClientId, DateTimeOffset? ExpiresAt)
    {
        /// <summary>Shown once; only its hash is kept.</summary>
        public string? ClientSecret { get; init; }

        /// <summary>Of a new secret: until when the one before it works too.</summary>
        public DateTimeOffset? PreviousSecretEndsAt { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/accounts/{account}/clients", async (Input input, CreateApiClient create, HttpContext context) =>
            (await create.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToCreated())
        .Requires(Permission.ClientManage)
            .WithSummary("Create an API client; its secret is shown once")
        .WithTags("API clients");

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        if ((ClientRules.JudgeText(input.Name, input.ExpiresInDays) ?? ClientRules.JudgeScopes(command.Actor, input.Scopes)
            ?? RedirectAddresses.Problem(input.RedirectUris, nameof(input.RedirectUris)) ?? JudgeGrants(command.Actor, accountId, input)) is { } problem)
        {
            return problem;
        }

        string? secret = null;
        var verdict = await writePath.RunAsync<Answer>(command, async scope =>
        {
            foreach (var grant in input.Grants)
            {
                if (await GrantTargets.JudgeAsync(scope.Db, accountId, grant.VirtualAccountId, cancellation) is { } refusal)
                {
                    return refusal;
                }
            }

            (var client, secret) = ClientBook.Add(scope, accountId, input.Name, input.Scopes, input.ExpiresInDays, machine.GetUtcNow());
            client.RedirectUris = RedirectAddresses.Write(input.RedirectUris);
            foreach (var grant in input.Grants.Distinct())
            {
                scope.Db.RoleGrants.Add(new RoleGrant
                {
                    AccountId = accountId,
                    Id = scope.NextId(IdKind.Grant),
                    ClientId = client.Id,
                    Role = grant.Role,
                    VirtualAccountId = grant.VirtualAccountId,
                    IncludesChildren = grant.VirtualAccountId is not null && grant.IncludesChildren,
                    GrantedAt = scope.Now,
                    GrantedBy = command.Actor.ShownName,
                });
            }

            scope.Journal(accountId).Append(PeopleEvents.ClientCreated(client.Name));
            return new Answer(client.Id, client.ClientId, client.ExpiresAt);
        }, cancellation);
        return verdict.Map(answer => answer with { ClientSecret = command.DryRun ? null : secret });
    }

    private static Refusal? JudgeGrants(Actor maker, long accountId, Input input) =>
        input.Grants.Count is 0 or > MostGrants
            ? Verdict.Refused(RefusalCode.InvalidInput, $"Give the client 1 to {MostGrants} roles.", nameof(input.Grants))
            : input.Grants.Select(grant => GrantRules.Judge(maker, Permission.ClientManage, accountId, grant.Role, grant.VirtualAccountId))
                .FirstOrDefault(refusal => refusal is not null);
}
