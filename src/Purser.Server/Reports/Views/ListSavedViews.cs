using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Reports;

/// <summary>A saved view as callers see it.</summary>
/// <param name="Of">"license-table", "device-table" or the name of a report.</param>
/// <param name="Address">The page that it opens, below the account.</param>
/// <param name="Mail">How often its owner gets it by mail.</param>
public sealed record SavedViewLine(long Id, string Of, string Name, string Query, string Owner, bool IsOwn, bool Shared, DateTimeOffset SavedAt, string Address, MailRhythm Mail)
{
    internal static SavedViewLine From(SavedView view, string actorKey) => new(
        view.Id, view.Kind.Slug(), view.Name, view.Query, view.OwnerName, view.OwnerKey == actorKey, view.IsShared, view.SavedAt, AddressOf(view.Kind, view.Query), view.Mail);

    private static string AddressOf(ViewOf kind, string query) => kind.Report() is { } report
        ? Joined($"reports/{report.Slug()}", query)
        : Joined($"inventory?tab={(kind == ViewOf.LicenseTable ? "licenses" : "devices")}", query);

    private static string Joined(string page, string query) => query.Length == 0 ? page : $"{page}{(page.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}";
}

/// <summary>The views that somebody is offered: her own and those that others share, by name. There are few, so the list is whole.</summary>
public sealed class ListSavedViews(Database database)
{
    public sealed record Answer(IReadOnlyList<SavedViewLine> Items);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/accounts/{account}/views", async (ListSavedViews list, HttpContext context, string? of) =>
        {
            var kind = SavedViewRules.Find(of);
            return of is not null && kind is null
                ? Problems.Of(NoSuchKind(of))
                : TypedResults.Json(new Answer(await list.HandleAsync(context.Actor(), context.Account().Id, kind, context.RequestAborted)), WritePath.Json);
        })
        .Requires(Permission.ReportRun).WithTags("Saved views").Produces<Answer>()
        .WithSummary("List your saved views and reports, and those that others share")
        .WithDescription("of=license-table, device-table, licenses, license-subscriptions or product-instances narrows the list.");

    public async Task<IReadOnlyList<SavedViewLine>> HandleAsync(Actor actor, long account, ViewOf? kind, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        var (key, kinds) = (actor.Key, kind is { } one ? [one] : Enum.GetValues<ViewOf>());
        var views = await db.SavedViews.Where(view => view.AccountId == account && (view.OwnerKey == key || view.IsShared) && kinds.Contains(view.Kind))
            .OrderBy(view => view.NameKey).ThenBy(view => view.Id).ToListAsync(cancellation);
        return views.ConvertAll(view => SavedViewLine.From(view, key));
    }

    internal static Refusal NoSuchKind(string? named) => Verdict.Refused(
        RefusalCode.InvalidInput, $"There is no table or report “{named}”. There are: {string.Join(", ", Enum.GetValues<ViewOf>().Select(kind => kind.Slug()))}.", "of");
}
