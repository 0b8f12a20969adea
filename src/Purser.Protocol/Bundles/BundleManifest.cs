using System.Text.Encodings.Web;
using System.Text.Json;

namespace Purser.Protocol.Bundles;

/// <summary>What a bundle says of itself: lines "key: value", the first section of the whole, then one for each virtual account (device reference 4.11).</summary>
internal sealed record BundleManifest(string Maker, BundleAccount Account, IReadOnlyList<BundleManifest.Section> Sections)
{
    private const string Version = "Manifest-Version";
    private const string CreatedBy = "Created-By";
    private const string SmartAccount = "Smart-Account";
    private const string SmartAccountId = "Smart-Account-ID";
    private const string Name = "Name";
    private const string VirtualAccount = "Specification-VA";
    private const string VirtualAccountId = "Specification-VA-ID";
    private const int LongestValue = 512;

    /// <param name="Archive">As written, without the stroke before it.</param>
    internal sealed record Section(string Archive, BundleAccount VirtualAccount);

    public string Write()
    {
        // A text in a text, as published.
        var maker = JsonSerializer.Serialize($"{{\"uuid\": {JsonSerializer.Serialize(Maker, Plain)}}}", Plain);
        var whole = $"{Version}: 1.0\n{CreatedBy}: {maker}\n{SmartAccount}: {Line(Account.Name)}\n{SmartAccountId}: {Line(Account.Id)}\n";
        return whole + string.Concat(Sections.Select(section =>
            $"\n{Name}: /{section.Archive}\n{VirtualAccount}: {Line(section.VirtualAccount.Name)}\n{VirtualAccountId}: {Line(section.VirtualAccount.Id)}\n"));
    }

    public static BundleManifest Read(string text)
    {
        var sections = SectionsOf(text).ToList();
        var first = sections[0];
        if (first.GetValueOrDefault(Version) != "1.0")
        {
            throw Broken($"It does not begin with \"{Version}: 1.0\"");
        }

        return new BundleManifest(MakerOf(Value(first, CreatedBy)), new BundleAccount(Value(first, SmartAccount), Value(first, SmartAccountId)), [.. sections.Skip(1).Select(SectionOf)]);
    }

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static Section SectionOf(Dictionary<string, string> section) =>
        new(Value(section, Name).TrimStart('/'), new BundleAccount(Value(section, VirtualAccount), Value(section, VirtualAccountId)));

    private static List<Dictionary<string, string>> SectionsOf(string text)
    {
        var sections = new List<Dictionary<string, string>> { new(StringComparer.Ordinal) };
        foreach (var line in text.TrimStart('\uFEFF').Split('\n').Select(line => line.TrimEnd('\r', ' ')).Where(line => line.Length > 0))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || line.Length > LongestValue || line.Any(char.IsControl))
            {
                throw Broken("A line of it is no \"key: value\"");
            }

            var (key, value) = (line[..colon], line[(colon + 1)..].Trim());
            if (key == Name)
            {
                sections.Add(new(StringComparer.Ordinal));
            }

            if (!sections[^1].TryAdd(key, value))
            {
                throw Broken($"It says {key} twice in one section");
            }
        }

        return sections;
    }

    private static string MakerOf(string createdBy)
    {
        try
        {
            return JsonElement.Parse(JsonElement.Parse(createdBy).GetString() ?? "").GetProperty("uuid").GetString() ?? "";
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw Broken($"{CreatedBy} does not hold the unique id of the collector");
        }
    }

    private static string Value(Dictionary<string, string> section, string key) => section.TryGetValue(key, out var value) ? value : throw Broken($"{key} is missing");

    private static string Line(string value) => string.Concat(value.Where(letter => !char.IsControl(letter))).Trim();

    private static BundleFaultException Broken(string why) =>
        BundleFaultException.Malformed($"The {BundleNames.Manifest} of this bundle is wrong. {why}. Have the collector make the bundle again");
}
