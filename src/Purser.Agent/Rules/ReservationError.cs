using Purser.Protocol;

namespace Purser.Agent.Rules;

/// <summary>Numbers and names of the published error list, as far as reservation has them (device reference, appendix C).</summary>
public static class ReservationError
{
    public const string AlreadyRegistered = "40 alreadyregistered";
    public const string BadSignature = "45 verifysignaturefailed";
    public const string AnotherDevice = "73 codevalidationfailed";
    public const string Reserved = "74 reserved";
    public const string NoReservationInProgress = "75 noreservationinprogress";
    public const string NoAuthorizationInstalled = "76 noauthorizationinstalled";
    public const string Mismatch = "77 reservationmismatch";
    public const string NotReservationMode = "78 notreservationmode";
    public const string Untrusted = "99 couldnotvalidatetrustchain";
    public const string AlreadyInstalled = "100 reservationalreadyinstalled";
    public const string Unreadable = "101 reservationinstallparsefail";
    public const string InProgress = "120 reservationinprogress";
    public const string NotAuthorized = "147 notauthorized";
    public const string NoAuthorizationForUnits = "152 reservationnoauthcodefound";
    public const string PreviouslyInstalled = "153 previouslyinstalled";

    /// <summary>The published sentence of error 77 and what is the matter in this case.</summary>
    internal static WireRefusal Mismatched(string why) =>
        new(Mismatch, $"The Reservation Authorization Code does not match the Reservation Request Code. {why}");
}
