using System.Globalization;
using Purser.Server.Devices.Silence;

namespace Purser.Server.Devices.Rules;

/// <summary>Who may go into detached mode and for how long (domain rules 7.9). Each answer is null or the reason with what helps.</summary>
public static class DetachRules
{
    public static string? Detach(Device device, DateTimeOffset until, int mostDays, DateTimeOffset now)
    {
        if (device.Mode == DeviceMode.Detached)
        {
            return $"It is in detached mode already, until {Day(device.DetachedUntil!.Value)}. Reattach it first.";
        }

        if (device.Mode != DeviceMode.Direct)
        {
            return "Only product instances that call this license authority themselves can be detached; this one is licensed by a reservation, a satellite or a policy, and its silence is not counted anyway.";
        }

        if (device.SilenceStage >= (int)SilenceStage.Released)
        {
            return "It has been silent so long that its licenses were released. Let it connect first.";
        }

        var latest = Latest(device, mostDays, now);
        return until <= now ? "The end date must lie in the future."
            : until > latest ? $"The end date can be {Day(latest)} at the latest: {Why(device, latest)}"
            : null;
    }

    public static string? Reattach(Device device) => device.Mode == DeviceMode.Detached ? null : "It is not in detached mode; its end date may have passed.";

    /// <summary>While detached, a device cannot renew its identity.</summary>
    public static DateTimeOffset Latest(Device device, int mostDays, DateTimeOffset now)
    {
        var byDays = now.AddDays(mostDays);
        return device.CertificateEndsAt < byDays ? device.CertificateEndsAt : byDays;
    }

    private static string Why(Device device, DateTimeOffset latest) => latest == device.CertificateEndsAt
        ? "then its identity certificate ends. Renew the identity on the device first for a longer time."
        : "longer is not allowed by this installation (Devices:DetachedDays).";

    private static string Day(DateTimeOffset instant) => instant.UtcDateTime.ToString("d MMM yyyy HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
