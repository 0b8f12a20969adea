using System.Net;
using Purser.Server.Licenses;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Licenses;

/// <summary>The detail level of the license table: every source with its own columns, and the advanced search over them (help ch. 4; domain rules 3.5).</summary>
public sealed class LicenseLineTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2027-02-29", null, "“2027-02-29” is no day")]
    [InlineData("2028-02-29", null, null)]
    [InlineData("soon", "Order", "“soon” is no day")]
    [InlineData(null, "Gift", "There is no source “Gift”")]
    [InlineData(null, "Order", null)]
    [InlineData(null, "17", "There is no source “17”")]
    [InlineData(null, null, null)]
    public void What_an_address_asks_and_cannot_be_searched_by_is_said(string? expiresBy, string? source, string? words)
    {
        var said = LineFilter.Unread(name => name switch { "expiresBy" => expiresBy, "source" => source, _ => null });
        Assert.Equal(words is null, said is null);
        Assert.StartsWith(words ?? "", said ?? "", StringComparison.Ordinal);
    }

    [Theory, Engines, Trait("Feature", "LI-03"), Trait("Feature", "LI-07")]
    public async Task Transactions_are_found_by_every_criterion_and_by_all_together(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation, licenses: ["Advantage", "Essentials"]);
        using var api = await installation.People.OperatorApiAsync();
        var place = $"{stock.Account.Api}/virtual-accounts/{await stock.PlaceAsync("A")}";
        await AddAsync(new { license = "Advantage", quantity = 3, type = "Perpetual", notes = "n", sku = "C-ADV", origin = new { source = "PakMigration", pak = "3456J7890" } });
        await AddAsync(new { license = "Advantage", quantity = 2, type = "Term", endsOn = "2028-02-29", notes = "n", origin = new { source = "DeviceMigration", productSku = "SW-24P", productSerial = "FOC1", deviceDetails = "rack 7" } });
        await AddAsync(new { license = "Essentials", quantity = 1, type = "Perpetual", notes = "n", origin = new { source = "EaMigration", transactionId = "T-9", suiteName = "Campus suite" } });
        await AddAsync(new { license = "Essentials", quantity = 8, type = "Perpetual", notes = "n" });
        using var reader = await installation.People.ApiAsync(stock.Account, Purser.Server.People.Role.SmartAccountViewer);

        Assert.Equal([3L, 2L, 1L, 8L], await FoundAsync(""));
        Assert.Equal([3L], await FoundAsync("?source=PakMigration"));
        Assert.Equal([3L], await FoundAsync("?pak=3456J7890"));
        Assert.Empty(await FoundAsync("?pak=3456J789"));
        Assert.Equal([2L], await FoundAsync("?sku=sw-24"));
        Assert.Equal([3L], await FoundAsync("?sku=adv"));
        Assert.Equal([2L], await FoundAsync("?expiresBy=2028-02-29"));
        Assert.Empty(await FoundAsync("?expiresBy=2028-02-28"));
        Assert.Equal([8L], await FoundAsync("?source=ManualFulfillment"));
        Assert.Empty(await FoundAsync("?source=PakMigration&sku=sw"));
        Assert.Equal(HttpStatusCode.BadRequest, (await reader.GetJsonAsync($"{place}/license-transactions?expiresBy=2027-02-29")).Status);

        // The table of licenses narrows to those of which a transaction matches.
        Assert.Equal(["Essentials"], (await reader.GetJsonAsync($"{place}/licenses?source=EaMigration")).Items.Select(row => row.GetProperty("license").GetString()));
        var csv = await reader.GetStringAsync(new Uri($"{place}/license-transactions?source=DeviceMigration&format=csv", UriKind.Relative), Stop);
        Assert.Contains("Advantage,Device Migration,2,2028-02-29,,,,,,,,SW-24P,FOC1,rack 7,,,,,", csv, StringComparison.Ordinal);

        var refused = await api.PostJsonAsync($"{place}/licenses", new { license = "Advantage", quantity = 1, type = "Perpetual", notes = "n", origin = new { source = "Order" } });
        Assert.Equal("invalid-input", refused.Code);

        async Task AddAsync(object body) => Assert.Equal(HttpStatusCode.Created, (await api.PostJsonAsync($"{place}/licenses", body)).Status);

        async Task<IEnumerable<long>> FoundAsync(string query) =>
            (await reader.GetJsonAsync($"{place}/license-transactions{query}")).Items.Select(row => row.GetProperty("quantity").GetInt64());
    }
}
