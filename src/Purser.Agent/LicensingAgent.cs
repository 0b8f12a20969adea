using System.Security.Cryptography;
using Purser.Agent.Policy;
using Purser.Agent.Policy.Upgrade;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Agent.Store;
using Purser.Agent.Transport;
using Purser.Protocol;
using Purser.Protocol.Wire;

namespace Purser.Agent;

/// <summary>
/// A product's licensing agent: registers, keeps its identity and its authorization fresh, and tells what the product may do. One call at a time.
/// Many of them may share one <see cref="AuthorityLink"/> made over shared connections, one clock and one source of random bytes.
/// </summary>
public sealed class LicensingAgent : IDisposable
{
    private readonly AgentMemory memory;
    private readonly MessageComposer composer;
    private readonly Conversation conversation;

    public LicensingAgent(ITrustedStore store, AuthorityLink link, TimeProvider clock, RandomNumberGenerator random, Action<AgentNotice>? notices = null)
    {
        memory = new AgentMemory(store, clock, notices);
        composer = new MessageComposer(random);
        conversation = new Conversation(memory, composer, link);
        Reservation = new DeviceReservation(memory, random, inFactory: false);
        FactoryReservation = new DeviceReservation(memory, random, inFactory: true);
        Policy = new DevicePolicy(memory, random, link);
        memory.Elapse();
    }

    public DeviceState State => memory.State;

    /// <summary>By the authority's clock, as far as it is known.</summary>
    public DateTimeOffset Now => memory.Now;

    public AuthorizationStatus AuthorizationStatus => State.StatusAt(Now);

    /// <summary>Licenses without ever calling.</summary>
    public DeviceReservation Reservation { get; }

    /// <summary>The same for devices that are delivered reserved.</summary>
    public DeviceReservation FactoryReservation { get; }

    /// <summary>Reports what is used instead of registering.</summary>
    public DevicePolicy Policy { get; }

    /// <summary>Registers, and asks for its authorization at once.</summary>
    public async Task<AgentOutcome> RegisterAsync(string token, bool force = false, CancellationToken cancel = default)
    {
        memory.Elapse();
        if (!TokenText.IsWellFormed(token))
        {
            return AgentOutcome.Refused(WireCode.TokenInvalid, $"'{token}' is not valid: a token has 1 to {TokenText.MaximumLength} characters without blanks");
        }

        if (Policy.IsInUse)
        {
            return ByPolicy();
        }

        if (State.Registration.Identity is not null && !force)
        {
            return AgentOutcome.Refused(WireCode.AlreadyRegistered, "this device is already registered; add 'force' to register again");
        }

        // The same token again repeats the same message: the authority may have answered it already.
        var repeats = State.Pending is { Token: { } waiting } && waiting == token;
        memory.Apply(new RegisterAsked());
        var outcome = repeats
            ? await conversation.ResendAsync(cancel)
            : await conversation.SendAsync(composer.Registration(State, token, force, Now), cancel);
        if (outcome.IsDone)
        {
            await SettleAsync(cancel);
        }

        return outcome;
    }

    /// <summary>Unregisters here whatever the authority says; the outcome tells whether it heard.</summary>
    public async Task<AgentOutcome> DeregisterAsync(CancellationToken cancel = default)
    {
        memory.Elapse();
        if (State.Registration.Identity is null)
        {
            return memory.Apply(new Deregistered())
                ? AgentOutcome.Done
                : AgentOutcome.Refused(null, State.IsReserved() ? "this device never registered: it is reserved; 'license smart reservation return local' gives that up" : "this device is not registered");
        }

        var outcome = await conversation.SendAsync(composer.Deregistration(State, Now), cancel);
        if (State.Registration.Identity is not null)
        {
            memory.Apply(new Deregistered());
        }

        return outcome;
    }

    public async Task<AgentOutcome> RenewIdentityAsync(CancellationToken cancel = default)
    {
        memory.Elapse();
        return await ClearWayAsync(cancel) ?? await conversation.SendAsync(composer.Renewal(State, Now), cancel);
    }

    public async Task<AgentOutcome> RenewAuthorizationAsync(CancellationToken cancel = default)
    {
        memory.Elapse();
        return await ClearWayAsync(cancel) ?? await AuthorizeAsync(cancel);
    }

    /// <summary>The product starts to use <paramref name="count"/> more of a license, called by its name or tag.</summary>
    public async Task<AgentOutcome> RequestAsync(string license, long count, CancellationToken cancel = default)
    {
        memory.Elapse();
        if (Policy.IsInUse)
        {
            return Policy.Request(license, count);
        }

        var outcome = await ChangeAsync(EntitlementList.Request(State.Entitlements, license, count, Now), cancel);
        return outcome.IsDone && State.IsReserved() && EntitlementList.Find(State.Entitlements, license) is { Status: EntitlementStatus.NotAuthorized } use
            ? AgentOutcome.Refused(ReservationError.NotAuthorized, $"{use.DisplayName ?? use.ShortName} is not authorized. Reason: {use.Reason}. It stays listed until it is released or a new authorization covers it")
            : outcome;
    }

