using System.ComponentModel;
using System.Globalization;

namespace Purser.Server.Settings;

/// <summary>Every setting, with its default. Keys as in the environment: PURSER__Store__ConnectionString is Store:ConnectionString.</summary>
public sealed record PurserSettings
{
    public StoreSettings Store { get; init; } = new();
    public HttpSettings Http { get; init; } = new();
    public VendorSettings Vendor { get; init; } = new();
    public SecuritySettings Security { get; init; } = new();
    public DeviceSettings Devices { get; init; } = new();
    public LicenseSettings Licenses { get; init; } = new();
    public PolicySettings Policy { get; init; } = new();
    public AlertSettings Alerts { get; init; } = new();
    public UpgradeSettings Upgrades { get; init; } = new();
    public MailSettings Mail { get; init; } = new();
    public WebhookSettings Webhooks { get; init; } = new();
    public SyslogSettings Syslog { get; init; } = new();
    public AgreementSettings Agreement { get; init; } = new();

    public MergerSettings Mergers { get; init; } = new();
    public JobSettings Jobs { get; init; } = new();
    public SimulationSettings Simulation { get; init; } = new();
    public DemoSettings Demo { get; init; } = new();
}

public sealed record HttpSettings
{
    [Description("Loopback HTTP port; HTTPS listens on the next one.")]
    public int Port { get; init; } = 8080;

    [Description("The address people and devices use, where a proxy stands in front. Empty: https://localhost:PORT+1.")]
    public string PublicUrl { get; init; } = "";

    [Description("Addresses HTTPS listens on: 'loopback' or 'any'.")]
    public string Listen { get; init; } = "loopback";

    [Description("Addresses or networks of the proxies in front, separated by commas. Only they may say whom a request comes from. Empty: none.")]
    public string TrustedProxies { get; init; } = "";

    [Description("Requests a second that one program may send for long; beyond its burst it is told to wait (429).")]
    public int ApiRequestsPerSecond { get; init; } = 100;

    [Description("Requests that one program may send at once.")]
    public int ApiBurst { get; init; } = 1000;

    public int HttpsPort => Port + 1;
}

public sealed record VendorSettings
{
    [Description("The vendor that runs this license authority.")]
    public string Name { get; init; } = "Northwind Networks";

    [Description("The vendor's domain; reversed it starts the tags that are minted here.")]
    public string Domain { get; init; } = "northwind.example";

    [Description("What the portal is called in texts.")]
    public string PortalName { get; init; } = "Smart Software Manager";

    public string SupportName => $"{Name} Support";
}

public sealed record SecuritySettings
{
    [Description("Base64 of 32 bytes, comma-separated for rotation; the first one seals. Empty: the key file is used.")]
    public string MasterKeys { get; init; } = "";

    [Description("File with the master keys, one a line. Empty: master.key in the data directory, made at first start.")]
    public string MasterKeyFile { get; init; } = "";

    [Description("Minutes without a request after which a session ends.")]
    public int SessionIdleMinutes { get; init; } = 60;

    [Description("Hours after sign-in at which a session ends in any case.")]
    public int SessionHours { get; init; } = 12;

    [Description("Characters a new password has at least.")]
    public int PasswordLength { get; init; } = 12;

    [Description("Who must have a second factor or a passkey: 'none', 'staff' (of the operator) or 'everyone'.")]
    public string RequireSecondFactor { get; init; } = "none";

    [Description("Failed sign-ins after which an account is locked.")]
    public int LockoutAttempts { get; init; } = 5;

    [Description("Minutes a lock-out lasts.")]
    public int LockoutMinutes { get; init; } = 15;

    [Description("Days for which sign-ins and failed attempts are kept.")]
    public int SignInLogDays { get; init; } = 180;

    [Description("Allow the OAuth password grant of the published API.")]
    public bool PasswordGrant { get; init; }

    [Description("Seconds an access token lasts.")]
    public int AccessTokenSeconds { get; init; } = 3600;

    [Description("Days within which a program that acts for a person asks for the next access token; then the person has to let it again.")]
    public int RefreshTokenDays { get; init; } = 30;
}

public sealed record DeviceSettings
{
    public const string RemoveByCertificate = "certificate";

    [Description("Days of silence: first minor alert, second minor alert, major alert and release, removal.")]
    public string SilenceDays { get; init; } = "30,60,90,365";

    [Description("How many days a product instance may be in detached mode at most.")]
    public int DetachedDays { get; init; } = 365;

    [Description("What removes a silent device: 'silence' (the last of Devices:SilenceDays) or 'certificate' (the end of its identity certificate).")]
    public string RemoveBy { get; init; } = "silence";

    [Description("Minutes a device's clock may differ before it is told to correct it.")]
    public int SkewMinutes { get; init; } = 15;

    [Description("Hours for which answers are kept, so that a repeated message gets the first one.")]
    public int AnswerHours { get; init; } = 24;

