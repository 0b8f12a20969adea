using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Alerts.Syslog;
using Purser.Server.Alerts.Webhooks;
using Purser.Server.Commands;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Tests.Alerts.Webhooks;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Alerts.Syslog;

/// <summary>Alerts as syslog messages (AL-04; RFC 5424, octet counting of RFC 6587).</summary>
[Trait("Feature", "AL-04")]
public sealed class SyslogTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void A_message_is_one_of_the_standard()
    {
        var alert = new Alert { Id = 7, Kind = AlertKind.LicensesExpired, Level = AlertLevel.Minor, Subject = "s", Message = "3 \"Gold\"\nexpired]" };
        Assert.Equal(
            "<132>1 2026-01-10T08:00:00Z node1 Purser - Opened [alert@32473 account=\"acme.example\" source=\"Lab \\\"1\\\" \\\\ [a\\]\" id=\"7\" kind=\"LicensesExpired\" level=\"Minor\"] "
            + "\uFEFFLicenses Expired: 3 \"Gold\" expired]",
            SyslogFormat.Of(alert, AlertChangeKind.Opened, "acme.example", "Lab \"1\" \\ [a]", TestInstallation.Start, "node1", 16));
        Assert.StartsWith("<133>1 ", SyslogFormat.Of(alert, AlertChangeKind.Closed, "a", "b", TestInstallation.Start, "", 16), StringComparison.Ordinal);
        Assert.Equal("5 é€", Encoding.UTF8.GetString(SyslogFormat.Frame("é€")));
    }

    [Theory, Engines]
    public async Task Changes_wait_for_the_server_and_come_in_order(Engine engine)
    {
        var port = TestPorts.Pair();
        await using var installation = await TestInstallation.StartAsync(
            engine, settings => settings with { Syslog = new SyslogSettings { Target = FormattableString.Invariant($"tcp://127.0.0.1:{port}") } });
        var estate = await BareEstate.MakeAsync(installation, "A");
        await estate.WriteAsync(Actor.System, scope => scope.Alerts(estate.AccountId).RaiseAsync(
            new AlertDraft(AlertKind.LicensesExpired, AlertLevel.Minor, "one", "gone") { VirtualAccountId = estate["A"] }));
        await installation.Get<SpreadAlerts>().RunAsync(Stop);
        Assert.Contains("does not take", await installation.Get<SendSyslog>().RunAsync(Stop), StringComparison.Ordinal);

        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        await estate.WriteAsync(Actor.System, scope => scope.Alerts(estate.AccountId).ClearAsync("one"));
        await installation.Get<SpreadAlerts>().RunAsync(Stop);
        var received = ReceiveAsync(listener);
        Assert.Equal("2 sent", await installation.Get<SendSyslog>().RunAsync(Stop));
        var text = await received;
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var length = int.Parse(text[..space], CultureInfo.InvariantCulture);
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.Contains(" Opened [", Encoding.UTF8.GetString(bytes, space + 1, length), StringComparison.Ordinal);
        Assert.Contains(" Closed [", Encoding.UTF8.GetString(bytes[(space + 1 + length)..]), StringComparison.Ordinal);
        Assert.Equal("0 sent", await installation.Get<SendSyslog>().RunAsync(Stop));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Over_tls_only_a_server_that_proves_its_name_gets_them(bool isTrusted)
    {
        var (certificate, authority) = HookTarget.Certificate();
        using var owned = certificate;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var installation = await TestInstallation.StartAsync(Engine.Sqlite, settings => settings with
        {
            Syslog = new SyslogSettings { Target = FormattableString.Invariant($"tls://localhost:{port}"), TrustedAuthorities = isTrusted ? authority : "" },
        });
        var estate = await BareEstate.MakeAsync(installation, "A");
        await estate.WriteAsync(Actor.System, scope => scope.Alerts(estate.AccountId).RaiseAsync(
            new AlertDraft(AlertKind.LicensesExpired, AlertLevel.Minor, "one", "gone") { VirtualAccountId = estate["A"] }));
        await installation.Get<SpreadAlerts>().RunAsync(Stop);

        var received = ReceiveSealedAsync(listener, certificate);
        var answer = await installation.Get<SendSyslog>().RunAsync(Stop);

        Assert.Equal(isTrusted ? "1 sent" : "0 sent; the syslog server does not take more", answer);
        Assert.Equal(isTrusted, (await received).Contains("Licenses Expired: gone", StringComparison.Ordinal));
        await using var db = installation.Database.Read();
        Assert.Equal(isTrusted ? 0 : 1, await db.SyslogLines.CountAsync(Stop));
        File.Delete(authority);
    }

    /// <returns>Nothing where the caller does not like the certificate.</returns>
    private static async Task<string> ReceiveSealedAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var client = await listener.AcceptTcpClientAsync(Stop);
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, Stop);
            using var reader = new StreamReader(tls, new UTF8Encoding(false));
            return await reader.ReadToEndAsync(Stop);
        }
        catch (Exception fault) when (fault is IOException or AuthenticationException)
        {
            return "";
        }
    }

    private static async Task<string> ReceiveAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(Stop);
        using var reader = new StreamReader(client.GetStream(), new UTF8Encoding(false), detectEncodingFromByteOrderMarks: false);
        return await reader.ReadToEndAsync(Stop);
    }
}
