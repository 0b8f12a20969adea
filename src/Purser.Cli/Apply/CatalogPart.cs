using System.Text.Json.Nodes;
using Purser.Cli.Rest;

namespace Purser.Cli.Apply;

/// <summary>The catalog: the server compares it itself, and its complaints carry the lines of the file.</summary>
internal sealed class CatalogPart : IEstatePart
{
    private const string Address = "/api/v1/operator/catalog/import?kind=Json";

    private readonly EstateProblems problems;
    private readonly EstateNode node;
    private readonly object draft;
    private readonly bool isEmpty;

    public CatalogPart(EstateNode node, EstateProblems problems)
    {
        this.node = node.Knows("licenses", "products", "skus");
        this.problems = problems;
        var licenses = node.Part("licenses").Items().Select(License).ToList();
        var products = node.Part("products").Items().Select(Product).ToList();
        var skus = node.Part("skus").Items().Select(Sku).ToList();
        isEmpty = licenses.Count + products.Count + skus.Count == 0;
        draft = new { Entitlements = licenses, Products = products, Skus = skus };
    }

    public async Task<IReadOnlyList<Change>> CompareAsync(RestClients clients, CancellationToken cancel)
    {
        if (isEmpty)
        {
            return [];
        }

        var report = await clients.Operator.PostAsync($"{Address}&dryRun=true", draft, cancel);
        foreach (var error in report["errors"]!.AsArray())
        {
            problems.Add(error!["line"]!.GetValue<long>(), error["message"]!.GetValue<string>());
        }

        // The server settles the whole catalog in one act; the first change stands for all of them.
        return [.. report["changes"]!.AsArray().Select((change, index) =>
        {
            var text = change!.GetValue<string>();
            return new Change(text[0], text[1..].TrimStart(), node.Line, index == 0 ? inner => clients.Operator.PostAsync(Address, draft, inner) : _ => Task.CompletedTask);
        })];
    }

    private static object License(EstateNode node)
    {
        node.Knows("name", "tag", "description", "version", "enforcement", "tierGroup", "tierRank", "reportingOnly");
        return new
        {
            Name = node.Required("name"), Tag = node.Part("tag").Text(), Description = node.Part("description").Text(), Version = node.Part("version").Text(),
            Enforcement = node.Part("enforcement").Text(), TierGroup = node.Part("tierGroup").Text(), TierRank = node.Number("tierRank"),
            IsReportingOnly = node.Flag("reportingOnly"), node.Line,
        };
    }

    private static object Product(EstateNode node)
    {
        node.Knows("name", "tag", "description", "family", "licenses", "includes", "pids");
        var licenses = node.Part("licenses");
        var includes = node.Part("includes");
        return new
        {
            Name = node.Required("name"), Tag = node.Part("tag").Text(), Description = node.Part("description").Text(), Family = node.Part("family").Text(),
            Pids = node.Part("pids").Text(),
            Entitlements = licenses.IsThere ? licenses.Items().Select(license => license.Text()).ToList() : null,
            Includes = includes.IsThere ? includes.Items().Select(Included).ToList() : null, node.Line,
        };
    }

    private static object Included(EstateNode node)
    {
        node.Knows("entitlement", "quantity");
        return new { Entitlement = node.Required("entitlement"), Quantity = node.Number("quantity") ?? 1 };
    }

    private static object Sku(EstateNode node)
    {
        node.Knows("code", "description", "productFamily", "smartAccountMandatory", "lines");
        var lines = node.Part("lines");
        return new
        {
            Code = node.Required("code"), Description = node.Part("description").Text(), ProductFamily = node.Part("productFamily").Text(),
            SmartAccountMandatory = node.Flag("smartAccountMandatory"), Lines = lines.IsThere ? lines.Items().Select(SkuLine).ToList() : null, node.Line,
        };
    }

    private static object SkuLine(EstateNode node)
    {
        node.Knows("license", "quantity", "type", "termMonths", "billing", "replaces");
        var months = node.Number("termMonths");
        return new
        {
            Entitlement = node.Required("license"), Quantity = node.Number("quantity") ?? 1,
            LicenseType = node.Part("type").Text() ?? (months > 0 ? "Term" : "Perpetual"), TermMonths = months ?? 0, node.Line,
            Billing = node.Part("billing").Text() ?? "Prepaid", Replaces = node.Part("replaces").Items().Select(Replaced).ToList(),
        };
    }

    private static object Replaced(EstateNode node)
    {
        node.Knows("license", "ratio");
        return new { Entitlement = node.Required("license"), Ratio = node.Number("ratio") ?? 1 };
    }
}
