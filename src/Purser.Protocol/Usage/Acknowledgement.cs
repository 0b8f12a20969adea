namespace Purser.Protocol.Usage;

/// <summary>Says to a device which of its reports are counted (device reference 4.4.3).</summary>
/// <param name="Piid">The product instance's id, which the device bears from now on.</param>
/// <param name="Acknowledged">Ids of its reports.</param>
public sealed record Acknowledgement(Udi Udi, string Piid, IReadOnlyList<ulong> Acknowledged, string SmartAccount, string VirtualAccount, DateTimeOffset At)
{
    public const string Element = "smartLicenseRumAck";

    public string Write() => UsageJson.Write(new AcknowledgementText(
        SudiText.Of(Udi), Piid, Acknowledged, SmartAccount, VirtualAccount, At.ToUnixTimeSeconds()));

    public static WireResult<Acknowledgement> Read(string data)
    {
        var text = UsageJson.Read<AcknowledgementText>(data, "The acknowledgement");
        return !text.IsOk ? new WireRefusal(text.Code!, text.Detail!)
            : !text.Value.Sudi.ToUdi().IsWellFormed ? new WireRefusal(WireCode.Malformed, "The acknowledgement is for no proper UDI")
            : new Acknowledgement(
                text.Value.Sudi.ToUdi(), text.Value.ProductInstanceIdentifier, text.Value.Acknowledged, text.Value.SmartAccount, text.Value.VirtualAccount,
                LicensingTimes.OfSeconds(text.Value.Timestamp));
    }
}

internal sealed record AcknowledgementText(SudiText Sudi, string ProductInstanceIdentifier, IReadOnlyList<ulong> Acknowledged, string SmartAccount, string VirtualAccount, long Timestamp)
{
    public string Version { get; init; } = "1.0";
}
