using System.Collections.Frozen;
using System.Text.Json;

namespace Purser.Server.Web;

/// <summary>The bundled browser files inside this assembly, by logical name ("app.js") and by served name ("app-1A2B3C4D.js").</summary>
public sealed class AssetCatalog
{
    const string Prefix = "assets/";
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static AssetCatalog Instance { get; } = Load();

    readonly FrozenDictionary<string, string> addresses;
    readonly FrozenDictionary<string, Asset> files;
    readonly FrozenSet<string> icons;

    AssetCatalog(Manifest manifest, IEnumerable<Asset> assets)
    {
        addresses = manifest.Files.ToFrozenDictionary(entry => entry.Key, entry => $"/assets/{entry.Value}");
        icons = manifest.Icons.ToFrozenSet();
        files = assets.ToFrozenDictionary(asset => asset.Name);
    }

    public string Address(string logicalName) => addresses[logicalName];

    public string IconAddress(string icon) => icons.Contains(icon)
        ? $"{addresses["icons.svg"]}#{icon}"
        : throw new ArgumentException($"Icon '{icon}' is not in Web/Assets/icons.txt.", nameof(icon));

    public Asset? Find(string servedName) => files.GetValueOrDefault(servedName);

    static AssetCatalog Load()
    {
        var manifest = JsonSerializer.Deserialize<Manifest>(Read("manifest.json"), Json)!;
        return new AssetCatalog(manifest, manifest.Files.Values.Select(name =>
            new Asset(name, ContentTypeOf(name), Read(name), Read(name + ".gz"), Read(name + ".br"))));
    }

    static byte[] Read(string name)
    {
        using var stream = typeof(AssetCatalog).Assembly.GetManifestResourceStream(Prefix + name)
            ?? throw new InvalidOperationException($"Browser file '{name}' is missing from the assembly.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    static string ContentTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"No content type is known for '{other}'."),
    };

    sealed record Manifest(Dictionary<string, string> Files, string[] Icons);
}

public sealed record Asset(string Name, string ContentType, byte[] Plain, byte[] Gzip, byte[] Brotli)
{
    public (byte[] Content, string? Encoding) For(string acceptEncoding) =>
        Accepts(acceptEncoding, "br") ? (Brotli, "br") : Accepts(acceptEncoding, "gzip") ? (Gzip, "gzip") : (Plain, null);

    static bool Accepts(string header, string encoding) => header.Split(',', StringSplitOptions.TrimEntries)
        .Select(part => part.Split(';', StringSplitOptions.TrimEntries))
        .Any(part => part[0].Equals(encoding, StringComparison.OrdinalIgnoreCase) && !part.Contains("q=0"));
}
