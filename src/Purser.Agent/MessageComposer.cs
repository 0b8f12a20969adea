using System.Security.Cryptography;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Wire;

namespace Purser.Agent;

/// <summary>Writes a device's messages from its state.</summary>
internal sealed class MessageComposer(RandomNumberGenerator random) : IDisposable
{
    public static readonly IReadOnlyList<string> Capabilities = ["AppHA", "OK_TRY_AGAIN"];

    private (string Text, ECDsa Key)? parsed;

    public PendingMessage Registration(DeviceState state, string token, bool force, DateTimeOffset now)
    {
        var publicKey = Convert.ToBase64String(Key(state).ExportSubjectPublicKeyInfo());
        var body = new RegistrationRequest(token, state.Device.SoftwareTag, publicKey, state.Device.Hostname, force, Capabilities, ReservationRules.ProofOf(state));
        return Compose(state, RequestType.Registration, body, now) with { Token = token };
    }

    public PendingMessage Renewal(DeviceState state, DateTimeOffset now) =>
        Compose(state, RequestType.IdCertRenewal, new IdCertRenewalRequest(state.Device.SoftwareTag, state.Device.Hostname), now);

    public PendingMessage Authorization(DeviceState state, DateTimeOffset now)
    {
        var uses = state.Entitlements
            .Where(static use => use.Count > 0)
            .Select(static use => new EntitlementRequest(use.Count, use.Tag, use.Tag is null ? use.Requested : null, use.AsRestricted, use.Application));
        return Compose(state, RequestType.Authorization, new AuthorizationRequest([.. uses]), now);
    }

    public PendingMessage Deregistration(DeviceState state, DateTimeOffset now) =>
        Compose(state, RequestType.Deregistration, new DeregistrationRequest(), now);

    public PendingMessage Detach(DeviceState state, DateTimeOffset until, DateTimeOffset now) =>
        Compose(state, RequestType.Detach, new DetachRequest(until.ToUnixTimeSeconds()), now);

    public PendingMessage Reattach(DeviceState state, DateTimeOffset now) => Compose(state, RequestType.Reattach, new ReattachRequest(), now);

    public PendingMessage Restate(PendingMessage pending, DateTimeOffset now)
    {
        var nonce = Nonce.Make(random);
        return pending with { Text = RequestWriter.Restate(pending.Text, now, nonce), Nonce = nonce, NextTry = now };
    }

    public byte[] Seal(DeviceState state, PendingMessage pending)
    {
        var certificate = pending.Type == RequestType.Registration.Name() ? [] : Convert.FromBase64String(state.Registration.Identity!.Certificates[0]);
        return RequestWriter.Seal(pending.Text, Key(state), certificate);
    }

    public ECDsa Key(DeviceState state)
    {
        if (parsed is { } kept && kept.Text == state.PrivateKey)
        {
            return kept.Key;
        }

        parsed?.Key.Dispose();
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(Convert.FromBase64String(state.PrivateKey), out _);
        parsed = (state.PrivateKey, key);
        return key;
    }

    public void Dispose() => parsed?.Key.Dispose();

    /// <summary>The active unit speaks for its set, under the host name that is the set's where it has none of its own.</summary>
    private static Sudi SudiOf(DeviceState state) => state.HighAvailability?.Active.Sudi is { } active
        ? active with { HostIdentifier = active.HostIdentifier ?? state.Device.Hostname }
        : new Sudi
        {
            UdiPid = state.Device.Pid,
            UdiSerialNumber = state.Device.Sn,
            UdiVid = state.Device.Vid,
            Uuid = state.Device.Uuid,
            HostIdentifier = state.Device.Hostname,
        };

    private PendingMessage Compose(DeviceState state, RequestType type, RequestBody body, DateTimeOffset now)
    {
        var identity = type == RequestType.Registration ? null : state.Registration.Identity;
        var header = new RequestHeader
        {
            HaUdi = state.HighAvailability?.Units,
            HaSequence = state.HighAvailability?.Sequence,
            Sudi = SudiOf(state),
            Timestamp = now.ToUnixTimeMilliseconds(),
            Nonce = Nonce.Make(random),
            RequestType = type.Name(),
            ProductInstanceIdentifier = identity?.ProductInstanceIdentifier,
            IdCertSerialNumber = identity?.SerialNumber,
            SigningCertSerialNumber = identity?.SignerSerialNumber,
        };
        return new PendingMessage(type.Name(), RequestWriter.Compose(header, body), header.Nonce, 0, now);
    }
}
