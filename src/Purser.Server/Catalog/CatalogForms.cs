using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Catalog;

/// <summary>What the forms of the catalog page post to.</summary>
internal static class CatalogForms
{
    public const int MostSkuLines = 12;

    private const long LargestFile = 4 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/operator/catalog/licenses/new", (IFormCollection form, HttpContext context, ApplyCatalog apply) => EntitlementAsync(form, null, context, apply)).Requires(Permission.CatalogEdit);
        routes.MapPost("/operator/catalog/licenses/{id:long}", async (long id, IFormCollection form, HttpContext context, ApplyCatalog apply, BrowseCatalog browse) =>
            await EntitlementAsync(form, await browse.EntitlementAsync(id, context.RequestAborted), context, apply)).Requires(Permission.CatalogEdit);
        routes.MapPost("/operator/catalog/products/new", (IFormCollection form, HttpContext context, ApplyCatalog apply) => ProductAsync(form, null, context, apply)).Requires(Permission.CatalogEdit);
        routes.MapPost("/operator/catalog/products/{id:long}", async (long id, IFormCollection form, HttpContext context, ApplyCatalog apply, BrowseCatalog browse) =>
            await ProductAsync(form, await browse.ProductAsync(id, context.RequestAborted), context, apply)).Requires(Permission.CatalogEdit);
        routes.MapPost("/operator/catalog/skus/new", (IFormCollection form, HttpContext context, ApplyCatalog apply) => SkuAsync(form, null, context, apply)).Requires(Permission.CatalogEdit);
        routes.MapPost("/operator/catalog/skus/{id:long}", async (long id, IFormCollection form, HttpContext context, ApplyCatalog apply, BrowseCatalog browse) =>
            await SkuAsync(form, await browse.SkuAsync(id, context.RequestAborted), context, apply)).Requires(Permission.CatalogEdit);
        routes.MapPost("/operator/catalog/import", ImportAsync).Requires(Permission.CatalogEdit);
    }

    private static async Task<IResult> EntitlementAsync(IFormCollection form, EntitlementView? known, HttpContext context, ApplyCatalog apply)
    {
        var draft = new EntitlementDraft(
            Text(form, "name"), known?.Tag ?? Text(form, "tag"), Text(form, "description"), Text(form, "version"),
            Enum.TryParse<Enforcement>(form["enforcement"], out var enforcement) ? enforcement : null, Text(form, "tierGroup"),
            int.TryParse(form["tierRank"], NumberStyles.None, CultureInfo.InvariantCulture, out var rank) ? rank : 0)
        {
            IsReportingOnly = known?.IsReportingOnly ?? form["isReportingOnly"] == "true",
        };
        var done = await apply.HandleAsync(context.Actor(), new CatalogDraft { Entitlements = [draft] }, onlyNew: known is null, cancellation: context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, "/operator/catalog", new Toast($"The license “{draft.Name}” was saved."))
            : PageAnswer.Refused<EditEntitlementPage>(new() { ["Id"] = known?.Id, ["Draft"] = draft, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> ProductAsync(IFormCollection form, ProductView? known, HttpContext context, ApplyCatalog apply)
    {
        var draft = new ProductDraft(
            Text(form, "name"), known?.Tag ?? Text(form, "tag"), Text(form, "description"), Text(form, "family"),
            [.. form["entitlements"].Where(name => !string.IsNullOrEmpty(name)).Select(name => name!)])
        {
            Includes = InclusionWords.Read(form["includes"].ToString()),
            Pids = form["pids"].ToString(),
        };
        var done = await apply.HandleAsync(context.Actor(), new CatalogDraft { Products = [draft] }, onlyNew: known is null, cancellation: context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, "/operator/catalog?tab=products", new Toast($"The product “{draft.Name}” was saved."))
            : PageAnswer.Refused<EditProductPage>(new() { ["Id"] = known?.Id, ["Draft"] = draft, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> SkuAsync(IFormCollection form, SkuView? known, HttpContext context, ApplyCatalog apply)
    {
        if (ProblemOf(form) is { } problem)
        {
            return PageAnswer.Refused<EditSkuPage>(new() { ["Id"] = known?.Id, ["Entered"] = form, ["Errors"] = problem });
        }

        var draft = new SkuDraft(
            known?.Code ?? Text(form, "code"), Text(form, "description"), Text(form, "productFamily"), form["smartAccountMandatory"] == "true",
            [.. LinesOf(form).Select(index => LineOf(form, index)!)]);
        var done = await apply.HandleAsync(context.Actor(), new CatalogDraft { Skus = [draft] }, onlyNew: known is null, cancellation: context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, "/operator/catalog?tab=skus", new Toast($"The SKU “{draft.Code}” was saved."))
            : PageAnswer.Refused<EditSkuPage>(new() { ["Id"] = known?.Id, ["Entered"] = form, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    /// <summary>The first line that cannot be taken, at its field.</summary>
    private static FormErrors? ProblemOf(IFormCollection form)
    {
        foreach (var index in LinesOf(form))
        {
            if (LineOf(form, index) is not { } line)
            {
                var field = Number(form, $"quantity{index}") is null ? $"quantity{index}" : $"months{index}";
                return FormErrors.At(field, $"Enter a whole number{(field[0] == 'm' ? " of months" : "")}.");
            }

            if (CatalogRules.OfSkuLine(line) is { } problem)
            {
                return FormErrors.At(
                    line.Quantity is < 1 or > CatalogRules.LargestQuantity ? $"quantity{index}" : line.Replaces is not null ? $"replaces{index}" : $"months{index}", problem);
            }
        }

        return null;
    }

    private static IEnumerable<int> LinesOf(IFormCollection form) => Enumerable.Range(0, MostSkuLines).Where(index => Text(form, $"license{index}").Length > 0);

    /// <summary>Null: something in it is no number.</summary>
    private static SkuLineDraft? LineOf(IFormCollection form, int index) =>
        Number(form, $"quantity{index}") is { } quantity && (Text(form, $"months{index}").Length == 0 ? 0 : Number(form, $"months{index}")) is { } months
            ? new SkuLineDraft(
                Text(form, $"license{index}"), quantity, Enum.TryParse<LicenseType>(form[$"type{index}"], out var type) ? type : LicenseType.Perpetual,
                (int)Math.Clamp(months, int.MinValue, int.MaxValue))
            {
                Billing = Enum.TryParse<Billing>(form[$"billing{index}"], out var billing) ? billing : Billing.Prepaid,
                Replaces = SkuWords.ParseReplaced(form[$"replaces{index}"]),
            }
            : null;

    private static long? Number(IFormCollection form, string field) =>
        long.TryParse(form[field], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>First a check that shows what would change, then, for the same content, the import.</summary>
    private static async Task<IResult> ImportAsync(IFormCollection form, HttpContext context, ImportCatalog import)
    {
        var kind = Enum.TryParse<CatalogFileKind>(form["kind"], out var parsed) ? parsed : CatalogFileKind.Json;
        var (text, problem) = await ContentAsync(form, context.RequestAborted);
        var values = new Dictionary<string, object?> { ["Kind"] = kind, ["Text"] = text };
        if (problem is not null)
        {
            values["Errors"] = FormErrors.At("file", problem);
            return PageAnswer.Refused<ImportCatalogPage>(values);
        }

        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{text}")));
        var isChecked = form["checked"] == fingerprint;
        var done = await import.HandleAsync(context.Actor(), kind, text, preview: !isChecked, cancellation: context.RequestAborted);
        if (done.IsOk && isChecked)
        {
            return PageAnswer.Done(context, "/operator/catalog", new Toast($"{done.Value.Created} added, {done.Value.Changed} changed."));
        }

        values["Fingerprint"] = fingerprint;
        values[done.IsOk ? "Report" : "Errors"] = done.IsOk ? done.Value : FormErrors.Of(done.Refusal!);
        return PageAnswer.Refused<ImportCatalogPage>(values);
    }

    private static async Task<(string Text, string? Problem)> ContentAsync(IFormCollection form, CancellationToken cancellation)
    {
        if (form.Files.GetFile("file") is not { Length: > 0 } file)
        {
            var pasted = form["text"].ToString();
            return pasted.Trim().Length > 0 ? (pasted, null) : ("", "Choose a file, or paste its content.");
        }

        if (file.Length > LargestFile)
        {
            return ("", $"The file has more than {LargestFile / 1024 / 1024} MB. Split it.");
        }

        try
        {
            using var reader = new StreamReader(file.OpenReadStream(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            return (await reader.ReadToEndAsync(cancellation), null);
        }
        catch (DecoderFallbackException)
        {
            return ("", "The file is not UTF-8 text. Save it as UTF-8 and choose it again.");
        }
    }

    private static string Text(IFormCollection form, string name) => form[name].ToString().Trim();
}
