using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Purser.Server.Pki;

namespace Purser.Server.Settings;

/// <summary>Where the master key comes from: setting, file, or made at first start into the data directory (stack notes 5).</summary>
public static class MasterKey
{
    /// <returns>The keys, the first one seals; and the file that was made just now, for the line that says to back it up.</returns>
    public static (SecretBox Box, string? MadeFile) Load(PurserSettings settings)
    {
        if (settings.Security.MasterKeys.Length > 0)
        {
            return (Box(settings.Security.MasterKeys.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)), null);
        }

        var file = settings.Security.MasterKeyFile.Length > 0
            ? settings.Security.MasterKeyFile
            : Path.Combine(settings.Store.DataDirectory, "master.key");
        if (File.Exists(file))
        {
            return (Box(File.ReadAllLines(file)), null);
        }

        PrivateFile.MakeFolder(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var key = RandomNumberGenerator.GetBytes(SecretBox.KeySize);
        PrivateFile.Write(file, Convert.ToBase64String(key) + "\n");
        return (new SecretBox([key]), file);
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out byte[]? key)
    {
        key = null;
        var bytes = new byte[SecretBox.KeySize + 1];
        if (!Convert.TryFromBase64String(text.Trim(), bytes, out var size) || size != SecretBox.KeySize)
        {
            return false;
        }

        key = bytes[..size];
        return true;
    }

    private static SecretBox Box(IEnumerable<string> lines) => new(lines
        .Where(line => line.Trim().Length > 0)
        .Select(line => TryParse(line, out var key) ? key : throw new InvalidDataException("A master key is not base64 of 32 bytes."))
        .ToList());
}
