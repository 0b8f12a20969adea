namespace Purser.Cli.Fleet;

/// <summary>What the devices of a simulation live on.</summary>
internal sealed record Estate(string Account, IReadOnlyList<EstatePlace> Places, IReadOnlyList<EstateProduct> Products)
{
    public EstatePlace? PlaceOfToken(string token) => Places.FirstOrDefault(place => place.GaveOut(token));

    public EstateLicense? LicenseNamed(string name) => Products.SelectMany(static product => product.Licenses).FirstOrDefault(license => license.Name == name);

    public EstatePlace? PlaceNamed(string name) => Places.FirstOrDefault(place => place.Name == name);
}

/// <summary>A virtual account and the tokens that register devices in it.</summary>
internal sealed class EstatePlace(long id, string name, string token)
{
    private readonly List<string> tokens = [token];

    public long Id => id;

    public string Name => name;

    /// <summary>The newest: tokens end after a year at most.</summary>
    public string Token => tokens[^1];

    public bool GaveOut(string text) => tokens.Contains(text);

    public void Renew(string text) => tokens.Add(text);
}

/// <summary>A kind of device and the licenses that it may use.</summary>
internal sealed record EstateProduct(string SoftwareTag, string Pid, IReadOnlyList<EstateLicense> Licenses);

internal sealed record EstateLicense(string Name, string Tag);
