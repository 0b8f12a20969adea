using System.Globalization;
using System.Text.RegularExpressions;

namespace Purser.Protocol.Bundles;

/// <summary>How the files of a bundle are called (device reference 4.11).</summary>
public static partial class BundleNames
{
    public const string Manifest = "manifest.mf";
    public const string Ending = ".tar.gz";

    private const string Answer = "ACK_";

    /// <summary>The bundle of a collector.</summary>
    public static string Usage(DateTimeOffset at) => $"UD_SA_{Time(at)}_purser{Ending}";

    /// <param name="number">Tells virtual accounts of one bundle apart.</param>
    public static string Part(DateTimeOffset at, int number) => string.Create(CultureInfo.InvariantCulture, $"UD_VA_{Time(at)}_{number}{Ending}");

    /// <param name="deviceId">Letters, digits and hyphens; programs that are about expect digits alone.</param>
    public static string Device(string deviceId, DateTimeOffset at) => $"dev_{deviceId}_{Time(at)}.txt";

    /// <param name="number">Tells files of one product instance apart.</param>
    public static string Device(string deviceId, DateTimeOffset at, long number) => string.Create(CultureInfo.InvariantCulture, $"dev_{deviceId}_{Time(at)}_{number}.txt");

    /// <summary>The answer to a file of this name.</summary>
    public static string Acknowledgement(string name) => Answer + name;

    /// <summary>The name of the file that this one answers.</summary>
    public static string Answered(string name) => name[Answer.Length..];

    public static string DeviceIdOf(string name) => name.Split('_')[name.StartsWith(Answer, StringComparison.Ordinal) ? 2 : 1];

    internal static bool IsPart(BundleKind kind, string name) => OfKind(kind, name) is { } rest && PartName().IsMatch(rest);

    internal static bool IsDevice(BundleKind kind, string name) => OfKind(kind, name) is { } rest && DeviceName().IsMatch(rest);

    private static string? OfKind(BundleKind kind, string name) =>
        kind == BundleKind.Usage ? name : name.StartsWith(Answer, StringComparison.Ordinal) ? Answered(name) : null;

    /// <summary>As published programs write it: 26Nov23_14_05_59_123.</summary>
    private static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString("yyMMMdd_HH_mm_ss_fff", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^UD_VA_[A-Za-z0-9._-]{1,80}\.tar\.gz\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PartName();

    [GeneratedRegex(@"^dev_[A-Za-z0-9-]{1,40}_[A-Za-z0-9._-]{1,40}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DeviceName();
}
