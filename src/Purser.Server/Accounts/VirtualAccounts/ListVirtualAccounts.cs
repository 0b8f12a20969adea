using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>The virtual accounts that the caller can see, by name, found by part of the name.</summary>
public sealed class ListVirtualAccounts(Database database, DomainClock clock)
{
    private static readonly Keyset<VirtualAccount> ByName = Keyset.Ascending((VirtualAccount row) => row.NameKey).Then(row => row.Id);

    /// <param name="Content">What lies in it: why it cannot be deleted, if so.</param>
    public sealed record Detail(VirtualAccountView VirtualAccount, VirtualAccountContent Content);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/accounts/{account}/virtual-accounts", async (
            string? search, string[]? tag, [AsParameters] PageRequest page, ListVirtualAccounts list, HttpContext context) =>
            Csv.IsWanted(context)
                ? File(context, list, search, tag ?? [])
                : Results.Ok(await list.HandleAsync(context.Actor(), context.Account().Id, search, page, tag ?? [], context.RequestAborted)))
            .Requires(Permission.VirtualAccountView)
            .WithSummary("List the virtual accounts that you may see, by name")
            .WithDescription("tag=Country:Sweden, once or several times, narrows the list to those with all of these custom tags. ?format=csv gives the whole list as a file.")
            .Produces<Page<VirtualAccountView>>()
            .WithTags("Virtual accounts");
        routes.MapGet("/api/v1/accounts/{account}/virtual-accounts/{virtualAccount}", async (ListVirtualAccounts list, HttpContext context) =>
            (await list.FindAsync(context.Actor(), context.Account().Id, VirtualAccountBook.IdOf(context), context.RequestAborted)).ToHttp())
            .Requires(Permission.VirtualAccountView)
            .WithSummary("Show a virtual account and what lies in it").WithTags("Virtual accounts");
    }

    private static readonly CsvColumn<VirtualAccountView>[] Columns =
    [
        new("Virtual account", row => row.Name),
        new("Description", row => row.Description),
        new("Level", row => row.Level),
        new("Default", row => row.IsDefault),
        new("Access level", row => row.AccessLevel),
        new("Custom tags", row => row.DescribeTags()),
        new("Created", row => row.CreatedAt),
    ];

    internal static IResult File(HttpContext context, ListVirtualAccounts list, string? search, IReadOnlyList<string> tags) => new CsvResult<VirtualAccountView>(
        $"virtual-accounts-{context.Account().Domain}.csv", Columns, list.EveryAsync(context.Actor(), context.Account().Id, search, tags));

    /// <summary>All that the caller sees and that match, for export.</summary>
    private async IAsyncEnumerable<VirtualAccountView> EveryAsync(Actor actor, long accountId, string? search, IReadOnlyList<string> tags)
    {
        await using var db = database.Read(accountId);
        var rows = await ByName.Sort(Visible(db, actor, accountId).WithTags(db, accountId, tags).WhereContains(row => row.Name, search)).ToListAsync();
        var tagged = await TagBook.OfAsync(db, accountId, [.. rows.Select(row => row.Id)], CancellationToken.None);
        foreach (var row in rows)
        {
            yield return View(row, tagged);
        }
    }

    public Task<Page<VirtualAccountView>> HandleAsync(
        Actor actor, long accountId, string? search, PageRequest page, CancellationToken cancellation = default) =>
        HandleAsync(actor, accountId, search, page, [], cancellation);

    /// <param name="tags">Only those with all of these custom tags, each as "Country:Sweden".</param>
    public async Task<Page<VirtualAccountView>> HandleAsync(
        Actor actor, long accountId, string? search, PageRequest page, IReadOnlyList<string> tags, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        var rows = await Visible(db, actor, accountId).WithTags(db, accountId, tags).WhereContains(row => row.Name, search).ToPageAsync(ByName, page, cancellation);
        var tagged = await TagBook.OfAsync(db, accountId, [.. rows.Items.Select(row => row.Id)], cancellation);
        return rows.Map(row => View(row, tagged));
    }

    /// <summary>All of them, parents before their children, for pickers and trees.</summary>
    public async Task<IReadOnlyList<VirtualAccountView>> AllAsync(Actor actor, long accountId, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        var rows = await Visible(db, actor, accountId).OrderBy(row => row.NameKey).ToListAsync(cancellation);
        var seen = rows.Select(row => row.Id).ToHashSet();
        var tagged = await TagBook.OfAsync(db, accountId, seen, cancellation);
        var children = rows.ToLookup(row => row.ParentId is { } parent && seen.Contains(parent) ? parent : 0);
        return InOrder(0).ToList();

        IEnumerable<VirtualAccountView> InOrder(long parent) =>
            children[parent].SelectMany(row => InOrder(row.Id).Prepend(View(row, tagged)));
    }

    public async Task<Verdict<Detail>> FindAsync(Actor actor, long accountId, long id, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        return await Visible(db, actor, accountId).FirstOrDefaultAsync(row => row.Id == id, cancellation) is { } row
            ? new Detail(View(row, await TagBook.OfAsync(db, accountId, [id], cancellation)), await DeleteVirtualAccount.ContentAsync(db, row, clock.Now, cancellation))
            : VirtualAccountBook.NotFound();
    }

    private static VirtualAccountView View(VirtualAccount row, Dictionary<long, IReadOnlyDictionary<string, IReadOnlyList<string>>> tagged) =>
        VirtualAccountView.Of(row) with { Tags = tagged.GetValueOrDefault(row.Id) ?? VirtualAccountView.NoTags };

    private static IQueryable<VirtualAccount> Visible(PurserContext db, Actor actor, long accountId)
    {
        var rows = db.VirtualAccounts.Where(row => row.AccountId == accountId);
        var reach = actor.ReachOf(Permission.VirtualAccountView, accountId);
        if (reach.IsWhole)
        {
            return rows;
        }

        var ids = reach.VirtualAccountIds.ToList();
        return rows.Where(row => ids.Contains(row.Id));
    }
}
