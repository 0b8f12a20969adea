using Purser.Agent;
using Purser.Agent.Rules;
using Purser.Protocol;

namespace Purser.Cli.Device;

/// <summary>The words after <c>license smart reservation</c>, and after <c>license smart mfg reservation</c> in the factory (device reference 2.7).</summary>
internal static class ReservationCommands
{
    public const string Help = """
                license smart reservation enable | disable
                license smart reservation request local | all | universal
                license smart reservation install CODE | install file FILE
                license smart reservation return local | all [--yes] | return authorization CODE [--yes] | return authorization file FILE [--yes]
                license smart reservation cancel local | all
                license smart mfg reservation request | install CODE | install file FILE | cancel
        """;

    private const string PortalName = "Smart Software Manager";
    private const long LongestFile = 16 * 1024 * 1024;

    /// <param name="words">Codes and file names keep their case.</param>
    public static async Task<int> RunAsync(DeviceSession session, string[] words, bool yes, CancellationToken cancel)
    {
        var reservation = session.Agent.Reservation;
        return Lower(words, 2) switch
        {
            [] or ["enable"] => await EnableAsync(session, enabled: true),
            ["disable"] => await EnableAsync(session, enabled: false),
            ["request", "local" or "universal"] => await RequestAsync(session, reservation.Request(all: false)),
            ["request", "all"] => await RequestAsync(session, reservation.Request(all: true)),
            ["install", "file"] => throw new CommandException("say which file: license smart reservation install file FILE"),
            ["install", ..] when words.Length > 1 => await InstallAsync(session, reservation, words[1..], cancel),
            ["return", "local"] => await ReturnAsync(session, all: false, yes, cancel),
            ["return", "all"] => await ReturnAsync(session, all: true, yes, cancel),
            ["return", "authorization", ..] when words.Length > 2 => await ReturnUninstalledAsync(session, await TextAsync(words[2..], cancel), yes, cancel),
            ["cancel", "local"] => await CancelAsync(session, reservation.Cancel(all: false)),
            ["cancel", "all"] => await CancelAsync(session, reservation.Cancel(all: true)),
            _ => throw new CommandException($"'license smart reservation {string.Join(' ', words)}' is unknown; there are:\n        {Help}"),
        };
    }

    public static async Task<int> RunInFactoryAsync(DeviceSession session, string[] words, CancellationToken cancel)
    {
        var reservation = session.Agent.FactoryReservation;
        return Lower(words, 1) switch
        {
            ["request"] => await RequestAsync(session, reservation.Request(all: false)),
            ["install", ..] when words.Length > 1 => await InstallAsync(session, reservation, words[1..], cancel),
            ["cancel"] => await CancelAsync(session, reservation.Cancel(all: false)),
            _ => throw new CommandException($"'license smart mfg reservation {string.Join(' ', words)}' is unknown; there are:\n        {Help}"),
        };
    }

    private static string[] Lower(string[] words, int keywords) => [.. words.Select((word, at) => at < keywords ? word.ToLowerInvariant() : word)];

    private static async Task<int> EnableAsync(DeviceSession session, bool enabled)
    {
        var set = session.Agent.Reservation.Enable(enabled);
        return set.IsOk ? ExitCode.Done : await RefusedAsync(session, "The change of reservation mode", set);
    }

    private static async Task<int> RequestAsync(DeviceSession session, WireResult<IReadOnlyList<UnitCode>> codes)
    {
        if (!codes.IsOk)
        {
            return await RefusedAsync(session, "Reservation request", codes);
        }

        await session.Output.WriteLineAsync($"Enter this request code in the {Portal(session)} portal:");
        await WriteAsync(session, codes.Value, "Request code");
        if (session.Agent.State.Registration.Identity is not null)
        {
            await session.Output.WriteLineAsync("This device stays registered until the portal has made the authorization or it is installed here. From then on it does not call.");
        }

        return ExitCode.Done;
    }

