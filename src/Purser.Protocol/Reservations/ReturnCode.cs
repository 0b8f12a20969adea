using System.Security.Cryptography;
using System.Text;

namespace Purser.Protocol.Reservations;

/// <summary>
/// What a device shows when it has given a reservation up, or returns an authorization that it never installed: 51 characters in groups of six
/// (device reference 3.1). It names its authorization and proves that the device had it.
/// </summary>
/// <param name="WasInstalled">False for the return of an authorization that was never installed.</param>
/// <param name="Proof">26 bytes that follow from the authorization and the device.</param>
public sealed record ReturnCode(bool WasInstalled, ulong Authorization, ReadOnlyMemory<byte> Proof)
{
    private const int ProofLength = 26;
    private const int Bytes = 1 + sizeof(ulong) + ProofLength;
    private const byte Installed = 1;
    private const byte NeverInstalled = 2;

    /// <param name="authorization">The number of the authorization that is returned; <see cref="UniversalAuthorization.Number"/> of a universal one.</param>
    /// <param name="signature">Its signature.</param>
    public static ReturnCode New(RequestCode request, ulong authorization, ReadOnlySpan<byte> signature, bool wasInstalled) => New(request.Text, authorization, signature, wasInstalled);

    /// <param name="asked">What tells the device and its request apart from others.</param>
    internal static ReturnCode New(string asked, ulong authorization, ReadOnlySpan<byte> signature, bool wasInstalled)
    {
        byte[] content = [.. Encoding.UTF8.GetBytes($"purser return code {wasInstalled} {asked} {authorization} "), .. signature];
        return new ReturnCode(wasInstalled, authorization, SHA256.HashData(content).AsMemory(0, ProofLength));
    }

    public static WireResult<ReturnCode> Read(string typed)
    {
        var read = GroupedCode.Read(typed, Bytes);
        if (!read.IsOk)
        {
            return new WireRefusal(read.Code!, read.Detail!);
        }

        var data = read.Value;
        return data[0] is Installed or NeverInstalled
            ? new ReturnCode(data[0] == Installed, System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(data.AsSpan(1)), data.AsMemory(1 + sizeof(ulong)))
            : new WireRefusal(WireCode.UnsupportedVersion, "This return code is of a newer kind than this software knows.");
    }

    /// <summary>Is it the return of this authorization?</summary>
    public bool Fits(ReturnCode expected) =>
        WasInstalled == expected.WasInstalled && Authorization == expected.Authorization && CryptographicOperations.FixedTimeEquals(Proof.Span, expected.Proof.Span);

    public override string ToString()
    {
        var data = new byte[Bytes];
        data[0] = WasInstalled ? Installed : NeverInstalled;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(data.AsSpan(1), Authorization);
        Proof.Span.CopyTo(data.AsSpan(1 + sizeof(ulong)));
        return GroupedCode.Write(data);
    }
}
