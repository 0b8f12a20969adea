using System.Text;

namespace Purser.Protocol.Bundles;

/// <summary>Reads a bundle strictly: what is not as agreed is refused whole, with its reason, before anything of it is used.</summary>
internal sealed class BundleReader(BundleKind kind)
{
    /// <summary>A slip of a published program, which writes this into its manifest.</summary>
    private const string SlippedEnding = ".ta.gz";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly UnpackedBytes count = new();
    private int devices;

    public WireResult<Bundle> Read(byte[] file)
    {
        try
        {
            return ReadWhole(file);
        }
        catch (BundleFaultException fault)
        {
            return new WireRefusal(fault.Code, fault.Message);
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            return new WireRefusal(WireCode.Malformed, $"This is no bundle, or only a part of one, or it was altered: a bundle is a whole {BundleNames.Ending} file. Copy it again from where it was made");
        }
    }

    private Bundle ReadWhole(byte[] file)
    {
        var (manifest, archives) = ((BundleManifest?)null, new Dictionary<string, byte[]>(StringComparer.Ordinal));
        foreach (var (name, content) in FlatArchive.Read("The bundle", file, count, name => name == BundleNames.Manifest ? BundleLimits.ManifestBytes : BundleLimits.Bytes))
        {
            if (name == BundleNames.Manifest)
            {
                manifest = BundleManifest.Read(Text(name, content));
            }
            else if (BundleNames.IsPart(kind, name))
            {
                archives.Add(name, content);
            }
            else
            {
                throw BundleFaultException.Malformed($"{name} does not belong into {Described}. {Remedy}");
            }

            if (archives.Count > BundleLimits.VirtualAccounts)
            {
                throw BundleFaultException.TooLarge($"A bundle has at most {BundleLimits.VirtualAccounts} virtual accounts. Divide it between several bundles");
            }
        }

        return manifest is not null ? Of(manifest, archives) : throw BundleFaultException.Malformed($"The bundle has no {BundleNames.Manifest}. {Remedy}");
    }

    private Bundle Of(BundleManifest manifest, Dictionary<string, byte[]> archives)
    {
        var parts = new List<BundlePart>();
        foreach (var (written, place) in manifest.Sections)
        {
            var name = Find(written, archives.Keys);
            archives.Remove(name, out var content);
            parts.Add(new BundlePart(name, place, Files(name, content!)));
        }

        return archives.Count > 0 ? throw BundleFaultException.Malformed($"The {BundleNames.Manifest} does not say of which virtual account {archives.Keys.Order(StringComparer.Ordinal).First()} is. Have the collector make the bundle again")
            : parts.Count == 0 ? throw BundleFaultException.Malformed($"There is nothing in this bundle. {Remedy}")
            : new Bundle(kind, manifest.Maker, manifest.Account, parts);
    }

    private static string Find(string written, ICollection<string> archives)
    {
        if (archives.Contains(written))
        {
            return written;
        }

        // The program with the slip also leaves out what it adds to the name of the file itself.
        var stem = written.EndsWith(SlippedEnding, StringComparison.Ordinal) ? written[..^SlippedEnding.Length] : null;
        var meant = archives.Where(name => stem is not null && (name == stem + BundleNames.Ending || name.StartsWith(stem + "_", StringComparison.Ordinal))).ToList();
        return meant.Count == 1 ? meant[0]
            : throw BundleFaultException.Malformed($"The {BundleNames.Manifest} names an archive that is not in the bundle, or names it twice: {written}. Have the collector make the bundle again");
    }

    private List<BundleFile> Files(string archive, byte[] content)
    {
        var files = new List<BundleFile>();
        foreach (var (name, text) in FlatArchive.Read(archive, content, count, _ => BundleLimits.FileBytes))
        {
            if (!BundleNames.IsDevice(kind, name))
            {
                throw BundleFaultException.Malformed($"{name} in {archive} is no file of a product instance. {Remedy}");
            }

            if (++devices > BundleLimits.Devices)
            {
                throw BundleFaultException.TooLarge($"A bundle has at most {BundleLimits.Devices} product instances. Divide it between several bundles");
            }

            files.Add(new BundleFile(name, Text(name, text)));
        }

        return files;
    }

    private string Described => kind == BundleKind.Usage ? "a bundle of usage reports" : "a bundle of acknowledgements";

    private string Remedy => kind == BundleKind.Usage
        ? "Bring the bundle as the collector made it"
        : "Bring the file that was downloaded with the acknowledgements, unchanged";

    private static string Text(string name, byte[] content)
    {
        try
        {
            // No XML has a zero in it, and some databases cannot keep one.
            return content.AsSpan().Contains((byte)0) ? throw NoText(name) : Utf8.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            throw NoText(name);
        }
    }

    private static BundleFaultException NoText(string name) => BundleFaultException.Malformed($"{name} is no text in UTF-8. Have the collector make the bundle again");
}
