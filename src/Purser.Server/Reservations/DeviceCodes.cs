using Purser.Protocol.Reservations;
using Purser.Server.Commands;

namespace Purser.Server.Reservations;

/// <summary>Judges the codes that a device gives back: they follow from its request and from the authorization that it installed (decision 0024).</summary>
internal static class DeviceCodes
{
    private const int LongestForeignCode = 200;

    /// <summary>Null: it confirms the newest update.</summary>
    public static Refusal? JudgeConfirmation(Reservation reservation, string typed)
    {
        var request = RequestCode.Read(reservation.RequestCode).Value;
        var read = ConfirmationCode.Read(typed, request.IsForeign);
        return !read.IsOk ? Refuse(read.Detail!, "confirmationCode")
            : request.IsForeign || Matches(read.Value, reservation.Authorization) ? null
            : reservation.PreviousAuthorization is { } previous && Matches(read.Value, previous)
                ? Refuse("This is the confirmation code of the authorization before. Install the newest authorization code on the device, and enter the confirmation code that it shows then.", "confirmationCode")
                : Refuse("This confirmation code is not of the newest update of this product instance: it is of another product instance, of an older update, or of one that was canceled. Compare it with what the device shows behind “Last Confirmation code”.", "confirmationCode");

        bool Matches(string code, string authorization) => string.Equals(code, ConfirmationCode.Of(request, SignatureOf(authorization)), StringComparison.Ordinal);
    }

    /// <summary>Null: it returns the newest authorization, or the one before while an update is pending (domain rules 8.8).</summary>
    public static Refusal? JudgeReturn(Reservation reservation, string typed)
    {
        var request = RequestCode.Read(reservation.RequestCode).Value;
        if (request.IsForeign)
        {
            return typed.Trim() is { Length: >= 8 and <= LongestForeignCode } ? null : Refuse("Enter the return code that the device shows: all of it.", "returnCode");
        }

        var read = ReturnCode.Read(typed);
        return !read.IsOk ? Refuse(read.Detail!, "returnCode")
            : Fits(read.Value, reservation.Number, reservation.Authorization)
                || (reservation.PreviousAuthorization is { } previous && Fits(read.Value, reservation.PreviousNumber!.Value, previous)) ? null
            : Refuse("This return code is not of this product instance's present reservation: it is of another product instance, or of a reservation that was returned before. Compare it with what the device shows.", "returnCode");

        bool Fits(ReturnCode code, long number, string authorization) =>
            code.Fits(ReturnCode.New(request, reservation.Kind == ReservationKind.Universal ? UniversalAuthorization.Number : (ulong)number, SignatureOf(authorization), code.WasInstalled));
    }

    private static ReadOnlySpan<byte> SignatureOf(string authorization) =>
        authorization.StartsWith('<') ? SealedAuthorization.Read(authorization).Value.Signature.Span : UniversalAuthorization.Read(authorization).Value.Signature.Span;

    private static Refusal Refuse(string detail, string field) => Verdict.Refused(RefusalCode.CodeInvalid, detail, field);
}
