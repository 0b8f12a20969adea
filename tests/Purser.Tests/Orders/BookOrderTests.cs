using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Orders;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Orders;

[Trait("Feature", "OR-01")]
public sealed class BookOrderTests
{
    private const string Catalog = """
        { "entitlements": [ { "name": "Advantage" }, { "name": "Essentials" } ],
          "skus": [
            { "code": "NW-A-P", "smartAccountMandatory": true, "lines": [ { "entitlement": "Advantage" } ] },
            { "code": "NW-BUNDLE-1Y", "lines": [ { "entitlement": "Advantage", "quantity": 2, "licenseType": "Term", "termMonths": 12 },
                                                 { "entitlement": "Essentials", "quantity": 1, "licenseType": "Term", "termMonths": 12 } ] },
            { "code": "NW-DEMO", "lines": [ { "entitlement": "Advantage", "licenseType": "Demo" } ] } ] }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Lines_are_deposited_where_they_say_or_in_the_default(Engine engine)
    {
        await using var installation = await StartAsync(engine);
        var acme = await TestStock.MakeAsync(installation);
        var other = await new TestPeople(installation).AccountAsync("other.example");
        var place = await acme.PlaceAsync("A");
        var verdict = await BookAsync(installation, new BookOrder.Input("SO-1",
        [
            new("NW-A-P", 10, "acme.example", "a"),
            new("nw-bundle-1y", 3, "acme.example", place.ToString(System.Globalization.CultureInfo.InvariantCulture), new DateOnly(2026, 1, 1)),
            new("NW-DEMO", 5, "other.example"),
            new("NW-DEMO", 1),
        ]) { PurchaseOrder = "PO-7", CustomerName = "Acme" });
        Assert.True(verdict.IsOk, verdict.Refusal?.Detail);
        Assert.True(verdict.Value.IsNew);
        Assert.Equal("16 | 0 | +16", await acme.RowAsync("A"));
        Assert.Equal("3 | 0 | +3", await acme.RowAsync("A", "Essentials"));

        await using var db = installation.Database.Read();
        var demo = await db.LicenseLines.SingleAsync(line => line.AccountId == other.Id, Cancellation);
        Assert.Equal((LicenseType.Demo, 5L, "SO-1", "3", "PO-7"), (demo.LicenseType, demo.Quantity, demo.OrderNumber, demo.OrderLine, demo.PurchaseOrder));
        Assert.True(await db.Holdings.AnyAsync(row => row.AccountId == other.Id && row.VirtualAccountId == other.DefaultVirtualAccountId, Cancellation));
        var term = await db.LicenseLines.FirstAsync(line => line.Sku == "NW-BUNDLE-1Y", Cancellation);
        Assert.Equal(new DateOnly(2026, 12, 31), term.EndsOn);
        Assert.Contains("10 new Advantage licenses were added to the Virtual Account \"A\".", await acme.EventsAsync());

        var details = await installation.Get<ListOrders>().FindAsync("SO-1", Cancellation);
        Assert.Equal([1, 2, 3, 4], details!.Lines.Select(line => line.Line));
        Assert.Null(details.Lines[3].Account);
    }

    [Theory, Engines]
    public async Task An_order_number_is_booked_once(Engine engine)
    {
        await using var installation = await StartAsync(engine);
        var acme = await TestStock.MakeAsync(installation);
        var order = new BookOrder.Input("SO-1", [new("NW-A-P", 10, "acme.example")]);
        var first = await BookAsync(installation, order);
        var again = await BookAsync(installation, order);
        Assert.Equal((first.Value.Id, false), (again.Value.Id, again.Value.IsNew));
        var changed = await BookAsync(installation, order with { Lines = [new("NW-A-P", 11, "acme.example")] });
        Assert.Equal(RefusalCode.AlreadyExists, changed.Refusal?.Code);
        await using var db = installation.Database.Read();
        Assert.Equal(10, (await db.Pools.SingleAsync(pool => pool.AccountId == acme.Account.Id, Cancellation)).Purchased);
    }

    [Theory]
    [InlineData("SO-1", "NO-SUCH", 1, "acme.example", null, null, null, RefusalCode.UnknownSku, "Line 2: there is no SKU 'NO-SUCH'")]
    [InlineData("SO-1", "NW-A-P", 0, "acme.example", null, null, null, RefusalCode.InvalidInput, "Line 2: the quantity")]
    [InlineData("SO-1", "NW-A-P", -1, "acme.example", null, null, null, RefusalCode.InvalidInput, "Line 2: the quantity")]
    [InlineData("SO-1", "NW-A-P", 99_999_999_999, "acme.example", null, null, null, RefusalCode.InvalidInput, "Line 2: the quantity")]
    [InlineData("SO-1", "NW-A-P", 1, null, null, null, null, RefusalCode.SmartAccountRequired, "Line 2: NW-A-P needs a Smart Account")]
    [InlineData("SO-1", "NW-A-P", 1, "nobody.example", null, null, null, RefusalCode.NotFound, "Line 2: there is no Smart Account")]
    [InlineData("SO-1", "NW-A-P", 1, "acme.example", "Nowhere", null, null, RefusalCode.NotFound, "Line 2: 'acme.example' has no virtual account 'Nowhere'")]
    [InlineData("SO-1", "NW-DEMO", 1, null, "A", null, null, RefusalCode.InvalidInput, "Line 2: a virtual account needs its Smart Account")]
    [InlineData("SO-1", "NW-BUNDLE-1Y", 1, "acme.example", null, "2026-05-01", "2026-04-01", RefusalCode.InvalidInput, "Line 2: it ends on 1 Apr 2026, before")]
    [InlineData("SO-1", "NW-BUNDLE-1Y", 1, "acme.example", null, "2024-01-01", null, RefusalCode.InvalidInput, "Line 2: the term has ended already")]
    [InlineData("SO-1", "NW-BUNDLE-1Y", 1, "acme.example", null, "2240-01-01", null, RefusalCode.InvalidInput, "Line 2: it starts more than")]
    [InlineData("SO-1", "NW-A-P", 1, "acme.example", null, null, "2027-01-01", RefusalCode.InvalidInput, "Line 2: NW-A-P brings no term licenses")]
    [InlineData("SO 1", "NW-A-P", 1, "acme.example", null, null, null, RefusalCode.InvalidInput, "An order number")]
    public async Task A_bad_line_refuses_the_whole_order_and_is_named(
        string number, string sku, long quantity, string? account, string? place, string? startsOn, string? endsOn, RefusalCode code, string detail)
    {
        await using var installation = await StartAsync(Engine.Sqlite);
        await TestStock.MakeAsync(installation);
        var verdict = await BookAsync(installation, new BookOrder.Input(number,
            [new("NW-A-P", 5, "acme.example"), new(sku, quantity, account, place, Date(startsOn), Date(endsOn))]));
        Assert.Equal(code, verdict.Refusal?.Code);
        Assert.StartsWith(detail, verdict.Refusal!.Detail, StringComparison.Ordinal);
        await using var db = installation.Database.Read();
        Assert.False(await db.LicenseLines.AnyAsync(Cancellation));
        Assert.False(await db.Orders.AnyAsync(Cancellation));
    }

    [Theory, Engines]
    public async Task Operators_book_and_list_orders_over_http_and_customers_do_not(Engine engine)
    {
        await using var installation = await StartAsync(engine);
        var acme = await TestStock.MakeAsync(installation);
        var people = new TestPeople(installation);
        using var api = await people.OperatorApiAsync();
        for (var number = 1; number <= 3; number++)
        {
            var booked = await api.PostAsJsonAsync(
                "/api/v1/operator/orders", new { number = $"SO-{number}", lines = new[] { new { sku = "NW-A-P", quantity = 1, account = "acme.example" } } }, Cancellation);
            Assert.Equal(HttpStatusCode.Created, booked.StatusCode);
        }

        var first = await api.GetFromJsonAsync<Listing>("/api/v1/operator/orders?limit=2", Cancellation);
        Assert.Equal(["SO-3", "SO-2"], first!.Items.Select(item => item.Number));
        var second = await api.GetFromJsonAsync<Listing>($"/api/v1/operator/orders?limit=2&after={first.Next}", Cancellation);
        Assert.Equal(["SO-1"], second!.Items.Select(item => item.Number));
        Assert.Single((await api.GetFromJsonAsync<Listing>("/api/v1/operator/orders?q=so-2", Cancellation))!.Items);

        using var customer = await people.ApiAsync(acme.Account);
        Assert.Equal(HttpStatusCode.Forbidden, (await customer.GetAsync("/api/v1/operator/orders", Cancellation)).StatusCode);
    }

    private static DateOnly? Date(string? text) => text is null ? null : DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    [Theory, Engines]
    public async Task The_list_comes_as_a_file_with_a_row_for_every_line(Engine engine)
    {
        await using var installation = await StartAsync(engine);
        await TestStock.MakeAsync(installation);
        await BookAsync(installation, new BookOrder.Input("SO-1", [new("NW-A-P", 10, "acme.example"), new("NW-DEMO", 1)]) { PurchaseOrder = "=PO-7" });
        await BookAsync(installation, new BookOrder.Input("SO-2", [new("NW-A-P", 1, "acme.example")]));
        var api = await installation.People.OperatorApiAsync();
        var lines = (await api.GetStringAsync("/api/v1/operator/orders?format=csv&q=so-1", Cancellation)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("SO-1,'=PO-7,", lines[1], StringComparison.Ordinal);
        Assert.Contains(",1,NW-A-P,,10,acme.example,", lines[1], StringComparison.Ordinal);
        Assert.Contains(",2,NW-DEMO,,1,,", lines[2], StringComparison.Ordinal);
    }

    private static Task<Verdict<BookOrder.Answer>> BookAsync(TestInstallation installation, BookOrder.Input input) =>
        installation.Get<BookOrder>().HandleAsync(new Command(BookOrder.Name, Actor.System, input), input, Cancellation);

    private static async Task<TestInstallation> StartAsync(Engine engine)
    {
        var installation = await TestInstallation.StartAsync(engine);
        var verdict = await installation.Get<ImportCatalog>().HandleAsync(Actor.System, CatalogFileKind.Json, Catalog, preview: false, cancellation: Cancellation);
        Assert.True(verdict.IsOk, verdict.Refusal?.Detail);
        return installation;
    }

    private sealed record Listing(IReadOnlyList<ListedOrder> Items, string? Next);

    private sealed record ListedOrder(string Number);
}
