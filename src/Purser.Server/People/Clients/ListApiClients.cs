using Microsoft.EntityFrameworkCore;
using Purser.Server.Http;
using Purser.Server.People.OAuth;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>The account's API clients, newest first, the revoked ones too. Their secrets are nowhere to be read.</summary>
public sealed class ListApiClients(Database database, TimeProvider machine)
{
    private static readonly Keyset<ApiClient> NewestFirst = Keyset.Descending((ApiClient row) => row.Id);

    public sealed record Item(
        long Id,
        string ClientId,
        string Name,
        IReadOnlyList<ApiScope> Scopes,
        IReadOnlyList<CreateApiClient.ClientGrant> Grants,
        IReadOnlyList<string> RedirectUris,
        string CreatedBy,
        DateTimeOffset CreatedAt,
        DateTimeOffset? ExpiresAt,
        DateTimeOffset? LastUsedAt,
        DateTimeOffset? RevokedAt)
    {
        public ClientSecrets Secrets { get; init; } = ClientSecrets.None;
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/accounts/{account}/clients", async ([AsParameters] PageRequest page, ListApiClients list, HttpContext context) =>
            TypedResults.Ok(await list.HandleAsync(context.Account().Id, page, context.RequestAborted)))
        .Requires(Permission.ClientManage)
            .WithSummary("List the API clients of the Smart Account")
        .WithTags("API clients");

    public async Task<Page<Item>> HandleAsync(long accountId, PageRequest page, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        var clients = await db.ApiClients.Where(row => row.AccountId == accountId).ToPageAsync(NewestFirst, page, cancellation);
        var ids = clients.Items.Select(row => (long?)row.Id).ToList();
        var grants = (await db.RoleGrants.Where(row => row.AccountId == accountId && ids.Contains(row.ClientId)).ToListAsync(cancellation))
            .ToLookup(row => row.ClientId);
        return clients.Map(row => new Item(
            row.Id,
            row.ClientId,
            row.Name,
            ApiScopes.Read(row.Scopes).Order().ToList(),
            grants[row.Id].Select(grant => new CreateApiClient.ClientGrant(grant.Role, grant.VirtualAccountId, grant.IncludesChildren)).ToList(),
            RedirectAddresses.Read(row.RedirectUris),
            row.CreatedBy,
            row.CreatedAt,
            row.ExpiresAt,
            row.LastUsedAt,
            row.RevokedAt)
        {
            Secrets = ClientSecrets.Of(row, machine.GetUtcNow()),
        });
    }
}

/// <summary>What is told of the secrets of a client.</summary>
/// <param name="RenewedAt">Null while it has its first one.</param>
/// <param name="PreviousEndsAt">Until when the one before works too; null where none does.</param>
/// <param name="PreviousUsedAt">When that was last used since the present one was made.</param>
public sealed record ClientSecrets(DateTimeOffset? RenewedAt, DateTimeOffset? PreviousEndsAt, DateTimeOffset? PreviousUsedAt)
{
    public static readonly ClientSecrets None = new(null, null, null);

    public static ClientSecrets Of(ApiClient client, DateTimeOffset machineNow) => client.HasPreviousSecret(machineNow)
        ? new(client.SecretRenewedAt, client.PreviousSecretEndsAt, client.PreviousSecretUsedAt)
        : new(client.SecretRenewedAt, null, null);
}
