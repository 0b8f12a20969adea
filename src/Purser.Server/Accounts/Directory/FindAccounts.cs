using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>
/// The public directory: which Smart Accounts there are, so that nobody asks for a second one. Those of one's own mail domain are shown at once;
/// others by search; restricted ones by their exact name or domain only (SA-04).
/// </summary>
public sealed class FindAccounts(Database database)
{
    public const int ShortestSearch = 3;

    private static readonly Keyset<Account> ByDomain = Keyset.Ascending((Account row) => row.Domain);

    /// <param name="IsMine">The caller has a role there.</param>
    public sealed record Item(string Domain, string Name, AccountStatus Status, bool IsMine)
    {
        /// <summary>The caller has asked for access and waits for the answer.</summary>
        public bool IsAsked { get; init; }

        /// <summary>Whom to ask; told to people of the same mail domain only.</summary>
        public IReadOnlyList<string> Administrators { get; init; } = [];
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/directory", async (string? search, [AsParameters] PageRequest page, FindAccounts find, HttpContext context) =>
            TypedResults.Ok(await find.HandleAsync(context.Actor(), search, page, context.RequestAborted)))
        .Requires(Permission.SignedIn)
            .WithSummary("Find Smart Accounts: those of your own mail domain, or by search; restricted ones by exact name or domain")
        .WithTags("Account requests");

    public async Task<Page<Item>> HandleAsync(Actor actor, string? search, PageRequest page, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var own = await OwnRootAsync(db, actor, cancellation);
        var rows = await Findable(db, search, own).ToPageAsync(ByDomain, page, cancellation);
        var administrators = await AdministratorsAsync(db, rows.Items.Where(row => row.RootDomain == own).Select(row => row.Id).ToList(), cancellation);
        var asked = actor.Kind == ActorKind.Person
            ? await db.AccessRequests.Where(row => row.PersonId == actor.Id && row.State == AccessRequestState.Pending).Select(row => row.AccountId).ToListAsync(cancellation)
            : [];
        return rows.Map(row => new Item(row.Domain, row.Name, row.Status, actor.Grants.Any(grant => grant.AccountId == row.Id))
        {
            Administrators = administrators[row.Id].ToList(),
            IsAsked = asked.Contains(row.Id),
        });
    }

    private static IQueryable<Account> Findable(PurserContext db, string? search, string? ownRoot)
    {
        var listed = db.Accounts.Where(row => row.Status != AccountStatus.Closed && row.Visibility == SearchVisibility.Unrestricted);
        if (search?.Trim() is not { Length: > 0 } text)
        {
            return listed.Where(row => row.RootDomain == ownRoot);
        }

        var domain = DomainNames.Normalize(text);
        var exact = db.Accounts.Where(row => row.Status != AccountStatus.Closed && (row.Domain == domain || row.Name == text));
        return text.Length < ShortestSearch ? exact : listed.WhereContains(row => row.Domain + " " + row.Name, text).Union(exact);
    }

    /// <summary>Null for a program, and for an address at a public mail service: strangers share it.</summary>
    private static async Task<string?> OwnRootAsync(PurserContext db, Actor actor, CancellationToken cancellation)
    {
        var email = actor.Kind == ActorKind.Person
            ? await db.Users.Where(person => person.Id == actor.Id).Select(person => person.Email).FirstOrDefaultAsync(cancellation)
            : null;
        return DomainNames.Normalize(AccountRequestRules.MailDomainOf(email ?? "")) is { } domain && !PublicMailDomains.Contains(domain)
            ? PublicSuffixes.RegistrableOf(domain)
            : null;
    }

    private static async Task<ILookup<long, string>> AdministratorsAsync(PurserContext db, IReadOnlyList<long> accounts, CancellationToken cancellation) =>
        (await (from grant in db.RoleGrants
                join person in db.Users on grant.PersonId equals person.Id
                where accounts.Contains(grant.AccountId) && grant.Role == Role.SmartAccountAdministrator && !person.IsDisabled
                orderby person.Email
                select new { grant.AccountId, person.Email }).ToListAsync(cancellation)).ToLookup(row => row.AccountId, row => row.Email!);
}
