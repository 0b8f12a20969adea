using System.Text;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Catalog;

/// <summary>The operator's REST addresses of the catalog.</summary>
internal static class CatalogRoutes
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var catalog = routes.MapGroup("/api/v1/operator/catalog").WithTags("Catalog");

        catalog.MapGet("/products", async (string? q, [AsParameters] PageRequest page, HttpContext context, BrowseCatalog browse, CancellationToken cancellation) =>
            Csv.IsWanted(context) ? await ExportCatalog.ProductsAsync(q, browse, cancellation) : TypedResults.Ok(await browse.ProductsAsync(q, page, cancellation)))
            .Requires(Permission.CatalogView).Produces<Page<ProductView>>()
            .WithSummary("List products, by name");
        catalog.MapGet("/products/{id:long}", async (long id, BrowseCatalog browse, CancellationToken cancellation) =>
            Found(await browse.ProductAsync(id, cancellation), "product")).Requires(Permission.CatalogView)
            .WithSummary("Show a product and its licenses").Produces<ProductView>();
        catalog.MapPost("/products", (ProductDraft draft, HttpContext context, ApplyCatalog apply, BrowseCatalog browse, CancellationToken cancellation) =>
            CreateAsync(context, apply, new CatalogDraft { Products = [draft with { Line = 0 }] }, id => browse.ProductAsync(id, cancellation), cancellation))
            .Requires(Permission.CatalogEdit)
            .WithSummary("Add a product").Produces<ProductView>(StatusCodes.Status201Created);
        catalog.MapPut("/products/{id:long}", async (long id, ProductDraft draft, HttpContext context, ApplyCatalog apply, BrowseCatalog browse, CancellationToken cancellation) =>
            await browse.ProductAsync(id, cancellation) is { } known
                ? await ChangeAsync(context, apply, new CatalogDraft { Products = [draft with { Tag = known.Tag, Line = 0 }] }, cancellation)
                : Missing("product")).Requires(Permission.CatalogEdit)
            .WithSummary("Change a product").Produces<CatalogReport>();

        catalog.MapGet("/licenses", async (string? q, [AsParameters] PageRequest page, HttpContext context, BrowseCatalog browse, CancellationToken cancellation) =>
            Csv.IsWanted(context) ? await ExportCatalog.EntitlementsAsync(q, browse, cancellation) : TypedResults.Ok(await browse.EntitlementsAsync(q, page, cancellation)))
            .Requires(Permission.CatalogView).Produces<Page<EntitlementView>>()
            .WithSummary("List licenses (entitlements), by name");
        catalog.MapGet("/licenses/{id:long}", async (long id, BrowseCatalog browse, CancellationToken cancellation) =>
            Found(await browse.EntitlementAsync(id, cancellation), "license")).Requires(Permission.CatalogView)
            .WithSummary("Show a license (entitlement)").Produces<EntitlementView>();
        catalog.MapPost("/licenses", (EntitlementDraft draft, HttpContext context, ApplyCatalog apply, BrowseCatalog browse, CancellationToken cancellation) =>
            CreateAsync(context, apply, new CatalogDraft { Entitlements = [draft with { Line = 0 }] }, id => browse.EntitlementAsync(id, cancellation), cancellation))
            .Requires(Permission.CatalogEdit)
            .WithSummary("Add a license (entitlement)").Produces<EntitlementView>(StatusCodes.Status201Created);
        catalog.MapPut("/licenses/{id:long}", async (long id, EntitlementDraft draft, HttpContext context, ApplyCatalog apply, BrowseCatalog browse, CancellationToken cancellation) =>
            await browse.EntitlementAsync(id, cancellation) is { } known
                ? await ChangeAsync(context, apply, new CatalogDraft { Entitlements = [draft with { Tag = known.Tag, Line = 0 }] }, cancellation)
                : Missing("license")).Requires(Permission.CatalogEdit)
            .WithSummary("Change a license (entitlement)").Produces<CatalogReport>();

        catalog.MapGet("/skus", async (string? q, [AsParameters] PageRequest page, HttpContext context, BrowseCatalog browse, CancellationToken cancellation) =>
            Csv.IsWanted(context) ? await ExportCatalog.SkusAsync(q, browse, cancellation) : TypedResults.Ok(await browse.SkusAsync(q, page, cancellation)))
            .Requires(Permission.CatalogView).Produces<Page<SkuView>>()
            .WithSummary("List SKUs, by code");
        catalog.MapGet("/skus/{id:long}", async (long id, BrowseCatalog browse, CancellationToken cancellation) =>
            Found(await browse.SkuAsync(id, cancellation), "SKU")).Requires(Permission.CatalogView)
            .WithSummary("Show a SKU and the licenses that it brings").Produces<SkuView>();
        catalog.MapPost("/skus", (SkuDraft draft, HttpContext context, ApplyCatalog apply, BrowseCatalog browse, CancellationToken cancellation) =>
            CreateAsync(context, apply, new CatalogDraft { Skus = [draft with { Line = 0 }] }, id => browse.SkuAsync(id, cancellation), cancellation))
            .Requires(Permission.CatalogEdit)
            .WithSummary("Add a SKU").Produces<SkuView>(StatusCodes.Status201Created);
        catalog.MapPut("/skus/{id:long}", async (long id, SkuDraft draft, HttpContext context, ApplyCatalog apply, BrowseCatalog browse, CancellationToken cancellation) =>
            await browse.SkuAsync(id, cancellation) is { } known
                ? await ChangeAsync(context, apply, new CatalogDraft { Skus = [draft with { Code = known.Code, Line = 0 }] }, cancellation)
                : Missing("SKU")).Requires(Permission.CatalogEdit)
            .WithSummary("Change a SKU").Produces<CatalogReport>();

        catalog.MapPost("/import", ImportAsync).Accepts<string>("text/csv", "application/json", "text/plain").Requires(Permission.CatalogEdit)
            .WithSummary("Import a catalog file: JSON, CSV or a list of published tags").Produces<CatalogReport>();
    }

    private static async Task<IResult> ImportAsync(
        CatalogFileKind kind, HttpContext context, ImportCatalog import, CancellationToken cancellation)
    {
        string text;
        try
        {
            using var reader = new StreamReader(context.Request.Body, StrictUtf8);
            text = await reader.ReadToEndAsync(cancellation);
        }
        catch (DecoderFallbackException)
        {
            return Problems.Of(Verdict.Refused(RefusalCode.InvalidInput, "The file is not UTF-8 text. Save it as UTF-8 and send it again."));
        }

        return (await import.HandleAsync(context.Actor(), kind, text, preview: context.IsDryRun(), context.IdempotencyKey(), cancellation)).ToHttp();
    }

    private static async Task<IResult> CreateAsync<TView>(
        HttpContext context, ApplyCatalog apply, CatalogDraft draft, Func<long, Task<TView>> view, CancellationToken cancellation)
    {
        if (context.IsDryRun())
        {
            return (await apply.PreviewAsync(context.Actor(), draft, cancellation)).ToHttp();
        }

        var verdict = await apply.HandleAsync(context.Actor(), draft, context.IdempotencyKey(), onlyNew: true, cancellation);
        return verdict.IsOk
            ? TypedResults.Json(await view(verdict.Value.Ids[0]), WritePath.Json, statusCode: StatusCodes.Status201Created)
            : verdict.ToHttp();
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, ApplyCatalog apply, CatalogDraft draft, CancellationToken cancellation) =>
        (context.IsDryRun()
            ? await apply.PreviewAsync(context.Actor(), draft, cancellation)
            : await apply.HandleAsync(context.Actor(), draft, context.IdempotencyKey(), cancellation: cancellation)).ToHttp();

    private static IResult Found<TView>(TView? view, string kind)
        where TView : class =>
        view is null ? Missing(kind) : TypedResults.Json(view, WritePath.Json);

    private static IResult Missing(string kind) => Problems.Of(Verdict.Refused(RefusalCode.NotFound, $"There is no such {kind} in the catalog."));
}
