using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Server.Usage.Bills.Rules;

namespace Purser.Server.Usage.Bills;

/// <summary>
/// The monthly usage bill of a virtual account: peak and average of each license (SP-07, OR-07). It is worked out from the measurements whenever it is
/// asked for, so a late report is in it at once.
/// </summary>
public sealed class ShowBill(Database database, CatalogCache catalogs, DomainClock clock)
{
    private static readonly CsvColumn<(UsageBill Bill, UsageBillLine Line)>[] Columns =
    [
        new("Month", row => row.Bill.Month),
        new("State", row => row.Bill.State.ToString()),
        new("Until", row => row.Bill.Until),
        new("Awaited", row => row.Bill.Awaited),
        new("License", row => row.Line.License),
        new("Entitlement Tag", row => row.Line.EntitlementTag),
        new("Billing", row => LicenseNames.Of(row.Line.Billing)),
        new("Peak", row => row.Line.Peak),
        new("Peak First Reached", row => row.Line.PeakAt),
        new("Average", row => row.Line.Average),
        new("License Hours", row => row.Line.UnitHours),
        new("License Days", row => row.Line.UnitDays),
        new("Product Instances", row => row.Line.ProductInstances),
    ];

    /// <param name="place">Routes of a virtual account.</param>
    public static void Map(IEndpointRouteBuilder app, IEndpointRouteBuilder place)
    {
        var bills = place.MapGroup("/usage-bills");
        bills.MapGet("", AnswerAsync).Requires(Permission.LicenseView)
            .WithSummary("What was in use within a calendar month, by license: peak and average; as JSON, or with format=csv as CSV").Produces<UsageBill>();
        bills.MapGet("/months", async (long virtualAccount, ShowBill show, HttpContext context) =>
                (await show.MonthsAsync(context.Actor(), context.Account().Id, virtualAccount, context.RequestAborted)).ToHttp())
            .Requires(Permission.LicenseView).WithSummary("List the months that have a usage bill, newest first").Produces<UsageBillMonths>();
        app.MapGet("/accounts/{account}/inventory/{virtualAccount:long}/usage-bills/file", async (long virtualAccount, string? month, ShowBill show, HttpContext context) =>
            FileOf(await show.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, month, context.RequestAborted))).Requires(Permission.LicenseView);
    }

    /// <param name="month">"2026-03".</param>
    public async Task<Verdict<UsageBill>> HandleAsync(Actor actor, long account, long virtualAccount, string? month, CancellationToken cancellation = default)
    {
        var now = clock.Now;

        // All of it as it was at one instant: reports go on coming in.
        await using var snapshot = await Snapshot.TakeAsync(database, account, cancellation);
        var db = snapshot.Db;
        if (!await MayAsync(db, actor, account, virtualAccount, cancellation))
        {
            return NotThere();
        }

        var parsed = BillMonth.Parse(month, now);
        if (!parsed.IsOk)
        {
            return parsed.Refusal!;
        }

        var (begin, end) = (parsed.Value.Begin, parsed.Value.End);
        var until = now < end ? now : end;
        var measured = new MeasuredUse(db, account, virtualAccount);
        await measured.SumAsync(begin, until, cancellation);
        var state = now < end ? UsageBillState.Running : measured.Awaited > 0 ? UsageBillState.Provisional : UsageBillState.Reported;
        return new UsageBill(parsed.Value.ToString(), begin, until, state, measured.Users, state == UsageBillState.Running ? 0 : measured.Awaited, Lines(measured, await catalogs.CurrentAsync(cancellation)));
    }

    /// <summary>From the running month back to the first in which anything was reported; none where nothing was.</summary>
    public async Task<Verdict<UsageBillMonths>> MonthsAsync(Actor actor, long account, long virtualAccount, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        if (!await MayAsync(db, actor, account, virtualAccount, cancellation))
        {
            return NotThere();
        }

        return await new MeasuredUse(db, account, virtualAccount).FirstAsync(cancellation) is { } first
            ? new UsageBillMonths([.. BillMonth.Of(clock.Now).BackTo(BillMonth.Of(first)).Select(month => month.ToString())])
            : new UsageBillMonths([]);
    }

    private static async Task<IResult> AnswerAsync(long virtualAccount, string? month, ShowBill show, HttpContext context)
    {
        var bill = await show.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, month, context.RequestAborted);
        return Csv.IsWanted(context) ? FileOf(bill) : bill.ToHttp();
    }

    private static IResult FileOf(Verdict<UsageBill> bill) => bill.IsOk
        ? new CsvResult<(UsageBill, UsageBillLine)>($"usage-{bill.Value.Month}.csv", Columns, bill.Value.Licenses.Select(line => (bill.Value, line)).ToAsyncEnumerable())
        : Problems.Of(bill.Refusal!);

    private static IReadOnlyList<UsageBillLine> Lines(MeasuredUse measured, CatalogSnapshot catalog) =>
    [
        .. measured.Licenses.Select(license => (catalog.FindEntitlement(license.Key.License), license.Value.Figures()) is ({ } entitlement, { PeakAt: { } peakAt } figures)
                ? new UsageBillLine(entitlement.Id, entitlement.Name, entitlement.Tag, license.Key.Billing, figures.Peak, peakAt, figures.Average, figures.UnitHours, figures.UnitDays, figures.Devices)
                : null)
            .OfType<UsageBillLine>().OrderBy(line => line.License, StringComparer.OrdinalIgnoreCase).ThenBy(line => line.Billing),
    ];

    private static async Task<bool> MayAsync(PurserContext db, Actor actor, long account, long virtualAccount, CancellationToken cancellation) =>
        actor.May(Permission.LicenseView, account, virtualAccount) && await db.VirtualAccounts.AnyAsync(row => row.AccountId == account && row.Id == virtualAccount, cancellation);

    private static Refusal NotThere() => Verdict.Refused(RefusalCode.NotFound, "There is no such virtual account whose licenses you may see.", "virtualAccount");
}
