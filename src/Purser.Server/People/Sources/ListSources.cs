using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.People.Sources;

/// <summary>The sign-in sources with all their settings but the secrets.</summary>
public sealed class ListSources(Database database)
{
    private static readonly Keyset<SignInSource> ByName = Keyset.Ascending((SignInSource row) => row.Name).Then(row => row.Id);

    public sealed record Item(
        long Id, SourceKind Kind, string Name, bool IsEnabled, IReadOnlyList<string> MailDomains, bool CreatesPeople, bool ReplacesPasswords,
        OpenIdOptions? OpenId, DirectoryOptions? Directory, bool HasSecret, int People, IReadOnlyList<RoleItem> Roles)
    {
        public DateTimeOffset? ProvisioningTokenMadeAt { get; init; }
        public DateTimeOffset? ProvisioningTokenUsedAt { get; init; }
    }

    public sealed record RoleItem(
        long Id, string GroupName, long AccountId, string AccountDomain, Role Role, long? VirtualAccountId, string? VirtualAccount, bool IncludesChildren)
    {
        /// <summary>It gives nothing while its Smart Account is closed.</summary>
        public bool IsClosed { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/operator/sign-in-sources", async ([AsParameters] PageRequest page, ListSources list, HttpContext context) =>
            TypedResults.Ok(await list.HandleAsync(page, context.RequestAborted)))
            .Requires(Permission.SignInManage).WithSummary("List the identity providers and directories").WithTags("Operator: sign-in");
        routes.MapGet("/api/v1/operator/sign-in-sources/{source:long}", async (long source, ListSources list, HttpContext context) =>
            (await list.OneAsync(source, context.RequestAborted) is { } item ? (Commands.Verdict<Item>)item : SourceBook.NotThere()).ToHttp())
            .Requires(Permission.SignInManage).WithSummary("Show an identity provider or directory").WithTags("Operator: sign-in");
    }

    public async Task<Page<Item>> HandleAsync(PageRequest page, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var sources = await db.SignInSources.ToPageAsync(ByName, page, cancellation);
        var items = new Dictionary<long, Item>();
        foreach (var source in sources.Items)
        {
            items[source.Id] = await ItemAsync(db, source, cancellation);
        }

        return sources.Map(source => items[source.Id]);
    }

    public async Task<Item?> OneAsync(long id, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        return await db.SignInSources.FirstOrDefaultAsync(row => row.Id == id, cancellation) is { } source ? await ItemAsync(db, source, cancellation) : null;
    }

    private static async Task<Item> ItemAsync(PurserContext db, SignInSource source, CancellationToken cancellation)
    {
        var people = await db.Users.CountAsync(person => person.SourceId == source.Id, cancellation);
        var roles = await (
            from role in db.SourceRoles
            where role.SourceId == source.Id
            join account in db.Accounts on role.AccountId equals account.Id
            from virtualAccount in db.VirtualAccounts.Where(row => row.AccountId == role.AccountId && row.Id == role.VirtualAccountId).DefaultIfEmpty()
            orderby role.GroupName, role.Id
            select new RoleItem(
                role.Id, role.GroupName, role.AccountId, account.Domain, role.Role, role.VirtualAccountId, virtualAccount == null ? null : virtualAccount.Name,
                role.IncludesChildren) { IsClosed = account.Status == AccountStatus.Closed }).ToListAsync(cancellation);
        return new Item(
            source.Id, source.Kind, source.Name, source.IsEnabled, SourceOptions.DomainsOf(source.MailDomains), source.CreatesPeople, source.ReplacesPasswords,
            source.Kind == SourceKind.OpenId ? source.OpenId() : null, source.Kind == SourceKind.Directory ? source.Directory() : null,
            source.SealedSecret is not null, people, roles)
        {
            ProvisioningTokenMadeAt = source.ProvisioningTokenMadeAt,
            ProvisioningTokenUsedAt = source.ProvisioningTokenUsedAt,
        };
    }
}
