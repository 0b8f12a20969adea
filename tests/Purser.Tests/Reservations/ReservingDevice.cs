using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Purser.Protocol;
using Purser.Protocol.Reservations;

namespace Purser.Tests.Reservations;

/// <summary>A device that never connects, as far as its codes go: it asks, installs, confirms and returns.</summary>
internal sealed class ReservingDevice(string pid, string serialNumber)
{
    private int sequence;

    public RequestCode? Request { get; private set; }

    public string Asked => Request!.Text;

    public SealedAuthorization? Installed { get; private set; }

    public UniversalAuthorization? Universal { get; private set; }

    public string SerialNumber => serialNumber;

    /// <summary>A new request; the one before is cancelled.</summary>
    public string Ask() => (Request = RequestCode.New(new Udi(pid, serialNumber), sequence++, RandomNumberGenerator.GetBytes(5))).Text;

    /// <summary>Checks signature and addressee as a device does.</summary>
    /// <returns>The confirmation code.</returns>
    public string Install(string file)
    {
        var read = SealedAuthorization.Read(file).Value;
        using var signer = X509CertificateLoader.LoadCertificate(read.Chain[0]);
        using var key = signer.GetECDsaPublicKey()!;
        Assert.True(read.IsSignedBy(key));
        Assert.Equal(Asked, read.Authorization.RequestCode);
        Assert.True(Installed is null || Installed.Authorization.Number < read.Authorization.Number);
        Installed = read;
        return ConfirmationCode.Of(Request!, read.Signature.Span);
    }

    public void InstallUniversal(string code) => Universal = UniversalAuthorization.Read(code).Value;

    public string Return() => (Installed is { } file
        ? ReturnCode.New(Request!, file.Authorization.Number, file.Signature.Span, wasInstalled: true)
        : throw new InvalidOperationException("Nothing is installed")).ToString();

    /// <summary>The return of an authorization that was never installed.</summary>
    public string ReturnOf(string file)
    {
        var read = SealedAuthorization.Read(file).Value;
        return ReturnCode.New(Request!, read.Authorization.Number, read.Signature.Span, wasInstalled: false).ToString();
    }

    /// <summary>"Advantage 3 until 2027-06-30, 2 perpetual": what the installed authorization grants.</summary>
    public IReadOnlyList<(string License, long Count, DateOnly? EndsOn)> Grants => [.. Installed!.Authorization.Licenses.Select(one => (one.DisplayName, one.Count, one.EndsOn))];
}
