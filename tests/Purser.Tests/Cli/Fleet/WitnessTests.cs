using System.Net;
using Purser.Protocol;
using Purser.Protocol.Wire;

namespace Purser.Tests.Cli.Fleet;

/// <summary>The simulator must see what an authority does wrong.</summary>
[Trait("Feature", "AG-04")]
public sealed class WitnessTests : IDisposable
{
    private readonly FleetBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void What_was_answered_well_is_what_the_shadow_holds()
    {
        bench.Begin(3);
        Assert.Empty(bench.Violations.All);
        Assert.Equal(3, bench.Shadow.Uses.Values.Single());
        Assert.Equal(3, bench.Pools.Pools[bench.Pool].InUse);
        Assert.Equal(2, bench.Witness.Executed);
    }

    [Fact]
    public void A_repeated_message_must_get_the_same_answer()
    {
        bench.Begin(1);
        var message = bench.Authorization(2);
        var answer = bench.Authorized(message);
        bench.Witness.Observe(message, answer, null);
        bench.Clock.MoveTo(FleetBench.Start.AddHours(1));
        bench.Witness.Observe(message, answer, null);
        Assert.Empty(bench.Violations.All);

        bench.Witness.Observe(message, bench.Authorized(message), null);
        Assert.Contains("got another answer", bench.OnlyViolation(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_that_arrives_behind_later_ones_must_not_be_carried_out()
    {
        bench.Begin(1);
        var overtaken = bench.Authorization(5);
        var before = bench.Witness.Executed;
        var later = bench.Authorization(2);
        bench.Witness.Observe(later, bench.Authorized(later), null);
        bench.Witness.Observe(overtaken, bench.Authorized(overtaken), before);
        Assert.Contains("although later ones had been", bench.OnlyViolation(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_clock_that_is_right_is_not_to_be_corrected_but_a_message_of_an_hour_to_come_never_counts()
    {
        bench.Begin(1);
        var early = bench.Authorization(2);
        early = early with { Header = early.Header with { Timestamp = (FleetBench.Start.AddMinutes(55)).ToUnixTimeMilliseconds() } };
        bench.Witness.Observe(early, bench.Seal(ReplyWriter.TryAgain(early, bench.Clock.Now)), null);
        bench.Clock.MoveTo(FleetBench.Start.AddHours(1));
        bench.Witness.Observe(early, bench.Seal(ReplyWriter.TryAgain(early, bench.Clock.Now)), null);
        Assert.Empty(bench.Violations.All);

        var right = bench.Authorization(3);
        bench.Witness.Observe(right, bench.Seal(ReplyWriter.TryAgain(right, bench.Clock.Now)), null);
        Assert.Contains("a clock that is right", bench.OnlyViolation(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_is_cut_off_but_a_stranger_is()
    {
        bench.Begin(1);
        var known = bench.Message(new DeregistrationRequest(), RequestType.Deregistration);
        known = known with { Header = known.Header with { IdCertSerialNumber = bench.Serial } };
        bench.Witness.Observe(known, bench.Refused(known, WireCode.IdentityInvalid), null);
        Assert.Contains("was refused", bench.OnlyViolation(), StringComparison.Ordinal);

        bench.Shadow.Removed();
        var stranger = bench.Message(new DeregistrationRequest(), RequestType.Deregistration);
        bench.Witness.Observe(stranger, bench.Refused(stranger, WireCode.IdentityInvalid), null);
        Assert.Single(bench.Violations.All);
    }

    [Fact]
    public void A_clock_that_is_right_must_not_be_corrected()
    {
        bench.Begin(1);
        var message = bench.Authorization(1);
        bench.Witness.Observe(message, bench.Seal(ReplyWriter.TryAgain(message, bench.Clock.Now)), null);
        Assert.Contains("correct a clock that is right", bench.OnlyViolation(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_authority_must_keep_the_common_time_the_place_and_the_terms()
    {
        bench.Begin(1);
        var elsewhere = bench.Authorization(1);
        bench.Witness.Observe(elsewhere, bench.Authorized(elsewhere, place: FleetBench.OtherPlace), null);
        Assert.Contains("in South, but it registered in North", bench.OnlyViolation(), StringComparison.Ordinal);

        var early = bench.Authorization(1);
        bench.Witness.Observe(early, bench.Authorized(early, next: bench.Clock.Now.AddDays(1)), null);
        Assert.Contains("does not fit its licenses", bench.Violations.All[1], StringComparison.Ordinal);

        var late = bench.Authorization(1);
        var answer = bench.Authorized(late);
        bench.Clock.MoveTo(bench.Clock.Now.AddHours(1));
        bench.Witness.Observe(late, answer, null);
        Assert.Contains("the authority's time is", bench.Violations.All[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Busy_is_an_answer_a_fault_is_not()
    {
        bench.Witness.ObserveRefusal(HttpStatusCode.ServiceUnavailable);
        Assert.Empty(bench.Violations.All);
        bench.Witness.ObserveRefusal(HttpStatusCode.InternalServerError);
        Assert.Contains("HTTP 500", bench.OnlyViolation(), StringComparison.Ordinal);
    }
}