    /// <summary>
    /// The product turns on a function that is restricted by export control: its licenses are locked to this device, or the function stays off and
    /// what was in use before remains (device reference 2.7).
    /// </summary>
    public async Task<AgentOutcome> RequestExportAsync(string license, long count, CancellationToken cancel = default)
    {
        memory.Elapse();
        if (State.Registration.Identity is null)
        {
            return State.IsReserved()
                ? AgentOutcome.Refused(ReservationError.Reserved, "this device is reserved; restricted licenses of its authorization are used like all others")
                : AgentOutcome.Refused(null, "this device is not registered; restricted licenses are locked by the authority only");
        }

        var before = State.Entitlements;
        var changed = EntitlementList.Request(before, license, count, Now);
        if (!changed.IsOk)
        {
            return AgentOutcome.Refused(changed.Code, changed.Detail!);
        }

        var outcome = await ChangeAsync(EntitlementList.AsRestricted(changed.Value, license), cancel);
        var asked = EntitlementList.Find(State.Entitlements, license);
        if (asked is null && outcome.IsDone)
        {
            return AgentOutcome.Refused(WireCode.InvalidTag, $"the authority has no license '{license}'");
        }

        if (asked is not { Status: EntitlementStatus.NotAuthorized or EntitlementStatus.InvalidTag } refused)
        {
            return outcome;
        }

        // Not kept as a wish: the device goes back to what it had.
        var reason = refused.Reason ?? $"the authority has no license '{license}'";
        var back = await ChangeAsync(EntitlementList.Restore(State.Entitlements, refused, EntitlementList.Find(before, license)), cancel);
        return back.IsDone ? AgentOutcome.Refused(WireCode.NotAllowed, reason) : back;
    }

    /// <summary>The product stops using <paramref name="count"/> of a license.</summary>
    public async Task<AgentOutcome> ReleaseAsync(string license, long count, CancellationToken cancel = default)
    {
        memory.Elapse();
        return Policy.IsInUse ? Policy.Release(license, count) : await ChangeAsync(EntitlementList.Release(State.Entitlements, license, count), cancel);
    }

    /// <summary>The units of its high availability set with their present roles; after a switchover the new active unit calls this.</summary>
    public Task<AgentOutcome> SetUnitsAsync(IReadOnlyList<HaUnit> units, CancellationToken cancel = default)
    {
        memory.Elapse();
        return ConfigureAsync(RedundancyConfiguration.Units(State, units), cancel);
    }

    /// <summary>A license in use is shared with a peer, as <paramref name="share"/> says; null: no longer.</summary>
    public Task<AgentOutcome> ShareAsync(string license, ApplicationShare? share, CancellationToken cancel = default)
    {
        memory.Elapse();
        return Policy.IsInUse ? Task.FromResult(ByPolicy()) : ConfigureAsync(RedundancyConfiguration.Share(State, license, share), cancel);
    }

    /// <summary>The device will not call until then: it is shut down, shipped, or kept as a snapshot. It keeps its authorization.</summary>
    public async Task<AgentOutcome> DetachAsync(DateTimeOffset until, CancellationToken cancel = default)
    {
        memory.Elapse();
        return await ClearWayAsync(cancel) ?? await conversation.SendAsync(composer.Detach(State, until, Now), cancel);
    }

    /// <summary>Back before the end date; what changed meanwhile is told.</summary>
    public async Task<AgentOutcome> ReattachAsync(CancellationToken cancel = default)
    {
        memory.Elapse();
        if (State.Registration.Detached is null)
        {
            return AgentOutcome.Refused(null, "this device is not in detached mode");
        }

        var outcome = State.Pending is null ? await conversation.SendAsync(composer.Reattach(State, Now), cancel) : await conversation.ResendAsync(cancel);
        return State.Registration.Detached is null && State.Registration.Identity is not null ? await SettleAsync(cancel) : outcome;
    }

    /// <summary>Forgets all that is secret and all that was agreed, but neither the evaluation nor which request codes there were (device reference 2.7).</summary>
    public AgentOutcome FactoryReset()
    {
        memory.Elapse();
        var reset = DeviceSetup.Reset(State);
        if (reset.IsOk)
        {
            memory.Change(_ => reset.Value);
        }

        return reset.IsOk ? AgentOutcome.Done : AgentOutcome.Refused(reset.Code, reset.Detail!);
    }

    /// <summary>Its software is replaced by one that is licensed by policy.</summary>
    /// <param name="nodeLocked">Licenses of the older kind that the device has.</param>
    /// <param name="softwareVersion">Of the new software; null: it has the same.</param>
    public AgentOutcome UpgradeToPolicy(IReadOnlyList<NodeLockedLicense> nodeLocked, string? softwareVersion = null)
    {
        memory.Elapse();
        var upgraded = UpgradeRules.Upgrade(State, nodeLocked, Now);
        if (upgraded.IsOk)
        {
            // One change: killed between two it would be upgraded with the version of before, for good.
            memory.Change(_ => softwareVersion is null ? upgraded.Value : upgraded.Value with { Device = upgraded.Value.Device with { SoftwareVersion = softwareVersion } });
        }

        return upgraded.IsOk ? AgentOutcome.Done : AgentOutcome.Refused(upgraded.Code, upgraded.Detail!);
    }

