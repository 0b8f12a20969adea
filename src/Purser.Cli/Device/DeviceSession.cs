using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Purser.Agent;
using Purser.Agent.Rules;
using Purser.Agent.Store;
using Purser.Agent.Transport;

namespace Purser.Cli.Device;

/// <summary>A device's agent over its store file, which nobody else may change meanwhile.</summary>
internal sealed class DeviceSession : IDisposable
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(40);

    private readonly IDisposable hold;
    private readonly AuthorityLink link;
    private readonly RandomNumberGenerator random;

    private DeviceSession(string path, IDisposable hold, TextWriter output, TextWriter error, Action<AgentNotice>? notices)
    {
        this.hold = hold;
        Output = output;
        Error = error;
        link = new AuthorityLink(TimeProvider.System);
        random = RandomNumberGenerator.Create();
        try
        {
            Agent = new LicensingAgent(new FileTrustedStore(path), link, TimeProvider.System, random, notices);
        }
        catch
        {
            random.Dispose();
            link.Dispose();
            hold.Dispose();
            throw;
        }
    }

    public LicensingAgent Agent { get; }

    public TextWriter Output { get; }

    public TextWriter Error { get; }

    public static async Task<DeviceSession> OpenAsync(string path, InvocationConfiguration console, CancellationToken cancel, Action<AgentNotice>? notices = null) =>
        new(path, await LockAsync(new FileTrustedStore(path), cancel), console.Output, console.Error, notices);

    public static async Task<IDisposable> LockAsync(FileTrustedStore store, CancellationToken cancel)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (store.TryLock() is { } hold)
            {
                return hold;
            }

            if (TimeProvider.System.GetElapsedTime(since) > LockPatience)
            {
                throw new CommandException("another purser process has been holding this store for a while; wait for it or end it");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancel);
        }
    }

    /// <summary>Expected failures become one line on the error output and an exit code.</summary>
    public static async Task<int> GuardAsync(ParseResult parsed, Func<Task<int>> act)
    {
        try
        {
            return await act();
        }
        catch (Exception problem) when (problem is CommandException or TrustedStoreException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"purser: {problem.Message}");
            return ExitCode.Refused;
        }
    }

    public static string Date(DateTimeOffset instant) => instant.UtcDateTime.ToString("MMM dd HH:mm:ss yyyy", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>Asks whoever sits at the console; an end of the input is no yes.</summary>
    public async Task<bool> ConfirmAsync(string warning, CancellationToken cancel)
    {
        await Output.WriteLineAsync(warning);
        await Output.WriteAsync("Do you want to continue? [yes/no]: ");
        await Output.FlushAsync(cancel);
        var answer = await Console.In.ReadLineAsync(cancel);
        await Output.WriteLineAsync();
        return answer?.Trim().ToLowerInvariant() is "yes" or "y";
    }

    /// <summary>Says why not, and tells by the exit code whether repeating can help.</summary>
    public async Task<int> ReportAsync(string what, AgentOutcome outcome)
    {
        switch (outcome.Kind)
        {
            case AgentOutcomeKind.Deferred:
                await Error.WriteLineAsync($"purser: {what} has no answer yet: {outcome.Reason}. 'tick' or 'run' goes on from {Date(outcome.NextTry!.Value)}");
                return ExitCode.TryLater;
            case AgentOutcomeKind.Refused:
                await Error.WriteLineAsync($"purser: {what} failed: {outcome.Reason}{(outcome.Code is null ? "" : $" [{outcome.Code}]")}");
                return ExitCode.Refused;
            default:
                return ExitCode.Done;
        }
    }

    public void Dispose()
    {
        Agent.Dispose();
        random.Dispose();
        link.Dispose();
        hold.Dispose();
    }
}
