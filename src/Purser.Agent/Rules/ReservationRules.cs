using System.Security.Cryptography;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Reservations;

namespace Purser.Agent.Rules;

/// <summary>An authorization that is the authority's own, and for a unit of this device.</summary>
/// <param name="Installed">As it will be kept.</param>
/// <param name="MadeAt">By the authority's clock; unknown of a typed code.</param>
internal sealed record OfferedAuthorization(UnitReservation Unit, InstalledAuthorization Installed, DateTimeOffset? MadeAt, string Root);

/// <summary>The reservation rows of device reference 2.4, unit by unit: what each command does in each phase, or why it may not.</summary>
internal static class ReservationRules
{
    // Beyond that, a paper is older than people keep it.
    private const int Kept = 16;
    private const int ChanceBytes = 5;

    public static WireResult<DeviceState> Enable(DeviceState state, bool enabled)
    {
        var busy = state.UnitsOf().Select(static one => one.Unit).FirstOrDefault(static unit => unit.Phase != ReservationPhase.None);
        return enabled || busy is null
            ? state with { Reservation = state.Reservation with { Enabled = enabled } }
            : busy.Installed is null
                ? new WireRefusal(ReservationError.InProgress, $"{busy.Udi} waits for an authorization; cancel its request first: license smart reservation cancel local | all")
                : new WireRefusal(ReservationError.Reserved, $"{busy.Udi} has an authorization installed; return it first: license smart reservation return local | all");
    }

    /// <summary>The same outstanding request has the same code; after a cancel, a return or an installation online there is another one.</summary>
    public static WireResult<DeviceState> Request(DeviceState state, UnitReservation unit, RandomNumberGenerator random, DateTimeOffset now)
    {
        if (unit.Installed is not null)
        {
            return new WireRefusal(ReservationError.AlreadyRegistered, $"Already registered: {unit.Udi} has an authorization installed. More or fewer licenses come with an update of it, which answers the same request");
        }

        if (unit.Request is not null)
        {
            return state;
        }

        var chance = new byte[ChanceBytes];
        random.GetBytes(chance);
        var code = RequestCode.New(unit.Udi, state.Reservation.Requests, chance);
        if (RequestCode.Read(code.Text) is not { IsOk: true } read || read.Value.Udi != unit.Udi)
        {
            return new WireRefusal(ReservationError.AnotherDevice, $"{unit.Udi} cannot stand in a request code, which has at most {RequestCode.MaximumLength} characters and a colon before the serial number only");
        }

        var next = state.With(unit with { Request = new OpenRequest(code.Text, now) });
        return next with { Reservation = next.Reservation with { Requests = next.Reservation.Requests + 1 } };
    }

    public static WireResult<DeviceState> Cancel(DeviceState state, UnitReservation unit) => unit switch
    {
        { Installed: not null } => new WireRefusal(ReservationError.NoReservationInProgress, $"No license reservation is in progress: {unit.Udi} has its authorization installed. 'license smart reservation return local' gives it up"),
        { Request: null } => new WireRefusal(ReservationError.NoReservationInProgress, $"No license reservation is in progress for {unit.Udi}"),
        _ => state.With(Forget(unit)),
    };

    public static WireResult<DeviceState> Install(DeviceState state, OfferedAuthorization offered, DateTimeOffset now)
    {
        var (unit, authorization) = (offered.Unit, offered.Installed);
        if (Problem(unit, authorization) is { } problem)
        {
            return problem;
        }

        // From here on it never calls, so a root that a registration brought has to stay for the updates.
        var trust = state.Trust with { Root = offered.Root };
        var first = unit.Installed is { } before && before.RequestCode == authorization.RequestCode ? before.FirstAt : now;
        var next = Transitions.DropIdentity(state, new Deregistered(), now) with { Trust = trust };
        return next.With(unit with
        {
            Request = null,
            Installed = authorization with { FirstAt = first, At = now },
            LastConfirmationCode = ConfirmationCode.Of(Code(authorization), Convert.FromBase64String(authorization.Signature)),
        });
    }

    public static WireResult<DeviceState> Return(DeviceState state, UnitReservation unit, DateTimeOffset now)
    {
        if (unit.Installed is not { } installed)
        {
            return new WireRefusal(ReservationError.NoAuthorizationInstalled, $"{unit.Udi} has no authorization installed. 'license smart reservation return authorization' returns one that was never installed");
        }

        var next = state.With(Returned(unit, installed, wasInstalled: true, now) with { Installed = null, LastConfirmationCode = null });
        return next.IsReserved() ? next : next with { Entitlements = ReservedCover.Forget(next.Entitlements) };
    }

