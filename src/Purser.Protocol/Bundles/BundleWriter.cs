using System.Text;

namespace Purser.Protocol.Bundles;

/// <summary>Writes a bundle as <see cref="BundleReader"/> and published programs read it.</summary>
internal static class BundleWriter
{
    public static byte[] Write(Bundle bundle)
    {
        // A virtual account without files has no archive: one with nothing in it is none.
        var parts = bundle.Parts.Where(part => part.Files.Count > 0).ToList();
        var manifest = new BundleManifest(bundle.Maker, bundle.Account, [.. parts.Select(part => new BundleManifest.Section(part.Name, part.VirtualAccount))]);
        return FlatArchive.Write(parts.Select(part => (part.Name, Pack(part))).Prepend((BundleNames.Manifest, Encoding.UTF8.GetBytes(manifest.Write()))));
    }

    private static byte[] Pack(BundlePart part) => FlatArchive.Write(part.Files.Select(file => (file.Name, Encoding.UTF8.GetBytes(file.Text))));
}
