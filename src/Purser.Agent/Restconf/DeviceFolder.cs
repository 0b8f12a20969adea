namespace Purser.Agent.Restconf;

/// <summary>The one folder in which operations read and write files: whoever manages the device from afar does not reach the rest of its system.</summary>
public sealed class DeviceFolder(string path)
{
    private const int LongestName = 127;

    /// <summary>Null: it is no plain name of a file.</summary>
    public string? Place(string name) =>
        name.Length is > 0 and <= LongestName && name[0] != '.' && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
            ? Path.Combine(path, name)
            : null;

    public async Task WriteAsync(string place, string text, CancellationToken cancel)
    {
        Directory.CreateDirectory(path);
        await File.WriteAllTextAsync(place, text, cancel);
    }

    /// <summary>Null: there is no such file, or it is larger than any to import.</summary>
    public static async Task<string?> ReadAsync(string place, long most, CancellationToken cancel) =>
        new FileInfo(place) is { Exists: true } file && file.Length <= most ? await File.ReadAllTextAsync(place, cancel) : null;
}
