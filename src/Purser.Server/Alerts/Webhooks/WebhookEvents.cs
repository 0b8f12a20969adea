using Purser.Server.Events;

namespace Purser.Server.Alerts.Webhooks;

/// <summary>Events about webhooks in an account's own log.</summary>
public static class WebhookEvents
{
    public static EventText Added(string name, string host) => new("Webhook Added", $"The webhook \"{name}\" to {host} was added.");

    public static EventText Changed(string name, string host) => new("Webhook Changed", $"The webhook \"{name}\" to {host} was changed.");

    public static EventText SecretRenewed(string name) => new("Webhook Changed", $"The webhook \"{name}\" was given a new secret.");

    public static EventText Removed(string name) => new("Webhook Removed", $"The webhook \"{name}\" was removed.");
}
