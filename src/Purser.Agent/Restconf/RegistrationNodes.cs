using System.Text.Json.Nodes;
using Purser.Agent.Rules;
using Purser.Agent.State;

namespace Purser.Agent.Restconf;

/// <summary>The registration, as the model's container of it (device reference 2.1).</summary>
internal static class RegistrationNodes
{
    public static JsonObject Registration(DeviceState state)
    {
        var (name, container, content) = Phase(state);
        var registration = ModelNode.Of(
            ("registration-state", name),
            ("export-control-allowed", state.IsReserved() || state.Registration.Identity?.ExportAllowed == true));
        if (container is not null)
        {
            registration.Add(container, content);
        }

        return registration;
    }

    private static (string Name, string? Container, JsonObject? Content) Phase(DeviceState state)
    {
        var registration = state.Registration;
        return registration switch
        {
            // The show pages call a reserved device registered, and the model has no other word for it.
            _ when state.IsReserved() => Named("complete", ModelNode.Of(("complete-time", ModelNode.Date(state.ActiveUnit().Installed!.FirstAt)))),
            { Identity: { } identity } => Named("complete", Complete(registration, identity)),
            { Status: RegistrationStatus.InProgress } => Named("in-progress", []),
            { Status: RegistrationStatus.Retry } => Named("retry", Failure(registration.Initial, ModelNode.Date(state.Pending?.NextTry))),
            { Status: RegistrationStatus.Failed } => Named("failed", Failure(registration.Initial, null)),
            _ => ("reg-state-not-registered", null, null),
        };
    }

    private static (string Name, string Container, JsonObject Content) Named(string phase, JsonObject content) => ($"reg-state-{phase}", $"registration-{phase}", content);

    private static JsonObject Complete(Registration registration, DeviceIdentity identity) => ModelNode.Of(
        ("complete-time", ModelNode.Date(identity.RegisteredAt)),
        ("last-renew-time", ModelNode.Date(registration.LastRenewal?.At)),
        ("next-renew-time", ModelNode.Date(identity.RenewAt)),
        ("expire-time", ModelNode.Date(identity.ExpiresAt)),
        ("last-renew-success", registration.LastRenewal is { } renewal ? renewal.Succeeded : null),
        ("fail-message", ModelNode.Message(registration.LastRenewal?.Failure)),
        ("smart-account", ModelNode.Text(identity.SmartAccount)),
        ("virtual-account", ModelNode.Text(identity.VirtualAccount)));

    private static JsonObject Failure(Attempt? attempt, JsonNode? next) => ModelNode.Of(
        ("retry-next-time", next),
        ("fail-time", ModelNode.Date(attempt?.At)),
        ("fail-message", ModelNode.Message(attempt?.Failure)));
}
