using System.Security.Cryptography.X509Certificates;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Certificates;
using Purser.Protocol.Reservations;

namespace Purser.Agent;

/// <summary>Decides whether an authorization that a person brought is the authority's own, and which unit of this device it is for.</summary>
internal static class AuthorizationJudge
{
    /// <param name="text">A file's content, or a typed code.</param>
    public static WireResult<OfferedAuthorization> Read(DeviceState state, string text) =>
        text.AsSpan().TrimStart("\uFEFF \t\r\n").StartsWith("<", StringComparison.Ordinal) ? ReadFile(state, text.TrimStart('\uFEFF')) : ReadCode(state, text);

    private static WireResult<OfferedAuthorization> ReadFile(DeviceState state, string text)
    {
        var read = SealedAuthorization.Read(text);
        if (!read.IsOk)
        {
            return new WireRefusal(ReservationError.Unreadable, read.Detail!);
        }

        var (authorization, unit) = (read.Value.Authorization, Unit(state, read.Value.Authorization.Udi));
        if (unit is null)
        {
            return new WireRefusal(
                state.HighAvailability is null ? ReservationError.AnotherDevice : ReservationError.NoAuthorizationForUnits,
                $"The authorization is for {authorization.Udi}, and this is {string.Join(" and ", state.UnitsOf().Select(static one => one.Unit.Udi))}");
        }

        if (!RequestCode.Read(authorization.RequestCode).IsOk)
        {
            return new WireRefusal(ReservationError.Unreadable, "The authorization answers something that is no request code");
        }

        var root = AuthorityFile.Root(state.Trust, read.Value.Chain, authorization.MadeAt, read.Value.IsSignedBy);
        return !root.IsOk ? new WireRefusal(root.Code!, root.Detail!) : new OfferedAuthorization(
            unit,
            Kept(authorization.RequestCode, authorization.Number, read.Value.Signature, authorization.Licenses),
            authorization.MadeAt,
            root.Value);
    }

    /// <summary>A typed code names neither device nor request: its signature fits one of the requests that this device has made, or none.</summary>
    private static WireResult<OfferedAuthorization> ReadCode(DeviceState state, string typed)
    {
        var read = UniversalAuthorization.Read(typed);
        if (!read.IsOk)
        {
            return new WireRefusal(ReservationError.Unreadable, read.Detail!);
        }

        using var root = state.Trust.Root is { } known ? ChainCheck.Load(Convert.FromBase64String(known)) : null;
        using var key = root?.GetECDsaPublicKey();
        if (key is null)
        {
            return AuthorityFile.Untrusted("This device does not have the root certificate of an authority");
        }

        if (UniversalAuthorization.SignerOf(key) != read.Value.Signer)
        {
            return AuthorityFile.Untrusted("The code is of another authority than the one that this device trusts");
        }

        var fitting = from one in state.UnitsOf()
                      from request in Requests(one.Unit)
                      where read.Value.IsFor(RequestCode.Read(request).Value, key)
                      select new OfferedAuthorization(one.Unit, Kept(request, UniversalAuthorization.Number, read.Value.Signature, []) with { IsUniversal = true }, null, state.Trust.Root!);
        return fitting.FirstOrDefault() is { } offered ? offered
            : state.UnitsOf().All(static one => one.Unit.Phase == ReservationPhase.None)
                ? new WireRefusal(ReservationError.NoReservationInProgress, "No license reservation is in progress. An authorization answers a request: license smart reservation request universal")
                : ReservationError.Mismatched("It was made for another device or for another request; 'show license reservation' shows the request code that it must be made for");
    }

    private static IEnumerable<string> Requests(UnitReservation unit) =>
        new[] { unit.Request?.Code, unit.Installed?.RequestCode }.OfType<string>().Concat(unit.Returns.Select(static one => one.RequestCode)).Concat(unit.Cancelled);

    /// <summary>A virtual product's authorization may name its uuid; then it must be this one's.</summary>
    private static UnitReservation? Unit(DeviceState state, Udi udi) =>
        udi.Uuid is not null && state.HighAvailability is null && udi.Uuid != state.Device.Uuid ? null
            : state.UnitsOf().Select(static one => one.Unit).FirstOrDefault(unit => unit.Udi == udi with { Uuid = null });

    private static InstalledAuthorization Kept(string request, ulong number, ReadOnlyMemory<byte> signature, IReadOnlyList<AuthorizedLicense> licenses) => new()
    {
        RequestCode = request,
        Number = number,
        Signature = Convert.ToBase64String(signature.Span),
        Licenses = licenses,
        FirstAt = default,
        At = default,
    };
}
