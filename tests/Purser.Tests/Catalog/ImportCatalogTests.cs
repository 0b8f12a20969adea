using Purser.Protocol;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Catalog;

public sealed class ImportCatalogTests
{
    private const string Licenses = """
        Name,Description,Enforcement,Tier group,Tier rank
        Network Essentials,Switching basics,,switching,1
        Network Advantage,"All of it, and routing",Not enforced,switching,2
        High Security,,export-restricted,,
        """;

    private const string Skus = """
        SKU,License,Description,Product family,Smart Account mandatory,Quantity,Type,Term months
        NW-A-P,Network Advantage,Perpetual,NW9300,yes,1,,
        NW-A-3Y=,Network Advantage,Three years,NW9300,no,2,Term,36
        NW-A-3Y=,Network Essentials,,,,1,term,36
        NW-DEMO,Network Advantage,To try,NW9300,,5,Demo,
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_catalog_comes_in_from_csv_and_a_second_time_changes_nothing(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        Assert.Equal((3, 0, 0), Counts(await ImportAsync(installation, CatalogFileKind.EntitlementsCsv, Licenses)));
        Assert.Equal((3, 0, 0), Counts(await ImportAsync(installation, CatalogFileKind.SkusCsv, Skus)));
        Assert.Equal((0, 0, 3), Counts(await ImportAsync(installation, CatalogFileKind.EntitlementsCsv, Licenses)));
        Assert.Equal((0, 0, 3), Counts(await ImportAsync(installation, CatalogFileKind.SkusCsv, Skus)));

        var catalog = await installation.Get<CatalogCache>().CurrentAsync(Cancellation);
        var advantage = catalog.FindEntitlement("network advantage");
        Assert.NotNull(advantage);
        Assert.Equal(("switching", 2), (advantage.TierGroup, advantage.TierRank));
        Assert.Equal(Enforcement.ExportRestricted, catalog.FindEntitlement("High Security")!.Enforcement);
        Assert.True(Tag.TryParse(advantage.Tag, out var tag));
        Assert.Equal(("example.northwind", "Network_Advantage", "2026-01"), (tag.Domain, tag.Name, tag.Minted));
        Assert.Same(advantage, catalog.FindEntitlement(advantage.Tag));
        Assert.Same(advantage, catalog.FindEntitlement(advantage.TagUuid));

        var bundle = catalog.LinesOf(catalog.FindSku("nw-a-3y=")!.Id).ToList();
        Assert.Equal([(2L, 36), (1L, 36)], bundle.OrderByDescending(line => line.Quantity).Select(line => (line.Quantity, line.TermMonths)));
        Assert.True(catalog.FindSku("NW-A-P")!.SmartAccountMandatory);
    }

    [Theory, Engines]
    [Trait("Feature", "PI-09")]
    public async Task What_devices_of_a_product_may_add_stands_in_the_column_includes(Engine engine)
    {
        const string Products = """
            Name,Family,Includes
            NW-9300,NW9300,Network Advantage=5; High Security
            NW-9200,NW9200,
            """;
        await using var installation = await TestInstallation.StartAsync(engine);
        await ImportAsync(installation, CatalogFileKind.EntitlementsCsv, Licenses);
        Assert.Equal((2, 0, 0), Counts(await ImportAsync(installation, CatalogFileKind.ProductsCsv, Products)));
        Assert.Equal((0, 0, 2), Counts(await ImportAsync(installation, CatalogFileKind.ProductsCsv, Products)));
        Assert.Equal(["High Security 1", "Network Advantage 5"], await IncludedAsync("NW-9300"));
        Assert.Empty(await IncludedAsync("NW-9200"));

        foreach (var (cell, problem) in new[] { ("Network Magic=1", "There is no license 'Network Magic'"), ("Network Advantage=lots", "must be between 1 and"), ("Network Advantage=1; network advantage=2", "Network Advantage") })
        {
            var refused = await installation.Get<ImportCatalog>().HandleAsync(
                Actor.System, CatalogFileKind.ProductsCsv, $"Name,Includes\nNW-9300,{cell}\n", preview: false, cancellation: Cancellation);
            Assert.Contains(problem, refused.IsOk ? string.Join(' ', refused.Value.Errors) : refused.Refusal!.Detail, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal(["High Security 1", "Network Advantage 5"], await IncludedAsync("NW-9300"));

        async Task<IEnumerable<string>> IncludedAsync(string product)
        {
            var catalog = await installation.Get<CatalogCache>().CurrentAsync(Cancellation);
            return catalog.InclusionsOf(catalog.FindProduct(product)!.Id).Select(one => $"{catalog.FindEntitlement(one.EntitlementId)!.Name} {one.Quantity}").Order(StringComparer.Ordinal);
        }
    }

    [Theory, Engines]
    public async Task Published_tags_become_products_and_licenses(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        Assert.Equal((30, 0, 0), Counts(await ImportAsync(installation, CatalogFileKind.Tags, TestFiles.Read("public-tags.txt"))));
        var catalog = await installation.Get<CatalogCache>().CurrentAsync(Cancellation);
        Assert.Equal(
            ["C8000V", "C9300", "C9300L", "C9350", "C9400", "C9500", "C9600", "WLC_9500C"],
            catalog.Products.Select(product => product.Name).Order(StringComparer.Ordinal));
        Assert.Equal("C9300", catalog.FindProduct("regid.2017-05.com.cisco.C9300,v1_727af1d9-6c39-4444-b301-863f81445b72")!.Name);
        Assert.Null(catalog.FindEntitlement("regid.2017-05.com.cisco.C9300,v1_727af1d9-6c39-4444-b301-863f81445b72"));
        Assert.Equal(Enforcement.ExportRestricted, catalog.FindEntitlement("DNA_HSEC")!.Enforcement);
    }

    [Theory, Engines]
    public async Task Errors_are_named_by_line_and_nothing_is_imported(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        await ImportAsync(installation, CatalogFileKind.EntitlementsCsv, Licenses);
        const string Wrong = """
            SKU,License,Quantity,Type,Term months
            GOOD,Network Advantage,1,Perpetual,
            BAD-1,No Such License,1,Perpetual,
            BAD-2,Network Advantage,0,Perpetual,
            BAD-3,Network Advantage,1,Term,
            BAD 4,Network Advantage,1,Perpetual,
            BAD-5,Network Advantage,x,Forever,
            BAD-6,Network Advantage,99999999,Perpetual,
            """;
        var preview = await installation.Get<ImportCatalog>().HandleAsync(Actor.System, CatalogFileKind.SkusCsv, Wrong, preview: true, cancellation: Cancellation);
        Assert.Equal([3, 4, 5, 6, 7, 7, 8], preview.Value.Errors.Select(error => error.Line));
        Assert.Contains(preview.Value.Errors, error => error is { Line: 7, Field: "quantity", Message: "'x' is not a whole number." });

        var verdict = await installation.Get<ImportCatalog>().HandleAsync(Actor.System, CatalogFileKind.SkusCsv, Wrong, preview: false, cancellation: Cancellation);
        Assert.Equal(RefusalCode.InvalidInput, verdict.Refusal?.Code);
        Assert.Null((await installation.Get<CatalogCache>().CurrentAsync(Cancellation)).FindSku("GOOD"));
    }

    [Theory, Engines]
    public async Task A_json_catalog_changes_what_it_names_and_keeps_the_rest(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        await ImportAsync(installation, CatalogFileKind.EntitlementsCsv, Licenses);
        const string Json = """
            { "entitlements": [ { "name": "Network Advantage", "description": "New words" } ],
              "products": [ { "name": "NW9300", "family": "Switches", "entitlements": ["Network Advantage", "Network Essentials"] } ] }
            """;
        var report = await ImportAsync(installation, CatalogFileKind.Json, Json);
        Assert.Equal(["~ license Network Advantage: description", "+ product NW9300"], report.Changes);
        var catalog = await installation.Get<CatalogCache>().CurrentAsync(Cancellation);
        Assert.Equal(2, catalog.FindEntitlement("Network Advantage")!.TierRank);
        var product = catalog.FindProduct("NW9300")!;
        Assert.True(catalog.MayUse(product.Id, catalog.FindEntitlement("Network Essentials")!.Id));
        Assert.False(catalog.MayUse(product.Id, catalog.FindEntitlement("High Security")!.Id));
    }

    [Theory]
    [InlineData("""{ "products": [ { "name": "A", "tag": "regid.2017-05.com.cisco.C9300" } ] }""", "is not a tag")]
    [InlineData("""{ "products": [ { "name": "A", "tag": "regid.2026-01.com.example.A,1.0_00000000-0000-4000-8000-000000000001" }, { "name": "B", "tag": "regid.2026-01.com.example.B,1.0_00000000-0000-4000-8000-000000000001" } ] }""", "appears twice")]
    [InlineData("""{ "products": [ { "name": "A" }, { "name": "a" } ] }""", "appears twice")]
    [InlineData("""{ "products": [ { "name": "" } ] }""", "A name is needed")]
    [InlineData("""{ "products": [ { "name": "A", "entitlements": ["nothing"] } ] }""", "There is no license 'nothing'")]
    [InlineData("""{ "skus": [ { "code": "S" } ] }""", "at least one license")]
    [InlineData("""{ "entitlements": [ { "name": "E", "tierRank": 2 } ] }""", "needs a tier group")]
    [InlineData("""{ "products": "x" }""", "not the JSON of a catalog")]
    public async Task Bad_drafts_are_refused_with_the_reason(string json, string reason)
    {
        await using var installation = await TestInstallation.StartAsync(Engine.Sqlite);
        var verdict = await installation.Get<ImportCatalog>().HandleAsync(Actor.System, CatalogFileKind.Json, json, preview: false, cancellation: Cancellation);
        Assert.Equal(RefusalCode.InvalidInput, verdict.Refusal?.Code);
        Assert.Contains(reason, verdict.Refusal!.Detail, StringComparison.Ordinal);
    }

    private static (int, int, int) Counts(CatalogReport report) => (report.Created, report.Changed, report.Unchanged);

    private static async Task<CatalogReport> ImportAsync(TestInstallation installation, CatalogFileKind kind, string text)
    {
        var verdict = await installation.Get<ImportCatalog>().HandleAsync(Actor.System, kind, text, preview: false, cancellation: Cancellation);
        Assert.True(verdict.IsOk, verdict.Refusal?.Detail);
        return verdict.Value;
    }
}
