using System.CommandLine;
using Purser.Agent;
using Purser.Agent.State;
using Purser.Agent.Store;

namespace Purser.Cli.Device.Serve;

/// <summary>The device's store, one request at a time; between two the console may have it. What changed is told to who listens.</summary>
internal sealed class DeviceGate(string store, InvocationConfiguration console, NotificationHub hub, CancellationToken stopping) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);

    public NotificationHub Hub => hub;

    /// <summary>When the program ends. What a request began is not broken off because its sender went away.</summary>
    public CancellationToken Stopping => stopping;

    public RemoteAccess? Access() => new FileTrustedStore(store).Load()?.RemoteAccess;

    public async Task<T> UseAsync<T>(Func<LicensingAgent, Task<T>> act)
    {
        await turn.WaitAsync(stopping);
        try
        {
            using var session = await DeviceSession.OpenAsync(store, console, stopping);
            hub.Note(session.Agent.State, session.Agent.Now);
            try
            {
                return await act(session.Agent);
            }
            finally
            {
                hub.Note(session.Agent.State, session.Agent.Now);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    public Task<T> UseAsync<T>(Func<LicensingAgent, T> act) => UseAsync(agent => Task.FromResult(act(agent)));

    public void Dispose() => turn.Dispose();
}
