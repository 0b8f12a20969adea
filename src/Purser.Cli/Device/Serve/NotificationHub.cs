using System.Collections.Concurrent;
using System.Threading.Channels;
using Purser.Agent.Restconf;
using Purser.Agent.State;

namespace Purser.Cli.Device.Serve;

/// <summary>Compares each state with the one before and tells all listeners what the model has a notification for.</summary>
internal sealed class NotificationHub
{
    private const int MostListeners = 16;
    private const int Waiting = 256;

    private readonly ConcurrentDictionary<Channel<ModelNotification>, bool> listeners = [];
    private DeviceState? last;

    public void Note(DeviceState state, DateTimeOffset now)
    {
        foreach (var notification in last is { } before ? ModelNotifications.Between(before, state, now) : [])
        {
            foreach (var listener in listeners.Keys)
            {
                listener.Writer.TryWrite(notification);
            }
        }

        last = state;
    }

    /// <summary>Null: there are enough already. One that does not keep up loses the oldest.</summary>
    public Channel<ModelNotification>? Join()
    {
        var listener = Channel.CreateBounded<ModelNotification>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropOldest });
        return listeners.Count < MostListeners && listeners.TryAdd(listener, true) ? listener : null;
    }

    public void Leave(Channel<ModelNotification> listener) => listeners.TryRemove(listener, out _);
}
