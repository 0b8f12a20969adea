using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Wire;

namespace Purser.Agent.Rules;

/// <summary>Which units a device has, and what is reserved for each.</summary>
public static class ReservationUnits
{
    /// <summary>With their roles, the active one among them; a single device is active.</summary>
    public static IReadOnlyList<(string Role, UnitReservation Unit)> UnitsOf(this DeviceState state) => state.HighAvailability is { } set
        ? [.. set.Units.Select(unit => (unit.Role, Find(state, unit.Sudi.ToUdi())))]
        : [(HaRole.Active, Find(state, new Udi(state.Device.Pid, state.Device.Sn)))];

    /// <summary>The one that speaks; the whole device is reserved when it is.</summary>
    public static UnitReservation ActiveUnit(this DeviceState state) => state.UnitsOf().First(static one => one.Role == HaRole.Active).Unit;

    public static bool IsReserved(this DeviceState state) => state.Registration.Identity is null && state.ActiveUnit().Installed is not null;

    /// <summary>Evaluation counts only while unregistered and a license is in use (device reference 2.5).</summary>
    internal static bool RunsEvaluation(this DeviceState state) => state.Registration.Identity is null && state.HasLicensesInUse && !state.IsReserved();

    internal static DeviceState With(this DeviceState state, UnitReservation changed) => state with
    {
        Reservation = state.Reservation with { Units = [.. state.Reservation.Units.Where(unit => unit.Udi != changed.Udi), changed] },
    };

    private static UnitReservation Find(DeviceState state, Udi udi) =>
        state.Reservation.Units.FirstOrDefault(unit => unit.Pid == udi.Pid && unit.Sn == udi.Sn) ?? new UnitReservation(udi.Pid, udi.Sn);
}
