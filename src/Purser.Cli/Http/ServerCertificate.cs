using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Purser.Cli.Http;

/// <summary>What the device shows to whoever connects: the owner's certificate, or one of its own that stays, so that a collector can pin it.</summary>
internal static class ServerCertificate
{
    private const int Years = 10;

    public static X509Certificate2 Open(string? given, string store, IPAddress address)
    {
        var file = given ?? Path.GetFullPath(store) + ".tls.pem";
        try
        {
            if (given is null && !File.Exists(file))
            {
                Make(file, address);
            }

            return X509Certificate2.CreateFromPemFile(file);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CommandException($"{file} is not to be had as a certificate with its key: {problem.Message}");
        }
    }

    private static void Make(string file, IPAddress address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=device", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        if (!IPAddress.IsLoopback(address))
        {
            names.AddIpAddress(address);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(Years));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var text = new StreamWriter(file, options);
        text.WriteLine(certificate.ExportCertificatePem());
        text.WriteLine(key.ExportPkcs8PrivateKeyPem());
    }
}
