using System.Globalization;
using System.Net.Mail;
using Npgsql;

namespace Purser.Server.Settings;

/// <summary>Checks all settings and tells all problems at once, each naming its key. The server refuses to start while there is one.</summary>
public static class SettingsCheck
{
    public static PurserSettings Load(IConfiguration configuration, List<string> problems)
    {
        var readable = SettingsKeys.Sift(configuration, problems);
        var settings = readable.Get<PurserSettings>() ?? new PurserSettings();
        problems.AddRange(Problems(settings));
        return settings;
    }

    public static IEnumerable<string> Problems(PurserSettings settings)
    {
        if (settings.Store.IsPostgres && Postgres(settings.Store.ConnectionString) is { } wrong)
        {
            yield return $"Store:ConnectionString {wrong}";
        }

        if (settings.Http.Port is < 1 or > 65534)
        {
            yield return "Http:Port must be between 1 and 65534, because HTTPS uses the next port.";
        }

        if (settings.Http.Listen is not ("loopback" or "any"))
        {
            yield return "Http:Listen must be 'loopback' or 'any'.";
        }

        if (settings.Http.PublicUrl.Length > 0
            && !(Uri.TryCreate(settings.Http.PublicUrl, UriKind.Absolute, out var url) && url.Scheme is "https" or "http"))
        {
            yield return "Http:PublicUrl must be an absolute address such as https://licenses.example.com.";
        }

        foreach (var wrongEntry in ProxyList.Wrong(settings.Http.TrustedProxies))
        {
            yield return $"Http:TrustedProxies has '{wrongEntry}', which is neither an address such as 10.1.2.3 nor a network such as 10.1.0.0/16.";
        }

        if (ProxyList.Read(settings.Http.TrustedProxies).Any(network => network.PrefixLength == 0))
        {
            yield return "Http:TrustedProxies must not name all addresses: then everybody could say whom a request comes from.";
        }

        if (settings.Security.SignInLogDays is < 1 or > 3650)
        {
            yield return "Security:SignInLogDays must be between 1 and 3650.";
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(settings.Mail.DailySummaryZone, out _))
        {
            yield return $"Mail:DailySummaryZone '{settings.Mail.DailySummaryZone}' is no time zone that this machine knows. Give one such as America/New_York, and install the package tzdata where it is missing.";
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(settings.Licenses.DayZone, out var dayZone) || !dayZone.HasIanaId)
        {
            yield return $"Licenses:DayZone '{settings.Licenses.DayZone}' is no time zone that this machine knows by its IANA name. Give one such as UTC or America/New_York, and install the package tzdata where it is missing.";
        }

        if (!TimeOnly.TryParseExact(settings.Mail.DailySummaryAt, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            yield return "Mail:DailySummaryAt must be hours and minutes such as 00:01.";
        }

        if (string.IsNullOrWhiteSpace(settings.Vendor.Name))
        {
            yield return "Vendor:Name must not be empty.";
        }

        if (Uri.CheckHostName(settings.Vendor.Domain) != UriHostNameType.Dns)
        {
            yield return "Vendor:Domain must be a domain name such as example.com.";
        }

        foreach (var problem in MasterKeys(settings.Security).Concat(Mail(settings.Mail)))
        {
            yield return problem;
        }

        if (settings.Security.RequireSecondFactor is not ("none" or "staff" or "everyone"))
        {
            yield return "Security:RequireSecondFactor must be 'none', 'staff' or 'everyone'.";
        }

        foreach (var (key, value, low, high) in new[]
        {
            ("Security:SessionIdleMinutes", settings.Security.SessionIdleMinutes, 1, 1440),
            ("Security:SessionHours", settings.Security.SessionHours, 1, 720),
            ("Security:PasswordLength", settings.Security.PasswordLength, 8, 128),
            ("Security:LockoutAttempts", settings.Security.LockoutAttempts, 1, 100),
            ("Security:LockoutMinutes", settings.Security.LockoutMinutes, 1, 1440),
            ("Security:AccessTokenSeconds", settings.Security.AccessTokenSeconds, 300, 86400),
            ("Security:RefreshTokenDays", settings.Security.RefreshTokenDays, 1, 365),
            ("Http:ApiRequestsPerSecond", settings.Http.ApiRequestsPerSecond, 1, 100_000),
            ("Http:ApiBurst", settings.Http.ApiBurst, 1, 1_000_000),
            ("Licenses:UndoHours", settings.Licenses.UndoHours, 0, 8760),
            ("Licenses:BatchDays", settings.Licenses.BatchDays, 1, 3650),
            ("Devices:SkewMinutes", settings.Devices.SkewMinutes, 1, 60),
            ("Mergers:UndoDays", settings.Mergers.UndoDays, 1, 3650),
            ("Devices:AnswerHours", settings.Devices.AnswerHours, 1, 168),
            ("Syslog:Facility", settings.Syslog.Facility, 0, 23),
            ("Demo:Fleet", settings.Demo.Fleet, 0, 10000),
            ("Demo:HistoryDays", settings.Demo.HistoryDays, 0, 365),
        })
        {
            if (value < low || value > high)
            {
                yield return $"{key} must be between {low} and {high}, it is {value}.";
            }
        }

        if (settings.Devices.DetachedDays is < 1 or > 3650)
        {
            yield return "Devices:DetachedDays must be between 1 and 3650.";
        }

        if (DayList(settings.Devices.SilenceDays) is not { Count: 4 } silence || !IsRising(silence))
        {
            yield return "Devices:SilenceDays must be four rising numbers of days such as 30,60,90,365.";
        }

        if (settings.Devices.RemoveBy is not ("silence" or DeviceSettings.RemoveByCertificate))
        {
            yield return "Devices:RemoveBy must be 'silence' or 'certificate'.";
        }

        if (DayList(settings.Licenses.ExpiryDays) is not { Count: > 0 } expiry || !IsRising(expiry.Reverse().ToList()))
        {
            yield return "Licenses:ExpiryDays must be falling numbers of days such as 90,60,30,14,7,3,2,1.";
        }

        foreach (var (name, file) in new[] { ("Webhooks", settings.Webhooks.TrustedAuthorities), ("Syslog", settings.Syslog.TrustedAuthorities) })
        {
            if (file.Length > 0 && !File.Exists(file))
            {
                yield return $"{name}:TrustedAuthorities names {file}, which does not exist.";
            }
        }

        if (settings.Syslog.IsOn
            && !(Uri.TryCreate(settings.Syslog.Target, UriKind.Absolute, out var syslog) && syslog is { Scheme: SyslogSettings.Tls or SyslogSettings.Tcp, Host.Length: > 0, Port: > 0 }))
        {
            yield return "Syslog:Target must be an address such as tls://logs.example.com:6514 or tcp://127.0.0.1:601.";
        }

        if (settings.Demo.HistoryDays > 0 && !settings.Simulation.Enabled)
        {
            yield return "Demo:HistoryDays needs Simulation:Enabled, because only a simulation can move the clock.";
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById("America/New_York", out _))
        {
            yield return "The time zone data of the system is missing: install the package tzdata.";
        }
    }

    /// <summary>"30,60,90" as numbers; null where it is not a list of positive whole numbers.</summary>
    public static IReadOnlyList<int>? DayList(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var days = new List<int>(parts.Length);
        foreach (var part in parts)
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var day) || day is < 1 or > 3650)
            {
                return null;
            }

