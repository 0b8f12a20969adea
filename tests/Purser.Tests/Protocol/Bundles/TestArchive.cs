using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Purser.Tests.Protocol.Bundles;

/// <summary>Archives that no proper collector makes.</summary>
internal static class TestArchive
{
    public const string Manifest =
        "Manifest-Version: 1.0\nCreated-By: \"{\\\"uuid\\\": \\\"c1\\\"}\"\nSmart-Account: Example\nSmart-Account-ID: 7\n\nName: /UD_VA_1.tar.gz\nSpecification-VA: Plant\nSpecification-VA-ID: 9\n";

    public static (string, byte[]) Text(string name, string text) => (name, Encoding.UTF8.GetBytes(text));

    /// <summary>A bundle with this archive of a virtual account.</summary>
    public static byte[] Around(byte[] part) => Of(Text("manifest.mf", Manifest), ("UD_VA_1.tar.gz", part));

    public static byte[] Of(params (string Name, byte[] Content)[] files) =>
        OfEntries([.. files.Select(file => new PaxTarEntry(TarEntryType.RegularFile, file.Name) { DataStream = new MemoryStream(file.Content) })]);

    public static byte[] OfEntries(params TarEntry[] entries)
    {
        using var made = new MemoryStream();
        using (var packed = new GZipStream(made, CompressionLevel.Fastest))
        using (var writer = new TarWriter(packed, TarEntryFormat.Pax))
        {
            foreach (var entry in entries)
            {
                writer.WriteEntry(entry);
            }
        }

        return made.ToArray();
    }
}
