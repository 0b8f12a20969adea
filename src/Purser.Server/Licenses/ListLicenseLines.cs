using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>A license transaction as it lies in a virtual account: the detail level of the license table, with the columns of its source (LI-03; help ch. 4).</summary>
/// <param name="Quantity">Quantity Purchased, as far as it lies here.</param>
/// <param name="Reserved">Of these, bound to devices by reservation.</param>
/// <param name="Available">The most of this line that could be transferred (domain rules 1.4).</param>
public sealed record LicenseLineRow(
    long Id, long EntitlementId, string License, LineSource Source, LicenseType Type, LineState State, long Quantity, long Reserved, long Available, DateTimeOffset AcquiredAt,
    DateOnly? StartsOn, DateOnly? EndsOn)
{
    public string OrderNumber { get; init; } = "";
    public string OrderLine { get; init; } = "";
    public string WebOrderId { get; init; } = "";
    public string PurchaseOrder { get; init; } = "";
    public string Sku { get; init; } = "";
    public string ProductFamily { get; init; } = "";
    public string CustomerName { get; init; } = "";
    public string ShipToCountry { get; init; } = "";
    public string SubscriptionId { get; init; } = "";
    public string ProductSku { get; init; } = "";
    public string ProductSerial { get; init; } = "";
    public string DeviceDetails { get; init; } = "";
    public string Pak { get; init; } = "";
    public string SuiteName { get; init; } = "";
    public string SourceTransactionId { get; init; } = "";

    /// <summary>What a product instance asks for of a license that is reporting only; it comes and goes with that (domain rules 2.4).</summary>
    public bool IsMirrored { get; init; }

    /// <summary>Tags of the detail level, in alphabetical order.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];
}

/// <summary>The license transactions of a virtual account, by license and then as they came.</summary>
public sealed class ListLicenseLines(Database database)
{
    private static readonly Keyset<RequestedHere> AsTheyRegistered = Keyset.Ascending((RequestedHere row) => row.DeviceId);

    private static readonly Keyset<HeldHere> AsTheyCame = Keyset.Ascending((HeldHere row) => row.LineId);

    /// <param name="license">Null: of all licenses.</param>
    public async Task<Page<LicenseLineRow>> HandleAsync(
        Actor actor, long account, long virtualAccount, long? license, LineFilter filter, PageRequest request, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account, planned: true);
        if (license is { } mirrored && filter.IsEmpty && await db.Entitlements.AnyAsync(row => row.Id == mirrored && row.IsReportingOnly, cancellation))
        {
            return await RequestsAsync(db, actor, account, virtualAccount, mirrored, request, cancellation);
        }