    /// <summary>Transport, trust and description; set by a person, not by the authority.</summary>
    public void Configure(Func<DeviceState, DeviceState> change) => memory.Change(change);

    /// <summary>Does everything that is due now and tells when to call again; null: not until somebody does something.</summary>
    public async Task<DateTimeOffset?> TickAsync(CancellationToken cancel = default)
    {
        memory.Elapse();
        if (Policy.IsInUse)
        {
            await Policy.Push.TickAsync(cancel);
            return PolicyElapse.NextDue(State, Now);
        }

        if (State.Transport.Kind != TransportKind.Off)
        {
            await ConverseAsync(cancel);
        }

        return Elapse.NextDue(State, Now);
    }

    /// <summary>After another process has changed the store.</summary>
    public void Reload()
    {
        memory.Reload();
        memory.Elapse();
    }

    public void Dispose() => composer.Dispose();

    private async Task ConverseAsync(CancellationToken cancel)
    {
        if (State.Pending is { } pending && (pending.NextTry > Now || !(await conversation.ResendAsync(cancel)).IsDone))
        {
            return;
        }

        if (State.Registration.Detached is not null)
        {
            return;
        }

        if (State.Registration.Identity is { } identity && identity.RenewAt <= Now)
        {
            await conversation.SendAsync(composer.Renewal(State, Now), cancel);
        }

        if (State is { Pending: null, Registration.Identity: not null, Authorization: { Stale: false } current } && (current.NextAt is null || current.NextAt <= Now))
        {
            await AuthorizeAsync(cancel);
        }

        await SettleAsync(cancel);
    }

    private async Task<AgentOutcome> ChangeAsync(WireResult<IReadOnlyList<EntitlementUse>> changed, CancellationToken cancel)
    {
        if (!changed.IsOk)
        {
            return AgentOutcome.Refused(changed.Code, changed.Detail!);
        }

        memory.Apply(new EntitlementsChanged(changed.Value));
        return await TellAsync(cancel);
    }

    private async Task<AgentOutcome> ConfigureAsync(WireResult<DeviceState> configured, CancellationToken cancel)
    {
        if (!configured.IsOk)
        {
            return AgentOutcome.Refused(configured.Code, configured.Detail!);
        }

        if (Policy.IsInUse)
        {
            Policy.SetUnits(configured.Value);
            return AgentOutcome.Done;
        }

        memory.Change(_ => configured.Value);
        return await TellAsync(cancel);
    }

    private async Task<AgentOutcome> TellAsync(CancellationToken cancel)
    {
        // A reserved device judges by itself.
        memory.Elapse();
        return State.Registration switch
        {
            { Identity: null } => AgentOutcome.Done,
            { Detached: { } detached } => AgentOutcome.Deferred("this device is in detached mode; the authority is told when it is reattached", detached.Until),
            _ => await ClearWayAsync(cancel) ?? await SettleAsync(cancel),
        };
    }

    private static AgentOutcome ByPolicy() => AgentOutcome.Refused(null, "this device is licensed by policy: it does not register, it reports what it uses; 'license smart trust idtoken TOKEN local' lets it report over the network, 'license smart save usage unreported file FILE' by file");

    /// <summary>One message at a time: what waits goes first, so nothing overtakes. Null when the way is free.</summary>
    private async Task<AgentOutcome?> ClearWayAsync(CancellationToken cancel)
    {
        if (Policy.IsInUse)
        {
            return ByPolicy();
        }

        if (State.Registration.Identity is null)
        {
            return State.IsReserved()
                ? AgentOutcome.Refused(ReservationError.Reserved, "this device is reserved and does not call; an update of its authorization comes as a file: license smart reservation install file FILE")
                : AgentOutcome.Refused(null, "this device is not registered; use 'license smart register idtoken <token>'");
        }

        if (State.Registration.Detached is { } detached)
        {
            return AgentOutcome.Refused(null, $"this device is in detached mode until {detached.Until:yyyy-MM-dd HH:mm} UTC; use 'license smart reattach' first");
        }

        if (State.Pending is null)
        {
            return null;
        }

        var outcome = await conversation.ResendAsync(cancel);
        return outcome.IsDone || (outcome.Kind == AgentOutcomeKind.Refused && State.Registration.Identity is not null) ? null : outcome;
    }

    private Task<AgentOutcome> AuthorizeAsync(CancellationToken cancel)
    {
        var message = composer.Authorization(State, Now);
        memory.Change(state => state with { Authorization = state.Authorization with { Stale = false }, Pending = message });
        return conversation.ResendAsync(cancel);
    }

    /// <summary>Asks until the authority knows what is in use; an answer that merges two lines needs a second question.</summary>
    private async Task<AgentOutcome> SettleAsync(CancellationToken cancel)
    {
        var outcome = AgentOutcome.Done;
        while (State is { Pending: null, Registration: { Identity: not null, Detached: null }, Authorization.Stale: true } && outcome.IsDone)
        {
            outcome = await AuthorizeAsync(cancel);
        }

        return outcome;
    }
}