    /// <summary>Of an authorization that was never installed: from now on it never can be.</summary>
    public static WireResult<DeviceState> ReturnUninstalled(DeviceState state, OfferedAuthorization offered, DateTimeOffset now)
    {
        var (unit, authorization) = (offered.Unit, offered.Installed);
        if (unit.Installed is { } installed && installed.RequestCode == authorization.RequestCode)
        {
            return installed.Number == authorization.Number
                ? new WireRefusal(ReservationError.AlreadyInstalled, "This authorization is installed; 'license smart reservation return local' gives it up")
                : new WireRefusal(ReservationError.AlreadyInstalled, "This authorization belongs to the reservation that is installed, so it is not returned by itself. Install it, or have the update of the reservation cancelled in the portal");
        }

        // Once is enough: the same code again.
        if (unit.Returns.FirstOrDefault(one => one.RequestCode == authorization.RequestCode) is { } before)
        {
            return state.With(unit with { Returns = [.. unit.Returns.Where(one => one != before), before] });
        }

        var open = unit.Request?.Code == authorization.RequestCode ? null : unit.Request;
        return state.With(Returned(unit, authorization, wasInstalled: false, now) with { Request = open });
    }

    /// <summary>The device goes online or is reset: no authorization that was made for it counts from now on (domain rules 8.9).</summary>
    public static DeviceState GiveUp(DeviceState state) => state with
    {
        Reservation = state.Reservation with { Units = [.. state.Reservation.Units.Select(Forget)] },
        Entitlements = state.IsReserved() ? ReservedCover.Forget(state.Entitlements) : state.Entitlements,
    };

    private static UnitReservation Forget(UnitReservation unit)
    {
        var codes = new[] { unit.Request?.Code, unit.Installed?.RequestCode }.OfType<string>();
        return unit with { Request = null, Installed = null, LastConfirmationCode = null, Cancelled = [.. unit.Cancelled.Concat(codes).TakeLast(Kept)] };
    }

    private static WireRefusal? Problem(UnitReservation unit, InstalledAuthorization offered)
    {
        var before = unit.Installed;
        if (before?.RequestCode == offered.RequestCode)
        {
            return offered.Number > before.Number ? null
                : offered.Number == before.Number ? new WireRefusal(ReservationError.AlreadyInstalled, "The reservation authorization code is already installed. Its confirmation code is " + unit.LastConfirmationCode)
                : new WireRefusal(ReservationError.PreviouslyInstalled, "The reservation authorization code was installed before, or is older than the one that is: a later update has replaced it. Install the latest one");
        }

        if (unit.Request?.Code == offered.RequestCode)
        {
            return null;
        }

        return unit.Returns.FirstOrDefault(one => one.RequestCode == offered.RequestCode) is { } returned
            ? new WireRefusal(ReservationError.PreviouslyInstalled, $"The reservation authorization code was returned already, with the return code {returned.ReturnCode}. To reserve anew: license smart reservation request local")
            : unit.Cancelled.Contains(offered.RequestCode)
                ? ReservationError.Mismatched($"It answers {offered.RequestCode}, which this device has given up. 'license smart reservation return authorization' makes the return code with which its licenses come free in the portal")
                : unit is { Request: null, Installed: null }
                    ? new WireRefusal(ReservationError.NoReservationInProgress, $"No license reservation is in progress for {unit.Udi}. An authorization answers a request: license smart reservation request local")
                    : ReservationError.Mismatched($"It answers {offered.RequestCode}, and this device asks with {unit.Request?.Code ?? before!.RequestCode}. Ask the portal for the authorization of that one");
    }

    /// <summary>Proves to another Smart Account that the device had the reservation that it gives up by registering (domain rules 8.9); null: it has none.</summary>
    public static string? ProofOf(DeviceState state) =>
        state.ActiveUnit() is { Installed: { } installed } unit ? Returned(unit, installed, wasInstalled: true, default).LastReturn!.ReturnCode : null;

    private static UnitReservation Returned(UnitReservation unit, InstalledAuthorization authorization, bool wasInstalled, DateTimeOffset now)
    {
        var code = ReturnCode.New(Code(authorization), authorization.Number, Convert.FromBase64String(authorization.Signature), wasInstalled);
        return unit with { Returns = [.. unit.Returns.Append(new ReturnedAuthorization(authorization.RequestCode, code.ToString(), now)).TakeLast(Kept)] };
    }

    private static RequestCode Code(InstalledAuthorization authorization) => RequestCode.Read(authorization.RequestCode).Value;
}