        var page = await Query(db, actor, account, virtualAccount, license, filter).ToPageAsync(AsTheyCame, request, cancellation);
        var tags = await LicenseTagBook.OfLinesAsync(db, account, virtualAccount, [.. page.Items.Select(row => row.LineId)], cancellation);
        return page.Map(row => row.ToRow([.. tags[row.LineId]]));
    }

    /// <summary>All of them, for export.</summary>
    public async IAsyncEnumerable<LicenseLineRow> AllAsync(Actor actor, long account, long virtualAccount, long? license, LineFilter filter)
    {
        await using var list = database.Read(account, planned: true);
        await using var db = database.Read(account);
        await foreach (var piece in AsTheyCame.PiecesAsync(Query(list, actor, account, virtualAccount, license, filter)))
        {
            var tags = await LicenseTagBook.OfLinesAsync(db, account, virtualAccount, [.. piece.Select(row => row.LineId)], CancellationToken.None);
            foreach (var row in piece)
            {
                yield return row.ToRow([.. tags[row.LineId]]);
            }
        }
    }

    /// <summary>Source Device Request: a line appears only because a device uses it, and disappears with it (domain rules 2.4).</summary>
    private static async Task<Page<LicenseLineRow>> RequestsAsync(
        PurserContext db, Actor actor, long account, long virtualAccount, long license, PageRequest request, CancellationToken cancellation)
    {
        var mayView = actor.May(Permission.LicenseView, account, virtualAccount);
        var page = await (
            from use in db.LicenseUses
            join device in db.Devices on new { use.AccountId, Id = use.DeviceId } equals new { device.AccountId, device.Id }
            join entitlement in db.Entitlements on use.EntitlementId equals entitlement.Id
            where mayView && use.AccountId == account && use.VirtualAccountId == virtualAccount && use.EntitlementId == license && use.Billing == Billing.Prepaid && !use.Released && !use.Covered
            select new RequestedHere { DeviceId = use.DeviceId, License = entitlement.Name, Use = use, ProductType = device.UdiPid, SerialNumber = device.UdiSerialNumber })
            .ToPageAsync(AsTheyRegistered, request, cancellation);
        return page.Map(row => new LicenseLineRow(
            row.DeviceId, license, row.License, LineSource.DeviceRequest, LicenseType.Perpetual, LineState.Active, row.Use.Requested, 0, 0, row.Use.Since, null, null)
        {
            ProductSku = row.ProductType, ProductSerial = row.SerialNumber, IsMirrored = true,
        });
    }

    /// <summary>Countries to which something was shipped, for the advanced search.</summary>
    public async Task<IReadOnlyList<string>> CountriesAsync(long account, CancellationToken cancellation)
    {
        // From one country of the index to the next: the other way to find them is to read every line.
        await using var db = database.Read(account);
        return await db.Database.SqlQuery<string>(
            $"""
            with recursive country(name) as (
                select min(ship_to_country) from license_line where account_id = {account} and ship_to_country > ''
                union all
                select (select min(ship_to_country) from license_line where account_id = {account} and ship_to_country > country.name) from country where country.name is not null)
            select name as "Value" from country where name is not null
            """).ToListAsync(cancellation);
    }

    /// <summary>The lines that the filter finds and of which something lies here.</summary>
    internal static IQueryable<LicenseLine> Held(PurserContext db, long account, long virtualAccount, LineFilter filter) =>
        from line in filter.Apply(db.LicenseLines.Where(line => line.AccountId == account))
        join holding in db.Holdings on new { line.AccountId, LineId = line.Id } equals new { holding.AccountId, holding.LineId }
        where holding.AccountId == account && holding.VirtualAccountId == virtualAccount && holding.Held > 0
        select line;

    private static IQueryable<HeldHere> Query(PurserContext db, long account, long virtualAccount, LineFilter filter) =>
        from line in filter.Apply(db.LicenseLines.Where(line => line.AccountId == account))
        join holding in db.Holdings on new { line.AccountId, LineId = line.Id } equals new { holding.AccountId, holding.LineId }
        join license in db.Entitlements on line.EntitlementId equals license.Id
        join pool in db.Pools on new { line.AccountId, holding.VirtualAccountId, line.EntitlementId, line.Billing }
            equals new { pool.AccountId, pool.VirtualAccountId, pool.EntitlementId, pool.Billing } into pools
        from pool in pools.DefaultIfEmpty()
        where holding.AccountId == account && holding.VirtualAccountId == virtualAccount && holding.Held > 0
        select new HeldHere { LineId = line.Id, EntitlementId = line.EntitlementId, License = license.Name, Line = line, Holding = holding, Pool = pool };

    private static IQueryable<HeldHere> Query(PurserContext db, Actor actor, long account, long virtualAccount, long? license, LineFilter filter)
    {
        var mayView = actor.May(Permission.LicenseView, account, virtualAccount);
        return Query(db, account, virtualAccount, filter).Where(row => mayView && (license == null || row.EntitlementId == license));
    }

    private sealed class RequestedHere
    {
        public required long DeviceId { get; init; }
        public required string License { get; init; }
        public required LicenseUse Use { get; init; }
        public required string ProductType { get; init; }
        public required string SerialNumber { get; init; }
    }

    private sealed class HeldHere
    {
        public required long LineId { get; init; }
        public required long EntitlementId { get; init; }
        public required string License { get; init; }
        public required LicenseLine Line { get; init; }
        public required Holding Holding { get; init; }
        public required Pool? Pool { get; init; }

        public LicenseLineRow ToRow(IReadOnlyList<string> tags) => new(
            LineId, EntitlementId, License, Line.Source, Line.LicenseType, Line.State, Holding.Held, Holding.Firm + Holding.InTransition,
            Line.State == LineState.Active && Pool is not null ? Math.Min(Holding.Free, Pool.Available) : 0, Line.AcquiredAt, Line.StartsOn, Line.EndsOn)
        {
            OrderNumber = Line.OrderNumber, OrderLine = Line.OrderLine, WebOrderId = Line.WebOrderId, PurchaseOrder = Line.PurchaseOrder, Sku = Line.Sku,
            ProductFamily = Line.ProductFamily, CustomerName = Line.CustomerName, ShipToCountry = Line.ShipToCountry, SubscriptionId = Line.SubscriptionId,
            ProductSku = Line.ProductSku, ProductSerial = Line.ProductSerial, DeviceDetails = Line.DeviceDetails, Pak = Line.Pak, SuiteName = Line.SuiteName,
            SourceTransactionId = Line.SourceTransactionId, Tags = tags,
        };
    }
}
