namespace Purser.Protocol.Bundles;

/// <summary>
/// Files of many product instances that a collector carries to the authority, or their acknowledgements on the way back, where no network joins the two
/// (device reference 4.11): a tar.gz file with a manifest and a tar.gz file for each virtual account.
/// </summary>
/// <param name="Maker">The unique id by which a collector calls itself.</param>
/// <param name="Account">The Smart Account; a collector that does not know it leaves both empty.</param>
public sealed record Bundle(BundleKind Kind, string Maker, BundleAccount Account, IReadOnlyList<BundlePart> Parts)
{
    public static WireResult<Bundle> Read(BundleKind kind, byte[] file) => new BundleReader(kind).Read(file);

    public byte[] Write() => BundleWriter.Write(this);
}

/// <summary>In which direction a bundle goes.</summary>
public enum BundleKind
{
    /// <summary>From the collector: what product instances saved.</summary>
    Usage,

    /// <summary>From the authority: what they import.</summary>
    Acknowledgement,
}

/// <summary>A Smart Account or a virtual account, as the manifest names it.</summary>
public sealed record BundleAccount(string Name, string Id)
{
    public static readonly BundleAccount None = new("", "");

    public bool IsNamed => Name.Length > 0 || Id.Length > 0;
}

/// <summary>The files of one virtual account.</summary>
/// <param name="Name">Of the archive inside the bundle; see <see cref="BundleNames"/>.</param>
public sealed record BundlePart(string Name, BundleAccount VirtualAccount, IReadOnlyList<BundleFile> Files);

/// <summary>A file of one product instance.</summary>
/// <param name="Name">See <see cref="BundleNames"/>.</param>
public sealed record BundleFile(string Name, string Text)
{
    /// <summary>By which the collector knows the product instance.</summary>
    public string DeviceId => BundleNames.DeviceIdOf(Name);
}
