using System.Globalization;
using Purser.Cli.Rest;

namespace Purser.Cli.Fleet;

/// <summary>Makes what a simulation lives on, through the REST API: a catalog, virtual accounts of its own, licenses, tokens.</summary>
internal sealed class EstatePreparation(RestClient operatorApi, RestClient accountApi, string account, FleetOptions options)
{
    private const int TokenDays = 365;
    private const double MeanUseOfADevice = 3;

    /// <summary>Less than will be wanted: pools go short and the administrator has something to do.</summary>
    private const double Scarcity = 0.85;

    private static readonly string[] PlaceNames = ["North", "South", "East", "West"];

    private static readonly EstateLicense EdgeBase = License("Fleet Edge Base", "FLEET_EDGE_BASE", "e1");
    private static readonly EstateLicense EdgeSecurity = License("Fleet Edge Security", "FLEET_EDGE_SECURITY", "e2");
    private static readonly EstateLicense CoreBase = License("Fleet Core Base", "FLEET_CORE_BASE", "e3");
    private static readonly EstateLicense CoreRouting = License("Fleet Core Routing", "FLEET_CORE_ROUTING", "e4");
    private static readonly EstateLicense RadioBase = License("Fleet Radio Base", "FLEET_RADIO_BASE", "e5");
    private static readonly EstateLicense Support = License("Fleet Support", "FLEET_SUPPORT", "e6");

    private static readonly IReadOnlyList<EstateProduct> Products =
    [
        new(Tag("FLEET_EDGE", "a1"), "FLEET-EDGE", [EdgeBase, EdgeSecurity, Support]),
        new(Tag("FLEET_CORE", "a2"), "FLEET-CORE", [CoreBase, CoreRouting, Support]),
        new(Tag("FLEET_RADIO", "a3"), "FLEET-RADIO", [RadioBase, Support]),
    ];

    private string Account => $"/api/v1/accounts/{account}";

    /// <summary>The SKU that brings one unit of a license.</summary>
    public static string SkuOf(string tag) => "SKU-" + Licenses.Single(license => license.Tag == tag).Name.ToUpperInvariant().Replace(' ', '-');

    private static IEnumerable<EstateLicense> Licenses => Products.SelectMany(static product => product.Licenses).Distinct();

    public async Task<Estate> PrepareAsync(CancellationToken cancel)
    {
        await operatorApi.PostAsync("/api/v1/operator/catalog/import?kind=Json", Catalog(), cancel);
        var made = new List<(long Id, string Name)>();
        foreach (var name in PlaceNames)
        {
            var text = $"{options.RunName} {name}";
            var place = await accountApi.PostAsync($"{Account}/virtual-accounts", new { name = text }, cancel);
            made.Add((place["id"]!.GetValue<long>(), text));
        }

        var tokens = await MakeTokensAsync(made.Select(static place => place.Id), cancel);
        var estate = new Estate(account, [.. made.Select(place => new EstatePlace(place.Id, place.Name, tokens[place.Id]))], Products);
        await SupplyAsync(estate, cancel);
        return estate;
    }

    /// <summary>Tokens end after a year at most; a long simulation needs new ones.</summary>
    public async Task RenewTokensAsync(Estate estate, CancellationToken cancel)
    {
        var tokens = await MakeTokensAsync(estate.Places.Select(static place => place.Id), cancel);
        foreach (var place in estate.Places)
        {
            place.Renew(tokens[place.Id]);
        }
    }

    private static object Catalog() => new
    {
        entitlements = Licenses.Select(static license => new { license.Name, license.Tag }),
        products = Products.Select(static product => new
        {
            name = product.Pid, tag = product.SoftwareTag, entitlements = product.Licenses.Select(static license => license.Tag),
        }),
        skus = Licenses.Select(static license => new { code = SkuOf(license.Tag), lines = new[] { new { entitlement = license.Tag, quantity = 1 } } }),
    };

    private async Task<Dictionary<long, string>> MakeTokensAsync(IEnumerable<long> places, CancellationToken cancel)
    {
        var answer = await accountApi.PostAsync(
            $"{Account}/tokens", new { virtualAccountIds = places, expiresInDays = TokenDays, termsAccepted = true, description = $"Fleet {options.RunName}" }, cancel);
        return answer["tokens"]!.AsArray().ToDictionary(static token => token!["virtualAccountId"]!.GetValue<long>(), static token => token!["token"]!.GetValue<string>());
    }

    private async Task SupplyAsync(Estate estate, CancellationToken cancel)
    {
        var perPlace = (double)options.Devices / estate.Places.Count;
        foreach (var license in Licenses)
        {
            var share = Products.Where(product => product.Licenses.Contains(license)).Sum(static product => 1.0 / Products.Count / product.Licenses.Count);
            var quantity = 1 + (long)(perPlace * MeanUseOfADevice * share * Scarcity);
            foreach (var place in estate.Places)
            {
                await operatorApi.PostAsync(
                    $"{Account}/virtual-accounts/{place.Id}/licenses",
                    new { license = license.Tag, quantity, type = "Perpetual", notes = "Fleet simulation: the first supply" },
                    cancel);
            }
        }
    }

    private static EstateLicense License(string name, string tagName, string id) => new(name, Tag(tagName, id));

    private static string Tag(string name, string id) =>
        string.Create(CultureInfo.InvariantCulture, $"regid.2026-01.example.fleet.{name},1.0_f1ee7000-0000-4000-8000-0000000000{id}");
}
