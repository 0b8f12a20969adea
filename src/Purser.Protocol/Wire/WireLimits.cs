namespace Purser.Protocol.Wire;

/// <summary>What a reader accepts at most. Everything beyond is refused before it costs anything.</summary>
public static class WireLimits
{
    public const int BodyBytes = 64 * 1024;
    public const int Depth = 8;
    public const int Text = 255;
    public const int CertificateBytes = 4096;
    public const int ChainLength = 6;
    public const int Entitlements = 256;
    public const int Capabilities = 64;
    public const int Units = 32;
    public const long Count = 1_000_000_000;
}
