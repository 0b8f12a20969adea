using System.Text.Json.Nodes;
using Purser.Cli.Rest;

namespace Purser.Cli.Apply;

/// <summary>What is the operator's, as an estate file has it: the catalog, and the identity providers and directories.</summary>
internal static class ExportOperator
{
    private const string Catalog = "/api/v1/operator/catalog";

    public static async Task<JsonObject> CatalogAsync(RestClient api, CancellationToken cancel) => new()
    {
        ["licenses"] = await RowsAsync(api, $"{Catalog}/licenses", License, cancel),
        ["products"] = await RowsAsync(api, $"{Catalog}/products", row => Parts(row, "name", "tag", "description", "family", "licenses", "includes", "pids"), cancel),
        ["skus"] = await RowsAsync(api, $"{Catalog}/skus", Sku, cancel),
    };

    public static Task<JsonArray> SourcesAsync(RestClient api, CancellationToken cancel) => RowsAsync(api, SourcesPart.Address, Source, cancel);

    /// <summary>These parts of a row, where they say something.</summary>
    public static JsonObject Parts(JsonNode row, params string[] names)
    {
        var parts = new JsonObject();
        foreach (var name in names)
        {
            if (row[name] is { } value)
            {
                parts[name] = value.DeepClone();
            }
        }

        return parts;
    }

    private static JsonObject License(JsonNode row)
    {
        var license = Parts(row, "name", "tag", "description", "version", "enforcement", "tierGroup");
        if (row["tierGroup"] is not null)
        {
            license["tierRank"] = row["tierRank"]!.DeepClone();
        }

        if (row["isReportingOnly"]!.GetValue<bool>())
        {
            license["reportingOnly"] = true;
        }

        return license;
    }

    private static JsonObject Sku(JsonNode row)
    {
        var sku = Parts(row, "code", "description", "productFamily", "smartAccountMandatory");
        sku["lines"] = new JsonArray([.. row["lines"]!.AsArray().Select(line =>
        {
            var written = Parts(line!, "license", "quantity");
            written["type"] = line!["licenseType"]!.DeepClone();
            if (line["termMonths"]!.GetValue<int>() > 0)
            {
                written["termMonths"] = line["termMonths"]!.DeepClone();
            }

            if (line["billing"]!.GetValue<string>() != "Prepaid")
            {
                written["billing"] = line["billing"]!.DeepClone();
            }

            if (line["replaces"]!.AsArray() is { Count: > 0 } replaces)
            {
                written["replaces"] = new JsonArray([.. replaces.Select(replaced => Parts(replaced!, "license", "ratio"))]);
            }

            return written;
        })]);
        return sku;
    }

    private static JsonObject Source(JsonNode row)
    {
        var source = Parts(row, [.. EstateSource.Names.Where(name => name != "kind")]);

        // A role in a virtual account that was removed gives nothing.
        source["roles"] = new JsonArray([.. row["roles"]!.AsArray().Where(role => role!["virtualAccountId"] is null == role["virtualAccount"] is null).Select(role =>
        {
            var written = new JsonObject { ["group"] = role!["groupName"]!.DeepClone(), ["account"] = role["accountDomain"]!.DeepClone(), ["role"] = role["role"]!.DeepClone() };
            if (role["virtualAccount"] is { } place)
            {
                (written["virtualAccount"], written["includesChildren"]) = (place.DeepClone(), role["includesChildren"]!.DeepClone());
            }

            return written;
        })]);
        return source;
    }

    private static async Task<JsonArray> RowsAsync(RestClient api, string address, Func<JsonNode, JsonObject> write, CancellationToken cancel) =>
        new([.. (await api.ListAsync(address, cancel)).Select(write)]);
}