    [Description("May 'register … force' with a new key end the registration of another Smart Account? The same key always may.")]
    public bool ForceAcrossAccounts { get; init; }
}

public sealed record LicenseSettings
{
    [Description("Days before an expiry at which a warning is raised.")]
    public string ExpiryDays { get; init; } = "90,60,30,14,7,3,2,1";

    [Description("Time zone (IANA) in which the days of terms begin and end. Ends that are booked already stay at their instant when it is changed.")]
    public string DayZone { get; init; } = "UTC";

    [Description("Hours in which a transfer of licenses can be undone. 0: never.")]
    public int UndoHours { get; init; } = 72;

    [Description("Days for which the results of a file of request codes are kept, with the archive of its authorization files. The reservations stay.")]
    public int BatchDays { get; init; } = 90;
}

public sealed record PolicySettings
{
    [Description("Where a policy names no ongoing number, the next usage report is due 365 days after the last acknowledgement. False: there is no deadline then.")]
    public bool YearlyWhenZero { get; init; } = true;
}

public sealed record AlertSettings
{
    [Description("\"Remind Later\" and \"Dismiss\" hide an alert only from the person who does it, not from the whole Smart Account.")]
    public bool PersonalHide { get; init; }
}

public sealed record UpgradeSettings
{
    [Description("An upgrade replaces only licenses that are not in use.")]
    public bool OnlyUnused { get; init; }

    [Description("The pending licenses are taken from the virtual account whose licenses are replaced, not from the one in which the wizard was opened.")]
    public bool PendingFromTarget { get; init; }
}

public sealed record MailSettings
{
    [Description("The SMTP server that takes this installation's mails. Empty: mails are kept for operators to read and pass on.")]
    public string Host { get; init; } = "";

    [Description("Its port for submission.")]
    public int Port { get; init; } = 587;

    [Description("Demand STARTTLS. Off only for a server on the same machine.")]
    public bool StartTls { get; init; } = true;

    [Description("Name to sign in with. Empty: no sign-in.")]
    public string User { get; init; } = "";

    [Description("Its password; a secret, best given through the environment.")]
    public string Password { get; init; } = "";

    [Description("Address the mails come from.")]
    public string From { get; init; } = "";

    [Description("Time zone of the daily summary of alerts.")]
    public string DailySummaryZone { get; init; } = "America/New_York";

    [Description("Local time of the daily summary, hours and minutes.")]
    public string DailySummaryAt { get; init; } = "00:01";

    public TimeZoneInfo SummaryZone => TimeZoneInfo.FindSystemTimeZoneById(DailySummaryZone);

    public TimeOnly SummaryTime => TimeOnly.ParseExact(DailySummaryAt, "HH:mm", CultureInfo.InvariantCulture);

    public bool IsOn => Host.Length > 0;
}

public sealed record WebhookSettings
{
    [Description("Let webhooks of customers reach addresses inside: loopback, private networks. Only where every customer may reach them anyway.")]
    public bool PrivateTargets { get; init; }

    [Description("PEM file with certificate authorities that webhook targets may use besides the system's. Empty: none.")]
    public string TrustedAuthorities { get; init; } = "";
}

public sealed record SyslogSettings
{
    public const string Tls = "tls";
    public const string Tcp = "tcp";

    [Description("Where alerts of all Smart Accounts go as syslog messages (RFC 5424): tls://HOST:6514 or tcp://HOST:PORT. Empty: nowhere.")]
    public string Target { get; init; } = "";

    [Description("The facility of these messages, 0 to 23; 16 is local0.")]
    public int Facility { get; init; } = 16;

    [Description("PEM file with certificate authorities that the syslog server may use besides the system's. Empty: none.")]
    public string TrustedAuthorities { get; init; } = "";

    public bool IsOn => Target.Length > 0;
}

public sealed record AgreementSettings
{
    [Description("While the agreement is pending no product instance can register.")]
    public bool BlocksRegistration { get; init; } = true;
}

public sealed record MergerSettings
{
    [Description("Days in which an operator can undo a merger or split of Smart Accounts; then it is final.")]
    public int UndoDays { get; init; } = 30;
}

public sealed record JobSettings
{
    [Description("Run background jobs on this node. Every node may: each job is done by one of them at a time.")]
    public bool Enabled { get; init; } = true;
}

public sealed record SimulationSettings
{
    [Description("Let the fleet simulator move the domain clock. Never in production.")]
    public bool Enabled { get; init; }

    [Description("File into which a simulation's server writes credentials for the fleet simulator. Empty: none.")]
    public string CredentialsFile { get; init; } = "";
}

public sealed record DemoSettings
{
    [Description("Make the demo estate in an empty data directory.")]
    public bool Enabled { get; init; }

    [Description("Simulated devices living on the demo estate.")]
    public int Fleet { get; init; } = 200;

    [Description("Days before today at which the demo estate begins; a simulated fleet then lives through them. Needs Simulation:Enabled.")]
    public int HistoryDays { get; init; }
}
