namespace Purser.Cli.Fleet;

internal enum Act
{
    /// <summary>Registers for the first time, or again after it lost or gave up its registration.</summary>
    Register,

    /// <summary>Uses more or fewer licenses.</summary>
    ChangeCounts,
    Deregister,

    /// <summary>Registers again with <c>force</c>, although it is registered.</summary>
    RegisterForced,

    /// <summary>Registers by a token of another virtual account: a move (domain rules 7.3).</summary>
    SwitchToken,

    /// <summary>Is not heard of for 35, 65, 95 or 370 days, or never again.</summary>
    FallSilent,
    Wake,

    /// <summary>The process ends and begins anew with what its store holds.</summary>
    Restart,
    ClockJump,
}

/// <summary>What a device will do and when, drawn as it goes.</summary>
internal sealed class DeviceLife
{
    private static readonly TimeSpan MeanPause = TimeSpan.FromDays(15);

    private static readonly (Act Item, int Weight)[] Acts =
    [
        (Act.ChangeCounts, 70), (Act.Restart, 8), (Act.FallSilent, 7), (Act.Deregister, 5), (Act.RegisterForced, 5), (Act.SwitchToken, 4), (Act.ClockJump, 1),
    ];

    private static readonly (int? Item, int Weight)[] SilentDays = [(35, 40), (65, 25), (95, 20), (370, 5), (null, 10)];

    private readonly SeededSource random;
    private readonly bool diesYoung;

    public DeviceLife(SeededSource random, DateTimeOffset start, TimeSpan arrivals)
    {
        this.random = random;

        // Enough devices must fall silent for ever early in the run to reach the removal after a year.
        diesYoung = random.Chance(0.02);
        Plan(Act.Register, start + random.Span(TimeSpan.Zero, arrivals));
    }

    public Act Next { get; private set; }

    /// <summary>Null: it is silent for ever.</summary>
    public DateTimeOffset? At { get; private set; }

    public bool IsSilent { get; private set; }

    /// <summary>It gave up its registration and has not come back yet.</summary>
    public bool IsAway { get; private set; }

    /// <summary>After an act: what comes next.</summary>
    public void Continue(Act done, DateTimeOffset now)
    {
        switch (done)
        {
            case Act.Deregister:
                IsAway = true;
                Plan(Act.Register, now + random.Span(TimeSpan.FromHours(2), TimeSpan.FromDays(20)));
                break;
            case Act.FallSilent:
                IsSilent = true;
                var days = diesYoung ? null : random.Pick(SilentDays);
                Plan(Act.Wake, now + (days is { } some ? TimeSpan.FromDays(some) : null));
                break;
            default:
                IsAway = false;
                IsSilent = false;
                Plan(diesYoung ? Act.FallSilent : random.Pick(Acts), now + random.Exponential(diesYoung ? TimeSpan.FromDays(3) : MeanPause));
                break;
        }
    }

    /// <summary>A person notices that it lost its registration.</summary>
    public void RegisterSoon(DateTimeOffset now)
    {
        IsAway = true;
        Plan(Act.Register, now + random.Span(TimeSpan.FromHours(1), TimeSpan.FromHours(48)));
    }

    private void Plan(Act act, DateTimeOffset? at)
    {
        Next = act;
        At = at;
    }
}
