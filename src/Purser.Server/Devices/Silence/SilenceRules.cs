using Purser.Server.Settings;

namespace Purser.Server.Devices.Silence;

/// <summary>How long a product instance has been silent, in steps; <see cref="Device.SilenceStage"/> holds the number of the last one done.</summary>
public enum SilenceStage
{
    None,

    /// <summary>30 days: Minor "Failed to Connect".</summary>
    FirstWarning,

    /// <summary>60 days: a new Minor in place of the first.</summary>
    SecondWarning,

    /// <summary>90 days: Major "Failed to Renew", its licenses are released.</summary>
    Released,

    /// <summary>365 days: removed.</summary>
    Removed,
}

/// <summary>A step of silence and the moment at which it began.</summary>
public readonly record struct SilencePassage(SilenceStage Stage, DateTimeOffset At);

/// <summary>When a directly registered product instance that no longer calls is warned about, loses its licenses, and is removed (domain rules 7.4).</summary>
/// <param name="RemoveWithCertificate">The other reading of the year: from the issue of the identity certificate (domain rules 7.4, help ch. 6).</param>
public sealed record SilenceRules(TimeSpan FirstWarning, TimeSpan SecondWarning, TimeSpan Release, TimeSpan Remove, bool RemoveWithCertificate)
{
    public static SilenceRules Of(DeviceSettings settings)
    {
        var days = SettingsCheck.DayList(settings.SilenceDays)!.Select(day => TimeSpan.FromDays(day)).ToList();
        return new SilenceRules(days[0], days[1], days[2], days[3], settings.RemoveBy == DeviceSettings.RemoveByCertificate);
    }

    /// <summary>The stages whose time has come since the last one that was acted upon, in order.</summary>
    public IEnumerable<SilencePassage> Passed(SilenceStage done, DateTimeOffset lastContactAt, DateTimeOffset certificateEndsAt, DateTimeOffset now)
    {
        for (var stage = done + 1; stage <= SilenceStage.Removed; stage++)
        {
            var at = BeginningOf(stage, lastContactAt, certificateEndsAt);
            if (at > now)
            {
                yield break;
            }

            yield return new SilencePassage(stage, at);
        }
    }

    /// <summary>Day 90: what the warnings count down to, and when they are due (domain rules 10.8).</summary>
    public DateTimeOffset ReleaseAt(DateTimeOffset lastContactAt) => lastContactAt + Release;

    /// <summary>Days left to the release when a warning is raised in time: 60, then 30. Tells one warning period from the next.</summary>
    public int PeriodOf(SilenceStage stage) => stage switch
    {
        SilenceStage.FirstWarning => (Release - FirstWarning).Days,
        SilenceStage.SecondWarning => (Release - SecondWarning).Days,
        _ => 0,
    };

    /// <summary>Silent at least since then, a device enters the stage by its last contact.</summary>
    public DateTimeOffset LatestContact(SilenceStage stage, DateTimeOffset now) => now - LengthOf(stage);

    private DateTimeOffset BeginningOf(SilenceStage stage, DateTimeOffset lastContactAt, DateTimeOffset certificateEndsAt)
    {
        var bySilence = lastContactAt + LengthOf(stage);
        return stage == SilenceStage.Removed && RemoveWithCertificate ? Later(certificateEndsAt, ReleaseAt(lastContactAt)) : bySilence;
    }

    private TimeSpan LengthOf(SilenceStage stage) => stage switch
    {
        SilenceStage.FirstWarning => FirstWarning,
        SilenceStage.SecondWarning => SecondWarning,
        SilenceStage.Released => Release,
        SilenceStage.Removed => Remove,
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "Not a stage of silence"),
    };

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
