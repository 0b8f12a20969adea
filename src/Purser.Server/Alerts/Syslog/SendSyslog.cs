using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Jobs;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Alerts.Syslog;

/// <summary>
/// Sends what waits to the syslog server, in order. Syslog answers nothing: a message counts as sent when the connection took it, and what was
/// taken just before a break may be lost or come twice. While the server cannot be reached everything waits.
/// </summary>
public sealed class SendSyslog(Database database, PurserSettings settings, ILogger<SendSyslog> log) : IJob
{
    public const string Name = "alerts.syslog";

    private const int AtOnce = 500;

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        if (!settings.Syslog.IsOn)
        {
            return "no syslog server is set";
        }

        var sent = 0;
        SyslogConnection? connection = null;
        try
        {
            while (await NextAsync(cancellation) is { Count: > 0 } lines)
            {
                connection ??= await SyslogConnection.OpenAsync(settings.Syslog, cancellation);
                await connection.SendAsync(lines.Select(line => line.Text), cancellation);
                var ids = lines.ConvertAll(line => line.Id);
                await database.WriteAsync(db => db.SyslogLines.Where(line => ids.Contains(line.Id)).ExecuteDeleteAsync(CancellationToken.None), CancellationToken.None);
                sent += lines.Count;
            }

            return string.Create(CultureInfo.InvariantCulture, $"{sent} sent");
        }
        catch (Exception fault) when (fault is IOException or System.Net.Sockets.SocketException or System.Security.Authentication.AuthenticationException
            || (fault is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            log.LogWarning("The syslog server {Target} does not take alerts: {Reason}", settings.Syslog.Target, fault.Message);
            return string.Create(CultureInfo.InvariantCulture, $"{sent} sent; the syslog server does not take more");
        }
        finally
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }
        }
    }

    private async Task<List<SyslogLine>> NextAsync(CancellationToken cancellation)
    {
        await using var db = database.Read();
        return await db.SyslogLines.OrderBy(line => line.Id).Take(AtOnce).ToListAsync(cancellation);
    }
}
