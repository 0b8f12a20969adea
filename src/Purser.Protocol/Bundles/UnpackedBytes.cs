namespace Purser.Protocol.Bundles;

/// <summary>How much of a bundle was unpacked, across all its archives: a small file that unpacks to a huge one is stopped on the way.</summary>
internal sealed class UnpackedBytes
{
    private long sum;

    public int Add(int bytes)
    {
        sum += bytes;
        return sum <= BundleLimits.UnpackedBytes
            ? bytes
            : throw BundleFaultException.TooLarge($"A bundle unpacks to at most {BundleLimits.UnpackedBytes / 1024 / 1024} MB. Put fewer product instances into each bundle");
    }
}
