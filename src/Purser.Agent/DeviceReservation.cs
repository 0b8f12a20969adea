using System.Globalization;
using System.Security.Cryptography;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Protocol;

namespace Purser.Agent;

/// <summary>A code that a person carries from one unit of the device to the portal.</summary>
/// <param name="Note">What that person should know besides; null: nothing.</param>
public sealed record UnitCode(Udi Udi, string Code, string? Note = null);

/// <summary>
/// Reservation of licenses for a device that never connects (device reference 2.7 and 3): request codes out, authorizations in, return codes out.
/// In the factory the same without reservation mode, for a device that is delivered reserved.
/// </summary>
public sealed class DeviceReservation
{
    // Less may be a time zone, or a clock that nobody has set to the minute.
    private static readonly TimeSpan ClockDoubt = TimeSpan.FromDays(1);

    private readonly AgentMemory memory;
    private readonly RandomNumberGenerator random;
    private readonly bool inFactory;

    internal DeviceReservation(AgentMemory memory, RandomNumberGenerator random, bool inFactory) => (this.memory, this.random, this.inFactory) = (memory, random, inFactory);

    /// <summary>Reservation mode; off, the commands of reservation are refused.</summary>
    public WireResult<DeviceState> Enable(bool enabled) => Keep(ReservationRules.Enable(memory.State, enabled));

    /// <param name="all">Of every unit; otherwise of the active one.</param>
    public WireResult<IReadOnlyList<UnitCode>> Request(bool all) => memory.State.Policy is not null
        ? new WireRefusal(ReservationError.NotReservationMode, "This device is licensed by policy, and such devices make no new reservations. What was reserved before stays valid")
        : Units(all, (state, unit) => ReservationRules.Request(state, unit, random, memory.Now), static unit => unit.Request!.Code);

    /// <summary>A file's content or a typed code; afterwards the unit has its confirmation code.</summary>
    public WireResult<UnitCode> Install(string text) => Brought(text, ReservationRules.Install, static unit => unit.LastConfirmationCode!);

    /// <summary>Gives the reservation up. Where that was done before, the last return code again.</summary>
    public WireResult<IReadOnlyList<UnitCode>> Return(bool all) => Units(
        all,
        (state, unit) => unit is { Installed: null, LastReturn: not null } ? state : ReservationRules.Return(state, unit, memory.Now),
        static unit => unit.LastReturn!.ReturnCode);

    /// <summary>Of an authorization that was never installed; it never can be afterwards.</summary>
    public WireResult<UnitCode> ReturnUninstalled(string text) => Brought(text, ReservationRules.ReturnUninstalled, static unit => unit.LastReturn!.ReturnCode);

    /// <returns>Whether a return would make it useless, and not only show again the code of a return before; refused as the return would be.</returns>
    public WireResult<bool> EndsUninstalled(string text)
    {
        if (Closed() is { } closed)
        {
            return closed;
        }

        var offered = AuthorizationJudge.Read(memory.State, text);
        if (!offered.IsOk)
        {
            return new WireRefusal(offered.Code!, offered.Detail!);
        }

        var next = ReservationRules.ReturnUninstalled(memory.State, offered.Value, memory.Now);
        return next.IsOk
            ? offered.Value.Unit.Returns.All(one => one.RequestCode != offered.Value.Installed.RequestCode)
            : new WireRefusal(next.Code!, next.Detail!);
    }

    public WireResult<IReadOnlyList<UnitCode>> Cancel(bool all) => Units(all, ReservationRules.Cancel, static unit => unit.Cancelled[^1]);

    /// <summary>Of all units, those are left out that the command means nothing to; it is refused where it means nothing to any.</summary>
    private WireResult<IReadOnlyList<UnitCode>> Units(bool all, Func<DeviceState, UnitReservation, WireResult<DeviceState>> act, Func<UnitReservation, string> code)
    {
        if (Closed() is { } closed)
        {
            return closed;
        }

        var next = memory.State;
        var done = new List<Udi>();
        WireRefusal? refusal = null;
        foreach (var unit in all ? next.UnitsOf().Select(static one => one.Unit) : [next.ActiveUnit()])
        {
            var result = act(next, unit);
            if (result.IsOk)
            {
                next = result.Value;
                done.Add(unit.Udi);
            }
            else
            {
                refusal ??= new WireRefusal(result.Code!, result.Detail!);
            }
        }

        if (done.Count == 0)
        {
            return refusal!;
        }

        Keep(next);
        return done.ConvertAll(udi => new UnitCode(udi, code(Unit(udi))));
    }

    private WireResult<UnitCode> Brought(string text, Func<DeviceState, OfferedAuthorization, DateTimeOffset, WireResult<DeviceState>> act, Func<UnitReservation, string> code)
    {
        if (Closed() is { } closed)
        {
            return closed;
        }

        var offered = AuthorizationJudge.Read(memory.State, text);
        if (!offered.IsOk)
        {
            return new WireRefusal(offered.Code!, offered.Detail!);
        }

        var udi = offered.Value.Unit.Udi;
        var next = Keep(act(memory.State, offered.Value, memory.Now));
        return next.IsOk ? new UnitCode(udi, code(Unit(udi)), ClockNote(offered.Value.MadeAt)) : new WireRefusal(next.Code!, next.Detail!);
    }

    private WireRefusal? Closed() => (inFactory, memory.State.Reservation.Enabled) switch
    {
        // What was reserved before the upgrade is updated and given back as before.
        _ when memory.State.Policy is not null && memory.State.UnitsOf().All(static one => one.Unit is { Installed: null, Returns.Count: 0 }) =>
            new WireRefusal(ReservationError.NotReservationMode, "This device is licensed by policy, and such devices make no new reservations"),
        (false, false) => new WireRefusal(ReservationError.NotReservationMode, "This device is not in license reservation mode; 'license smart reservation enable' turns it on"),
        (true, true) => new WireRefusal(ReservationError.Reserved, "This device is in license reservation mode, and the factory's commands are for devices that are not; use 'license smart reservation'"),
        _ => null,
    };

    private WireResult<DeviceState> Keep(WireResult<DeviceState> next)
    {
        if (next.IsOk)
        {
            memory.Change(_ => next.Value);
            memory.Elapse();
        }

        return next;
    }

    private UnitReservation Unit(Udi udi) => memory.State.UnitsOf().First(one => one.Unit.Udi == udi).Unit;

    private string? ClockNote(DateTimeOffset? madeAt) => madeAt - memory.Now > ClockDoubt
        ? string.Create(CultureInfo.InvariantCulture, $"The clock of this device says {memory.Now:yyyy-MM-dd}, but the authorization was made on {madeAt:yyyy-MM-dd}. Set the clock: terms begin and end by it")
        : null;
}
