using Microsoft.EntityFrameworkCore;
using Purser.Server.Jobs;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Alerts.Syslog;

/// <summary>Alerts of all Smart Accounts go to the operator's syslog server, where one is set (AL-04).</summary>
public static class SyslogFeature
{
    /// <summary>The triggers note changes of alerts while this fact is there (0003_alert_changes.sql).</summary>
    private const string Listening = "alerts.syslog";

    public static void Add(IServiceCollection services) => services.AddJob<SendSyslog>(SendSyslog.Name, TimeSpan.FromSeconds(10), JobClock.Machine);

    public static Task PrepareAsync(IServiceProvider services, PurserSettings settings) => services.GetRequiredService<Database>().WriteAsync(async db =>
    {
        var known = await db.InstallationFacts.FirstOrDefaultAsync(fact => fact.Name == Listening);
        if (settings.Syslog.IsOn && known is null)
        {
            db.InstallationFacts.Add(new InstallationFact { Name = Listening, Value = "on" });
        }
        else if (!settings.Syslog.IsOn && known is not null)
        {
            db.InstallationFacts.Remove(known);
            await db.SyslogLines.ExecuteDeleteAsync();
        }
    });
}
