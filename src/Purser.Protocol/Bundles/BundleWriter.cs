using System.Text;

namespace Purser.Protocol.Bundles;

/// <summary>Writes a bundle as <see cref="BundleReader"/> and published programs read it.</summary>
internal static class BundleWriter
{
    public static byte[] Write(Bundle bundle)
    {
        var manifest = new BundleManifest(bundle.Maker, bundle.Account, [.. bundle.Parts.Select(part => new BundleManifest.Section(part.Name, part.VirtualAccount))]);
        return FlatArchive.Write(bundle.Parts.Select(part => (part.Name, Pack(part))).Prepend((BundleNames.Manifest, Encoding.UTF8.GetBytes(manifest.Write()))));
    }

    private static byte[] Pack(BundlePart part) => FlatArchive.Write(part.Files.Select(file => (file.Name, Encoding.UTF8.GetBytes(file.Text))));
}
