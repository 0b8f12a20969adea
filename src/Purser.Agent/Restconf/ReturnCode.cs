using Purser.Protocol;

namespace Purser.Agent.Restconf;

/// <summary>Of the model's error-enum, what operations of this device answer (device reference, appendix C).</summary>
internal static class ReturnCode
{
    public const string Success = "success";
    public const string BadInput = "BadInputParams";
    public const string NotFound = "notfound";
    public const string NotSupported = "notsupported";
    public const string InProgress = "registrationinprogress";

    private const string NotRegistered = "notregistered";
    private const string AlreadyRegistered = "alreadyregistered";

    /// <summary>Those of the other model follow, which this one does not have.</summary>
    private const int Last = 144;

    public static string Of(AgentOutcome outcome) => outcome.Kind switch
    {
        AgentOutcomeKind.Done => Success,
        AgentOutcomeKind.Deferred => "commretry",
        _ => Refused(outcome.Code),
    };

    /// <param name="code">Of the authority, or a number and a name of the published list; null: the device's own refusal.</param>
    public static string Refused(string? code) => code switch
    {
        null => NotRegistered,
        WireCode.AlreadyRegistered => AlreadyRegistered,
        WireCode.TokenInvalid => "nullccoidtoken",
        WireCode.BadSignature => "verifysignaturefailed",
        WireCode.CertificateExpired => "certexpired",
        WireCode.BadCertificate => "certinvalid",
        WireCode.InvalidTag => "taginvalid",
        _ when code.Split(' ') is [var number, var name] && int.TryParse(number, System.Globalization.CultureInfo.InvariantCulture, out var value) => value <= Last ? name : "reservationerror",
        _ => "responsefailed",
    };
}
