using Microsoft.EntityFrameworkCore;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>The operator's people and programs: a few, so all at once.</summary>
public sealed class ListStaff(Database database, TimeProvider machine)
{
    public sealed record Answer(IReadOnlyList<Member> People, IReadOnlyList<Program> Clients);

    public sealed record Member(long PersonId, string Name, string Email, IReadOnlyList<OperatorRole> Roles, DateTimeOffset? LastSignInAt);

    public sealed record Program(
        long Id, string ClientId, string Name, OperatorRole? Role, IReadOnlyList<ApiScope> Scopes, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt)
    {
        public ClientSecrets Secrets { get; init; } = ClientSecrets.None;
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/operator/staff", async (ListStaff list, HttpContext context) => TypedResults.Ok(await list.HandleAsync(context.RequestAborted)))
        .Requires(Permission.StaffManage)
            .WithSummary("List the operator's staff")
        .WithTags("Operator: staff");

    public async Task<Answer> HandleAsync(CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var grants = await db.OperatorGrants.Join(db.Users, grant => grant.PersonId, person => person.Id, (grant, person) => new { grant.Role, person })
            .ToListAsync(cancellation);
        var clients = await db.ApiClients.Where(row => row.AccountId == Accounts.AccountHead.Installation).OrderBy(row => row.Id).ToListAsync(cancellation);
        return new Answer(
            grants.GroupBy(row => row.person.Id)
                .Select(group => MemberOf(group.First().person, group.Select(row => row.Role)))
                .OrderBy(member => member.Name, StringComparer.OrdinalIgnoreCase).ToList(),
            clients.ConvertAll(row => new Program(
                row.Id, row.ClientId, row.Name, row.OperatorRole, ApiScopes.Read(row.Scopes).Order().ToList(), row.ExpiresAt, row.LastUsedAt, row.RevokedAt)
            {
                Secrets = ClientSecrets.Of(row, machine.GetUtcNow()),
            }));
    }

    private static Member MemberOf(Person person, IEnumerable<OperatorRole> roles) =>
        new(person.Id, person.DisplayName, person.Email!, roles.Order().ToList(), person.LastSignInAt);
}