    private static async Task<int> InstallAsync(DeviceSession session, DeviceReservation reservation, string[] words, CancellationToken cancel)
    {
        var installed = reservation.Install(await TextAsync(words, cancel));
        if (!installed.IsOk)
        {
            return await RefusedAsync(session, "Reservation install file", installed);
        }

        await session.Output.WriteLineAsync("Reservation install file successful");
        if (session.Agent.State.HighAvailability is not null)
        {
            await session.Output.WriteLineAsync($"UDI: {installed.Value.Udi.Display}");
        }

        await session.Output.WriteLineAsync($"Last Confirmation code {installed.Value.Code}");
        if (installed.Value.Note is { } note)
        {
            await session.Error.WriteLineAsync($"purser: {note}");
        }

        return ExitCode.Done;
    }

    private static async Task<int> ReturnAsync(DeviceSession session, bool all, bool yes, CancellationToken cancel)
    {
        var isInstalled = session.Agent.State.UnitsOf().Any(static one => one.Unit.Installed is not null);
        if (isInstalled && session.Agent.State.Reservation.Enabled)
        {
            await AskAsync(session, "This command will remove the license reservation authorization code and the device will transition back to the unregistered state. Some features may not function properly.", yes, cancel);
        }

        return await ReturnCodesAsync(session, session.Agent.Reservation.Return(all));
    }

    private static async Task<int> ReturnUninstalledAsync(DeviceSession session, string text, bool yes, CancellationToken cancel)
    {
        var ends = session.Agent.Reservation.EndsUninstalled(text);
        if (ends is { IsOk: true, Value: true })
        {
            await AskAsync(session, "This command will make the license reservation authorization code useless: it can never be installed on this device afterwards.", yes, cancel);
        }

        var returned = session.Agent.Reservation.ReturnUninstalled(text);
        return await ReturnCodesAsync(session, returned.IsOk ? new List<UnitCode> { returned.Value } : new WireRefusal(returned.Code!, returned.Detail!));
    }

    private static async Task AskAsync(DeviceSession session, string warning, bool yes, CancellationToken cancel)
    {
        if (!yes && !await session.ConfirmAsync(warning, cancel))
        {
            throw new CommandException("nothing was returned; answer yes, or add --yes");
        }
    }

    private static async Task<int> ReturnCodesAsync(DeviceSession session, WireResult<IReadOnlyList<UnitCode>> returned)
    {
        if (!returned.IsOk)
        {
            return await RefusedAsync(session, "Reservation return", returned);
        }

        await session.Output.WriteLineAsync($"Enter this return code in {Portal(session)} portal:");
        await WriteAsync(session, returned.Value, "Return code");
        return ExitCode.Done;
    }

    private static async Task<int> CancelAsync(DeviceSession session, WireResult<IReadOnlyList<UnitCode>> cancelled)
    {
        if (!cancelled.IsOk)
        {
            return await RefusedAsync(session, "Reservation cancel", cancelled);
        }

        foreach (var unit in cancelled.Value)
        {
            await session.Output.WriteLineAsync($"Request code {unit.Code} is cancelled. If the portal has made an authorization for it, 'license smart reservation return authorization' gives that back");
        }

        return ExitCode.Done;
    }

    private static async Task WriteAsync(DeviceSession session, IReadOnlyList<UnitCode> codes, string what)
    {
        foreach (var unit in codes)
        {
            await session.Output.WriteLineAsync($"UDI: {unit.Udi.Display}");
            await session.Output.WriteLineAsync($"    {what}: {unit.Code}");
        }
    }

    private static string Portal(DeviceSession session) => session.Agent.State.Device.PortalName ?? PortalName;

    private static Task<int> RefusedAsync<T>(DeviceSession session, string what, WireResult<T> refused)
        where T : notnull => session.ReportAsync(what, AgentOutcome.Refused(refused.Code, refused.Detail!));

    /// <summary>A file's content, or the typed code with blanks where its carrier put them.</summary>
    private static async Task<string> TextAsync(string[] words, CancellationToken cancel)
    {
        if (!words[0].Equals("file", StringComparison.OrdinalIgnoreCase) || words.Length < 2)
        {
            return string.Join(' ', words);
        }

        var file = string.Join(' ', words[1..]);
        try
        {
            return new FileInfo(file).Length <= LongestFile
                ? await File.ReadAllTextAsync(file, cancel)
                : throw new CommandException($"{file} is too large to be an authorization");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file} cannot be read: {problem.Message}");
        }
    }
}
