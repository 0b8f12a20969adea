namespace Purser.Protocol;

/// <summary>Unique device identifier: product id and serial number, with a uuid on virtual products (device reference 1).</summary>
public sealed record Udi(string Pid, string Sn, string? Uuid = null)
{
    public const int MaximumPartLength = 64;

    /// <summary>As shown to people.</summary>
    public string Display => $"PID:{Pid},SN:{Sn}" + (Uuid is null ? "" : $",UUID:{Uuid}");

    /// <summary>As a key.</summary>
    public string Key => $"P:{Pid},S:{Sn}" + (Uuid is null ? "" : $",U:{Uuid}");

    /// <summary>Back from <see cref="Key"/>: no part has a comma.</summary>
    public static Udi OfKey(string key)
    {
        var parts = key.Split(',');
        return new Udi(parts[0][2..], parts[1][2..], parts.Length > 2 ? parts[2][2..] : null);
    }

    /// <summary>As people type and copy it: <see cref="Display"/>, blanks behind its commas allowed; null: it is none.</summary>
    public static Udi? Read(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var udi = parts.Length is 2 or 3 && Part(parts[0], "PID:") is { } pid && Part(parts[1], "SN:") is { } sn && (parts.Length == 2 || Part(parts[2], "UUID:") is not null)
            ? new Udi(pid, sn, parts.Length == 3 ? Part(parts[2], "UUID:") : null)
            : null;
        return udi is { IsWellFormed: true } ? udi : null;

        static string? Part(string text, string name) => text.StartsWith(name, StringComparison.OrdinalIgnoreCase) ? text[name.Length..].Trim() : null;
    }

    /// <summary>Printable, no blanks, no comma: the display form must stay readable backwards.</summary>
    public static bool IsPart(string? text)
    {
        if (text is not { Length: >= 1 and <= MaximumPartLength })
        {
            return false;
        }

        foreach (var c in text)
        {
            if (c is <= ' ' or > '~' or ',')
            {
                return false;
            }
        }

        return true;
    }

    public bool IsWellFormed => IsPart(Pid) && IsPart(Sn) && (Uuid is null || IsPart(Uuid));

    public override string ToString() => Display;
}
