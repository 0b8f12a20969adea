using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.Orders;
using Purser.Tests.Infrastructure;

namespace Purser.BrowserTests.Pages;

/// <summary>Licenses that come by an order, as most do.</summary>
internal static class Stock
{
    /// <summary>One order of one perpetual license.</summary>
    public static Task BookAsync(TestInstallation installation, string domain, string license, string order, string purchaseOrder, long quantity)
    {
        var sku = license.Replace(' ', '-').ToUpperInvariant();
        return BookAsync(installation, [new SkuDraft(sku, Lines: [new SkuLineDraft(license)])],
            new BookOrder.Input(order, [new OrderLineInput(sku, quantity, domain)]) { PurchaseOrder = purchaseOrder });
    }

    public static async Task BookAsync(TestInstallation installation, IReadOnlyList<SkuDraft> skus, BookOrder.Input order)
    {
        var made = await installation.Get<ApplyCatalog>().HandleAsync(Actor.System, new CatalogDraft { Skus = skus });
        Assert.True(made.IsOk, made.Refusal?.Detail);
        var booked = await installation.Get<BookOrder>().HandleAsync(new Command(BookOrder.Name, Actor.System, order), order);
        Assert.True(booked.IsOk, booked.Refusal?.Detail);
    }
}
