using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Reports;

/// <summary>Runs a report (RP-01): a page of it, or all of it for a file.</summary>
public sealed class RunReport(Database database, DomainClock clock, DayZone zone, CatalogCache catalogs)
{
    private readonly IReadOnlyList<IReport> reports = [new LicenseReport(database), new SubscriptionReport(database), new DeviceReport(database, clock), new HistoryReport(database, clock, zone)];

    /// <summary>A page of a report.</summary>
    public sealed record PageAnswer(ReportRequest Request, IReadOnlyList<ReportColumn> Columns, Page<ReportRow> Rows, DateTimeOffset RunAt);

    /// <summary>All of a report.</summary>
    public sealed record WholeAnswer(ReportRequest Request, IReadOnlyList<ReportColumn> Columns, IAsyncEnumerable<ReportRow> Rows, DateTimeOffset RunAt);

    /// <summary>What a request can be made of, for the form.</summary>
    /// <param name="PlaceTags">Custom tags of virtual accounts, each as "Country:Sweden".</param>
    public sealed record Choices(IReadOnlyList<string> PlaceTags, IReadOnlyList<Entitlement> Licenses, IReadOnlyList<string> LicenseTags, IReadOnlyList<string> ProductTypes);

    public async Task<Verdict<PageAnswer>> PageAsync(Actor actor, long account, ReportRequest request, PageRequest page, CancellationToken cancellation)
    {
        var selection = await SelectAsync(actor, account, request, cancellation);
        if (!selection.IsOk)
        {
            return selection.Refusal!;
        }

        var report = ReportOf(request.Kind);
        return new PageAnswer(request, report.Columns, await report.PageAsync(selection.Value, page, cancellation), clock.Now);
    }

    public async Task<Verdict<WholeAnswer>> WholeAsync(Actor actor, long account, ReportRequest request, CancellationToken cancellation)
    {
        var selection = await SelectAsync(actor, account, request, cancellation);
        if (!selection.IsOk)
        {
            return selection.Refusal!;
        }

        var report = ReportOf(request.Kind);
        return new WholeAnswer(request, report.Columns, report.AllAsync(selection.Value, cancellation), clock.Now);
    }

    /// <summary>What of a kept or sent report is not there any more, or not for this reader; null where it can be run. Its name does not matter yet.</summary>
    public async Task<Refusal?> JudgeAsync(Actor actor, long account, ReportRequest request, CancellationToken cancellation) =>
        (await SelectAsync(actor, account, request with { Name = request.Kind.Title() }, cancellation)).Refusal;

    internal ReportRoutes.KindList Kinds() => new(
        [.. reports.Select(report => new ReportRoutes.KindView(report.Kind.Slug(), report.Kind.Title(), report.Kind.Description(), report.Columns))]);

    public async Task<Choices> ChoicesAsync(Actor actor, long account, ReportKind kind, CancellationToken cancellation)
    {
        await using var db = database.Read(account);
        var catalog = await catalogs.CurrentAsync(cancellation);
        var selection = new ReportSelection(account, ReachOf(actor, account, kind), new ReportRequest(kind), catalog);
        var ofLicenses = kind != ReportKind.ProductInstances;
        return new Choices(
            await selection.DefinedTagsAsync(db, cancellation),
            ofLicenses ? [.. catalog.Entitlements.OrderBy(license => license.Name, StringComparer.OrdinalIgnoreCase)] : [],
            ofLicenses ? await selection.LicenseTagsAsync(db, cancellation) : [],
            ofLicenses ? [] : [.. catalog.Products.Select(ReportSelection.TypeOf).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)]);
    }

    private async Task<Verdict<ReportSelection>> SelectAsync(Actor actor, long account, ReportRequest request, CancellationToken cancellation)
    {
        await using var db = database.Read(account);
        var selection = new ReportSelection(account, ReachOf(actor, account, request.Kind), request, await catalogs.CurrentAsync(cancellation));
        return await selection.JudgeAsync(db, cancellation) is { } refusal ? refusal : selection;
    }

    private IReport ReportOf(ReportKind kind) => reports.First(report => report.Kind == kind);

    private static Reach ReachOf(Actor actor, long account, ReportKind kind) =>
        actor.ReachOf(kind == ReportKind.ProductInstances ? Permission.DeviceView : Permission.LicenseView, account);
}
