using Purser.Cli.Fleet;

namespace Purser.Tests.Cli.Fleet;

[Trait("Feature", "AG-04")]
public sealed class ShadowDeviceTests : IDisposable
{
    private readonly FleetBench bench = new();

    public void Dispose() => bench.Dispose();

    private long InUse => bench.Pools.Pools[bench.Pool].InUse;

    // Domain rules 7.4.
    [Theory]
    [InlineData(29, SilencePhase.Heard)]
    [InlineData(30, SilencePhase.Minor30)]
    [InlineData(60, SilencePhase.Minor60)]
    [InlineData(90, SilencePhase.Released)]
    [InlineData(365, SilencePhase.Removed)]
    public void Silence_has_phases(int days, object phase)
    {
        bench.Begin(4);
        Assert.Equal(phase, bench.Shadow.PhaseAt(FleetBench.Start.AddDays(days)));
    }

    [Fact]
    public void After_90_days_its_use_counts_for_nothing_until_it_is_heard_again()
    {
        bench.Begin(4);
        bench.Shadow.Elapse(FleetBench.Start.AddDays(90));
        Assert.Equal((true, 0), (bench.Shadow.IsReleased, InUse));

        bench.Clock.MoveTo(FleetBench.Start.AddDays(95));
        var authorization = bench.Authorization(3);
        bench.Witness.Observe(authorization, bench.Authorized(authorization), null);
        bench.Pools.Settle();
        Assert.Equal((false, 3), (bench.Shadow.IsReleased, InUse));
        Assert.Empty(bench.Violations.All);
    }

    [Fact]
    public void After_365_days_it_is_gone()
    {
        bench.Begin(4);
        bench.Shadow.Elapse(FleetBench.Start.AddDays(365));
        Assert.False(bench.Shadow.IsRegistered);
        Assert.Equal(0, InUse);
    }

    // Domain rules 7.3: a registration in another virtual account is a move.
    [Fact]
    public void By_a_token_of_another_virtual_account_its_use_goes_there()
    {
        bench.Begin(4);
        var registration = bench.Registration("token-south");
        bench.Witness.Observe(registration, bench.Registered(registration, FleetBench.OtherPlace), null);
        bench.Pools.Settle();
        Assert.Equal(0, InUse);
        Assert.Equal(4, bench.Pools.Pools[bench.Pool with { Place = FleetBench.OtherPlace }].InUse);
        Assert.Empty(bench.Violations.All);
    }
}
