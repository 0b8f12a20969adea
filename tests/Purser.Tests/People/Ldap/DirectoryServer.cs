using System.Diagnostics;
using System.DirectoryServices.Protocols;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Purser.Server.People.Sources;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People.Ldap;

/// <summary>A real directory (OpenLDAP's slapd) with the people of acme.example, on loopback ports of its own; never a service of the machine.</summary>
internal sealed class DirectoryServer : IAsyncDisposable
{
    public const string Searcher = "cn=purser,dc=acme,dc=example";
    public const string SearcherPassword = "the searcher's word";
    private const string Program = "/usr/sbin/slapd";
    private const string Root = "cn=root,dc=acme,dc=example";
    private const string RootPassword = "the root's word";

    private readonly string folder;
    private Process? process;

    private DirectoryServer(string folder, int port, int tlsPort) => (this.folder, Port, TlsPort) = (folder, port, tlsPort);

    public int Port { get; }

    public int TlsPort { get; }

    private string Settings => Path.Combine(folder, "slapd.conf");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public DirectoryOptions Options => new(["127.0.0.1"], "ou=people,dc=acme,dc=example")
    {
        Port = Port,
        Encryption = DirectoryEncryption.StartTls,
        CertificateFolder = Path.Combine(folder, "authorities"),
        BindName = Searcher,
        GroupBase = "ou=groups,dc=acme,dc=example",
    };

    public static async Task<DirectoryServer> StartAsync()
    {
        Assert.SkipUnless(File.Exists(Program), "slapd is not installed");
        var server = new DirectoryServer(Directory.CreateTempSubdirectory("purser-ldap-").FullName, TestPorts.Pair(), TestPorts.Pair());
        server.Configure();
        await server.RunAsync("-T", "add", "-f", server.Settings, "-l", Path.Combine(AppContext.BaseDirectory, "People", "Ldap", "directory.ldif"));
        await server.ResumeAsync();
        return server;
    }

    /// <summary>Starts it, or starts it again.</summary>
    public async Task ResumeAsync()
    {
        process = Start("-f", Settings, "-h", $"ldap://127.0.0.1:{Port}/ ldaps://127.0.0.1:{TlsPort}/", "-d", "0");
        for (var attempt = 0; ; attempt++)
        {
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, Port, Stop);
                return;
            }
            catch (SocketException) when (attempt < 200 && !process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), Stop);
            }
        }
    }

    public async Task PauseAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync(Stop);
    }

    /// <summary>Somebody leaves.</summary>
    public void Remove(string place) => Send(new DeleteRequest(place));

    /// <summary>Somebody is switched off, as Active Directory does it.</summary>
    public void SwitchOff(string place) => Send(new ModifyRequest(
        place, Modification(DirectoryAttributeOperation.Add, "objectClass", "switchable"), Modification(DirectoryAttributeOperation.Add, "userAccountControl", "514")));

    public void TakeOutOf(string group, string member) => Send(new ModifyRequest(group, Modification(DirectoryAttributeOperation.Delete, "member", member)));

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static DirectoryAttributeModification Modification(DirectoryAttributeOperation operation, string attribute, string value)
    {
        var modification = new DirectoryAttributeModification { Operation = operation, Name = attribute };
        modification.Add(value);
        return modification;
    }

    private void Send(DirectoryRequest request)
    {
        using var connection = new LdapConnection(new LdapDirectoryIdentifier("127.0.0.1", Port)) { AuthType = AuthType.Basic };
        connection.SessionOptions.ProtocolVersion = 3;
        connection.Bind(new NetworkCredential(Root, RootPassword));
        connection.SendRequest(request);
    }

    private void Configure()
    {
        var (certificate, key) = MakeCertificate();
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        File.WriteAllText(Settings, $"""
            include /etc/ldap/schema/core.schema
            include /etc/ldap/schema/cosine.schema
            include /etc/ldap/schema/inetorgperson.schema
            attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
            objectclass ( 1.3.6.1.4.1.4203.666.1.9001 NAME 'switchable' SUP top AUXILIARY MAY userAccountControl )
            modulepath /usr/lib/ldap
            moduleload back_mdb
            pidfile {folder}/slapd.pid
            TLSCertificateFile {certificate}
            TLSCertificateKeyFile {key}
            database mdb
            suffix "dc=acme,dc=example"
            directory {folder}/data
            rootdn "{Root}"
            rootpw "{RootPassword}"
            access to attrs=userPassword by anonymous auth by * none
            access to * by dn.exact="{Searcher}" read by * none

            """);
    }

    private async Task RunAsync(params string[] arguments)
    {
        using var run = Start(arguments);
        var words = await run.StandardError.ReadToEndAsync(Stop);
        await run.WaitForExitAsync(Stop);
        Assert.True(run.ExitCode == 0, words);
    }

    private static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo(Program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;

    private (string Certificate, string Key) MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        // By number: libldap takes "localhost" for the name of the machine.
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddHours(1));
        var (certificateFile, keyFile) = (Path.Combine(folder, "authorities", "directory.pem"), Path.Combine(folder, "directory.key"));
        Directory.CreateDirectory(Path.Combine(folder, "authorities"));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificateFile, keyFile);
    }
}
