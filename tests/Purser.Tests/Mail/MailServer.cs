using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Purser.Server.Settings;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Mail;

/// <summary>A real SMTP server (aiosmtpd) that demands STARTTLS and sign-in and tells what it took.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private const string User = "purser";
    private const string Password = "the mail server's word";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly string folder;

    private MailServer(Process process, string folder) => (this.process, this.folder) = (process, folder);

    public int Port { get; private set; }

    public MailSettings Settings => new() { Host = "localhost", Port = Port, User = User, Password = Password, From = "licenses@northwind.example" };

    public static async Task<MailServer> StartAsync()
    {
        Assert.SkipUnless(await HasLibraryAsync(), "python3-aiosmtpd is not installed");
        var created = Directory.CreateTempSubdirectory("purser-mail-").FullName;
        var (certificate, key) = MakeCertificate(created);
        var server = new MailServer(Start(Path.Combine(AppContext.BaseDirectory, "Mail", "smtp_server.py"), certificate, key, User, Password), created);
        server.Port = int.Parse(await server.ReadLineAsync(), CultureInfo.InvariantCulture);
        return server;
    }

    /// <summary>The next mail that was taken.</summary>
    public async Task<TakenMail> NextAsync() =>
        JsonSerializer.Deserialize<TakenMail>(await ReadLineAsync(), JsonSerializerOptions.Web)!;

    public async ValueTask DisposeAsync()
    {
        // It ends when its input does.
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<bool> HasLibraryAsync()
    {
        try
        {
            using var python = Start("-c", "import aiosmtpd");
            await python.WaitForExitAsync();
            return python.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>The system's own Python, for which the package is made; another one may come first in the path.</summary>
    private static string Python => File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    private static Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo(Python, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;

    private async Task<string> ReadLineAsync() =>
        await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience)
        ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());

    private static (string Certificate, string Key) MakeCertificate(string directory)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddHours(1));
        var (certificateFile, keyFile) = (Path.Combine(directory, "mail.pem"), Path.Combine(directory, "mail.key"));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        Trust(certificate.GetCertHashString(HashAlgorithmName.SHA256));
        return (certificateFile, keyFile);
    }

    /// <summary>This process believes the certificate that was just made, as an installation believes the authorities of its system.</summary>
    private static void Trust(string hash)
    {
#pragma warning disable SYSLIB0014, MA0039 // the mail client's only hook, and exactly one certificate
        var earlier = ServicePointManager.ServerCertificateValidationCallback;
        ServicePointManager.ServerCertificateValidationCallback = (sender, certificate, chain, errors) =>
            certificate?.GetCertHashString(HashAlgorithmName.SHA256) == hash || earlier?.Invoke(sender, certificate, chain, errors) == true;
#pragma warning restore SYSLIB0014, MA0039
    }
}

/// <summary>What the mail server took, MIME already undone by Python's own library.</summary>
internal sealed record TakenMail(
    string From, IReadOnlyList<string> To, bool Tls, bool SignedIn, string Kind, IReadOnlyDictionary<string, string> Headers, string Text, string Html, IReadOnlyList<string> Order);
