namespace Purser.Protocol.Usage;

/// <summary>A policy as it is delivered, with an acknowledgement or alone.</summary>
/// <param name="Number">Grows with every policy that the authority makes: an older one does not replace a newer one.</param>
public sealed record DeliveredPolicy(ReportingPolicy Policy, long Number, DateTimeOffset MadeAt)
{
    public const string Element = "smartLicensePolicy";

    public string Write() => UsageJson.Write(new PolicyText(
        Policy.Name, Number, MadeAt.ToUnixTimeSeconds(), Policy.AcknowledgementRequired, Policy.Perpetual, Policy.Subscription, Policy.Enforced, Policy.Export));

    public static WireResult<DeliveredPolicy> Read(string data)
    {
        var read = UsageJson.Read<PolicyText>(data, "The policy");
        if (!read.IsOk)
        {
            return new WireRefusal(read.Code!, read.Detail!);
        }

        var text = read.Value;
        var policy = new ReportingPolicy(text.Name, text.Perpetual, text.Subscription, text.Enforced, text.Export, text.AckRequired);
        return policy.IsWithinLimits
            ? new DeliveredPolicy(policy, text.Number, LicensingTimes.OfSeconds(text.Timestamp))
            : new WireRefusal(WireCode.Malformed, $"A number of days in the policy is not between 0 and {CategoryPolicy.MaximumDays}");
    }
}

internal sealed record PolicyText(
    string Name, long Number, long Timestamp, bool AckRequired, CategoryPolicy Perpetual, CategoryPolicy Subscription, CategoryPolicy Enforced, CategoryPolicy Export)
{
    public string Version { get; init; } = "1.0";
}
