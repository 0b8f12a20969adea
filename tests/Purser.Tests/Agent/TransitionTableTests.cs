using Purser.Agent.Rules;
using Purser.Agent.State;

namespace Purser.Tests.Agent;

public sealed class TransitionTableTests
{
    /// <summary>Which events mean anything in which state, as in device reference 2.4.</summary>
    [Theory]
    [InlineData(RegistrationStatus.Unregistered, "EntitlementsChanged RegisterAsked")]
    [InlineData(RegistrationStatus.Failed, "Deregistered EntitlementsChanged RegisterAsked")]
    [InlineData(RegistrationStatus.Expired, "EntitlementsChanged RegisterAsked")]
    [InlineData(RegistrationStatus.InProgress, "Deregistered EntitlementsChanged RegisterAsked RegistrationDeferred RegistrationRefused")]
    [InlineData(RegistrationStatus.Retry, "Deregistered EntitlementsChanged RegisterAsked RegistrationDeferred RegistrationRefused")]
    public void Only_listed_events_mean_something(RegistrationStatus status, string expected)
    {
        AgentEvent[] events =
        [
            new Deregistered(), new EntitlementsChanged([]), new RegisterAsked(), new RegistrationDeferred("x"), new RegistrationRefused("x"),
            new RenewalFailed("x", AgentBench.Start), new AuthorizationFailed("x", AgentBench.Start), new IdentityRejected("x"), new CertificateEnded(),
            new ClockBeforeCertificate(), new ClockWithinCertificate(), new ClockGraceOver(),
        ];
        var state = AgentBench.NewDevice() with { Registration = new Registration { Status = status } };

        var accepted = events.Where(one => TransitionTable.Apply(state, one, AgentBench.Start) is not null).Select(static one => one.GetType().Name);
        Assert.Equal(expected, string.Join(' ', accepted.Order(StringComparer.Ordinal)));
    }
}
