using Purser.Server.Commands;

namespace Purser.Server.Licenses;

/// <summary>How licenses were acquired that an operator adds: by hand, or migrated from another system, with that source's own columns (help ch. 4).</summary>
public sealed record LineOrigin(LineSource Source)
{
    public static readonly LineOrigin Manual = new(LineSource.ManualFulfillment);

    private const int LongestText = 200;

    public string ProductSku { get; init; } = "";
    public string ProductSerial { get; init; } = "";
    public string DeviceDetails { get; init; } = "";
    public string Pak { get; init; } = "";
    public string SuiteName { get; init; } = "";
    public string TransactionId { get; init; } = "";

    /// <summary>Orders, transfers and requests of devices make their lines themselves.</summary>
    public Refusal? Judge()
    {
        if (Source is LineSource.Order or LineSource.DeviceTransfer or LineSource.DeviceRequest)
        {
            return Verdict.Refused(
                RefusalCode.InvalidInput, $"Licenses of the source {LicenseNames.Of(Source)} come by themselves. By hand come Manual Fulfillment and the four migrations.", "origin");
        }

        (string Field, string Text)[] texts =
        [
            (nameof(ProductSku), ProductSku), (nameof(ProductSerial), ProductSerial), (nameof(DeviceDetails), DeviceDetails), (nameof(Pak), Pak),
            (nameof(SuiteName), SuiteName), (nameof(TransactionId), TransactionId),
        ];
        return texts.Select(one => InputText.Problem(one.Text, one.Field, "this text", LongestText, isOptional: true)).FirstOrDefault(problem => problem is not null);
    }
}
