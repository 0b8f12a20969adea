namespace Purser.Protocol.Bundles;

/// <summary>What a reader of bundles accepts at most. It counts while it unpacks, and stops there.</summary>
public static class BundleLimits
{
    /// <summary>Of the file as it comes.</summary>
    public const int Bytes = 64 * 1024 * 1024;

    /// <summary>Of everything in it, at both levels together.</summary>
    public const int UnpackedBytes = 128 * 1024 * 1024;

    public const int FileBytes = Usage.ReportFile.MaximumBytes;
    public const int ManifestBytes = 512 * 1024;
    public const int VirtualAccounts = 1_000;

    /// <summary>In the whole bundle.</summary>
    public const int Devices = 10_000;
}
