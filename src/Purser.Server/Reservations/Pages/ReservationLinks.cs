namespace Purser.Server.Reservations.Pages;

/// <summary>Addresses of the dialogs and pages of license reservation.</summary>
public static class ReservationLinks
{
    public static string Reserve(string domain, long virtualAccountId) => $"/accounts/{domain}/inventory/{virtualAccountId}/reserve";

    /// <summary>The authorization code; the pages of the reservation lie below it.</summary>
    public static string Of(string domain, long virtualAccountId, long deviceId) => $"/accounts/{domain}/inventory/{virtualAccountId}/devices/{deviceId}/reservation";

    public static string Update(string domain, long virtualAccountId, long deviceId) => Of(domain, virtualAccountId, deviceId) + "/update";

    public static string Confirm(string domain, long virtualAccountId, long deviceId) => Of(domain, virtualAccountId, deviceId) + "/confirm";

    public static string CancelUpdate(string domain, long virtualAccountId, long deviceId) => Of(domain, virtualAccountId, deviceId) + "/cancel-update";

    public static string Rehost(string domain, long virtualAccountId, long deviceId) => Of(domain, virtualAccountId, deviceId) + "/rehost";

    public static string Return(string domain, long virtualAccountId, long deviceId) => Of(domain, virtualAccountId, deviceId) + "/return";

    public static string Remove(string domain, long virtualAccountId, long deviceId) => Of(domain, virtualAccountId, deviceId) + "/remove";

    public static string ResetAlert(string domain, long virtualAccountId, long deviceId) => Of(domain, virtualAccountId, deviceId) + "/reset-alert";

    public static string File(string domain, long virtualAccountId, long deviceId) => Of(domain, virtualAccountId, deviceId) + "/authorization-file";

    public static string Sheet(string domain, long virtualAccountId, long deviceId) => Of(domain, virtualAccountId, deviceId) + "/sheet";
}
