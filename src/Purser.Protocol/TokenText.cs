namespace Purser.Protocol;

/// <summary>An ID token is opaque to the device: 1 to 255 printable characters without blanks (device reference 2.10).</summary>
public static class TokenText
{
    public const int MaximumLength = 255;

    public static bool IsWellFormed(string? text)
    {
        if (text is not { Length: >= 1 and <= MaximumLength })
        {
            return false;
        }

        foreach (var c in text)
        {
            if (c is <= ' ' or > '~')
            {
                return false;
            }
        }

        return true;
    }
}
