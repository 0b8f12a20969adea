using Purser.Protocol.Usage;

namespace Purser.Server.Usage.Policies;

/// <summary>A policy as people and programs write it: days within which an acknowledgement must have come; 0: no requirement.</summary>
public sealed record PolicyNumbers(string Name, CategoryPolicy Perpetual, CategoryPolicy Subscription, CategoryPolicy Enforced, CategoryPolicy Export, bool AcknowledgementRequired = true)
{
    public static PolicyNumbers Of(ReportingPolicy policy) =>
        new(policy.Name, policy.Perpetual, policy.Subscription, policy.Enforced, policy.Export, policy.AcknowledgementRequired);

    public ReportingPolicy ToPolicy() => new(Name.Trim(), Perpetual, Subscription, Enforced, Export, AcknowledgementRequired);
}

/// <summary>What the API says of a policy.</summary>
public sealed record PolicyView(PolicyNumbers Policy, PolicyOrigin Origin, DateTimeOffset? ChosenAt)
{
    public static PolicyView Of(PolicyInForce found) => new(PolicyNumbers.Of(found.Policy), found.Origin, found.At);
}
