using Purser.Agent.State;
using Purser.Protocol.Wire;

namespace Purser.Agent.Rules;

/// <summary>Everything that can happen to a device's registration. What each does, from which state: <see cref="TransitionTable"/>.</summary>
public abstract record AgentEvent;

/// <summary>A person gave a token.</summary>
public sealed record RegisterAsked : AgentEvent;

public sealed record RegistrationAccepted(DeviceIdentity Identity, string Root) : AgentEvent;

/// <summary>No answer, or "later".</summary>
public sealed record RegistrationDeferred(string Reason) : AgentEvent;

public sealed record RegistrationRefused(string Reason) : AgentEvent;

public sealed record RenewalAccepted(DeviceIdentity Identity) : AgentEvent;

public sealed record RenewalFailed(string Reason, DateTimeOffset NextTry) : AgentEvent;

public sealed record AuthorizationAnswered(AuthorizationReply Reply) : AgentEvent;

public sealed record AuthorizationFailed(string Reason, DateTimeOffset NextTry) : AgentEvent;

public sealed record EntitlementsChanged(IReadOnlyList<EntitlementUse> Entitlements) : AgentEvent;

/// <summary>The authority agreed that the device will not call for a while.</summary>
public sealed record DetachAccepted(DateTimeOffset Since, DateTimeOffset Until) : AgentEvent;

/// <summary>The device is back, or the end date of detached mode has passed.</summary>
public sealed record DetachedModeEnded : AgentEvent;

public sealed record Deregistered : AgentEvent;

/// <summary>The authority does not know this identity any more, or has revoked it.</summary>
public sealed record IdentityRejected(string Reason) : AgentEvent;

public sealed record CertificateEnded : AgentEvent;

public sealed record ClockBeforeCertificate : AgentEvent;

public sealed record ClockWithinCertificate : AgentEvent;

public sealed record ClockGraceOver : AgentEvent;
