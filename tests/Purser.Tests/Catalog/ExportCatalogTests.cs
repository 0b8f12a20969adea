using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Catalog;

public sealed class ExportCatalogTests
{
    private const string Catalog = """
        { "entitlements": [ { "name": "Advantage", "description": "All of it, and \"routing\"", "tierGroup": "switching", "tierRank": 2 },
                            { "name": "Essentials", "enforcement": "ExportRestricted" } ],
          "products": [ { "name": "C9300", "family": "Switches", "entitlements": [ "Advantage", "Essentials" ] } ],
          "skus": [ { "code": "NW-BUNDLE-1Y", "smartAccountMandatory": true, "lines": [
                        { "entitlement": "Advantage", "quantity": 2, "licenseType": "Term", "termMonths": 12 }, { "entitlement": "Essentials" } ] },
                    { "code": "NW-UP", "lines": [ { "entitlement": "Advantage", "replaces": [ { "entitlement": "Essentials", "ratio": 2 } ] } ] } ] }
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    [Trait("Feature", "LI-12")]
    public async Task What_went_out_comes_in_again_and_changes_nothing(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        Assert.True((await ImportAsync(installation, CatalogFileKind.Json, Catalog)).IsOk);
        var api = await installation.People.OperatorApiAsync();
        var browser = await installation.BrowserAsync(await installation.People.OperatorAsync());
        foreach (var (list, kind, rows) in new[] { ("products", CatalogFileKind.ProductsCsv, 1), ("licenses", CatalogFileKind.EntitlementsCsv, 2), ("skus", CatalogFileKind.SkusCsv, 2) })
        {
            var file = await api.GetStringAsync($"/api/v1/operator/catalog/{list}?format=csv", Stop);
            var report = await ImportAsync(installation, kind, file.TrimStart('\uFEFF'));
            Assert.True(report.IsOk, report.Refusal?.Detail);
            Assert.Equal((0, 0, rows), (report.Value.Created, report.Value.Changed, report.Value.Unchanged));
            Assert.Equal(file, await browser.GetStringAsync($"/operator/catalog/{list}.csv", Stop));
        }

        Assert.DoesNotContain("Essentials", await browser.GetStringAsync("/operator/catalog/licenses.csv?q=routing", Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CatalogFileKind.Json, "{}")]
    [InlineData(CatalogFileKind.Json, """{ "products": null }""")]
    [InlineData(CatalogFileKind.Tags, "# nothing but this")]
    [InlineData(CatalogFileKind.EntitlementsCsv, "Name,Tag\n")]
    public void A_file_that_names_nothing_says_so(CatalogFileKind kind, string text) =>
        Assert.Contains("names nothing to import", Assert.Single(CatalogFile.Read(kind, text).Errors).Message, StringComparison.Ordinal);

    private static Task<Verdict<CatalogReport>> ImportAsync(TestInstallation installation, CatalogFileKind kind, string text) =>
        installation.Get<ImportCatalog>().HandleAsync(Actor.System, kind, text, preview: false, cancellation: Stop);
}
