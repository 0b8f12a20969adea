namespace Purser.Protocol.Bundles;

/// <summary>Ends the reading of a bundle from deep inside its archives; the reader makes a refusal of it.</summary>
internal sealed class BundleFaultException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;

    public static BundleFaultException Malformed(string message) => new(WireCode.Malformed, message);

    public static BundleFaultException TooLarge(string message) => new(WireCode.TooLarge, message);
}