            days.Add(day);
        }

        return days;
    }

    private static bool IsRising(IReadOnlyList<int> days) => days.Zip(days.Skip(1)).All(pair => pair.First < pair.Second);

    private static string? Postgres(string text)
    {
        try
        {
            var parts = new NpgsqlConnectionStringBuilder(text);
            return string.IsNullOrEmpty(parts.Host) ? "must name a Host, such as Host=127.0.0.1;Database=purser;Username=purser." : null;
        }
        catch (ArgumentException fault)
        {
            return $"is not a PostgreSQL connection string: {fault.Message}";
        }
    }

    private static IEnumerable<string> Mail(MailSettings mail)
    {
        if (mail.Port is < 1 or > 65535)
        {
            yield return $"Mail:Port must be between 1 and 65535, it is {mail.Port}.";
        }

        if (mail.From.Length > 0 ? !MailAddress.TryCreate(mail.From, out _) : mail.IsOn)
        {
            yield return "Mail:From must be an e-mail address such as licenses@example.com.";
        }

        if (mail.User.Length > 0 && !mail.StartTls && mail.Host is not ("localhost" or "127.0.0.1" or "::1"))
        {
            yield return "Mail:StartTls must be true where Mail:User signs in, because the password would cross the network in clear text.";
        }
    }

    private static IEnumerable<string> MasterKeys(SecuritySettings security)
    {
        foreach (var text in security.MasterKeys.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!MasterKey.TryParse(text, out _))
            {
                yield return "Security:MasterKeys must be base64 of 32 bytes each, for example from: openssl rand -base64 32";
            }
        }

        if (security.MasterKeyFile.Length > 0 && !File.Exists(security.MasterKeyFile))
        {
            yield return $"Security:MasterKeyFile names {security.MasterKeyFile}, which does not exist.";
        }
    }
}
