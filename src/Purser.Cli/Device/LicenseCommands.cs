using System.Globalization;
using Purser.Agent;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Agent.Transport;
using Purser.Protocol;

namespace Purser.Cli.Device;

/// <summary>The words after <c>license</c>, as a product's console takes them.</summary>
internal static class LicenseCommands
{
    public const string Help = """
        license smart url smart ADDRESS | url callhome ADDRESS | url cslu ADDRESS
                license smart transport smart | callhome | cslu | off
                license smart proxy address HOST [port PORT] | username USER password PASSWORD | none
                license smart trustpoint fingerprint SHA256 | file FILE
                license smart register idtoken TOKEN [force]
                license smart deregister | renew id | renew auth
                license smart export request local LICENSE [count N] | export return local LICENSE [count N]
        """ + "\n" + RedundancyCommands.Help + "\n" + ReservationCommands.Help + "\n" + PolicyCommands.Help + "\n        license smart factory reset";

    private const string InProgress = "Registration process is in progress. Use the 'show license status' command to check the progress and result";

    /// <param name="yes">To what a command asks before it acts.</param>
    public static Task<int> RunAsync(DeviceSession session, string[] words, bool yes, CancellationToken cancel)
    {
        var agent = session.Agent;
        if (PolicyCommands.IsOne(words))
        {
            return PolicyCommands.RunAsync(session, words[1..], cancel);
        }

        switch (words.Take(3).Select(static word => word.ToLowerInvariant()).ToArray())
        {
            case ["smart", "reservation", ..]:
                return ReservationCommands.RunAsync(session, words[2..], yes, cancel);
            case ["smart", "mfg", "reservation"]:
                return ReservationCommands.RunInFactoryAsync(session, words[3..], cancel);
        }

        return words.Select((word, at) => IsValue(words, at) ? word : word.ToLowerInvariant()).ToArray() switch
        {
            ["smart", "enable"] => Task.FromResult(ExitCode.Done),
            ["smart", "url", "smart", var url] => Configure(agent, TransportChoice.Address(agent.State, TransportKind.Smart, url)),
            ["smart", "url", "callhome", var url] => Configure(agent, TransportChoice.Address(agent.State, TransportKind.CallHome, url)),
            ["smart", "url", "cslu", var url] => Configure(agent, TransportChoice.Address(agent.State, TransportKind.Cslu, url)),
            ["smart", "transport", "smart"] => Configure(agent, TransportChoice.Kind(agent.State, TransportKind.Smart)),
            ["smart", "transport", "callhome"] => Configure(agent, TransportChoice.Kind(agent.State, TransportKind.CallHome)),
            ["smart", "transport", "cslu"] => Configure(agent, TransportChoice.Kind(agent.State, TransportKind.Cslu)),
            ["smart", "transport", "off"] => Configure(agent, TransportChoice.Kind(agent.State, TransportKind.Off)),
            ["smart", "proxy", "none"] => Configure(agent, agent.State.Transport with { Proxy = null }),
            ["smart", "proxy", "address", var host] => Proxy(agent, old => (old ?? new ProxySettings(host, null)) with { Address = host }),
            ["smart", "proxy", "address", var host, "port", var port] => Proxy(agent, old => (old ?? new ProxySettings(host, null)) with { Address = host, Port = Port(port) }),
            ["smart", "proxy", "port", var port] => Proxy(agent, old => Known(old) with { Port = Port(port) }),
            ["smart", "proxy", "username", var user, "password", var password] => Proxy(agent, old => Known(old) with { User = user, Password = password }),
            ["smart", "trustpoint", "fingerprint", var fingerprint] => Trust(agent, DeviceSetup.Pin(Fingerprint(fingerprint))),
            ["smart", "trustpoint", "file", var file] => TrustFile(agent, file),
            ["smart", "register", "idtoken", var token] => RegisterAsync(session, token, force: false, cancel),
            ["smart", "register", "idtoken", var token, "force"] => RegisterAsync(session, token, force: true, cancel),
            ["smart", "deregister"] => DeregisterAsync(session, cancel),
            ["smart", "renew", "id"] => RenewAsync(session, "Identity renewal", agent.RenewIdentityAsync(cancel)),
            ["smart", "renew", "auth"] => RenewAsync(session, "Authorization renewal", agent.RenewAuthorizationAsync(cancel)),
            ["smart", "export", "request", "local", var license] => ExportAsync(session, license, 1, cancel),
            ["smart", "export", "request", "local", var license, "count", var count] => ExportAsync(session, license, Count(count), cancel),
            ["smart", "export", "return", "local", var license] => FeatureCommands.RunAsync(session, request: false, license, InUse(agent, license), cancel),
            ["smart", "export", "return", "local", var license, "count", var count] => FeatureCommands.RunAsync(session, request: false, license, Count(count), cancel),
            ["smart", "ha", .. var units] when units.Length > 0 => RedundancyCommands.UnitsAsync(session, units, cancel),
            ["smart", "application", var license, "none"] => RedundancyCommands.ShareAsync(session, license, null, cancel),
            ["smart", "application", var license, "name", var name, "id", var id, "role", var role, "peer", var peer] =>
                RedundancyCommands.ShareAsync(session, license, RedundancyCommands.Share(name, id, role, peer), cancel),
            ["smart", "detach", "until", var day] => RedundancyCommands.DetachAsync(session, day, cancel),
            ["smart", "factory", "reset"] => ResetAsync(session),
            ["smart", "reattach"] => RedundancyCommands.ReattachAsync(session, cancel),
            _ => throw new CommandException($"'license {string.Join(' ', words)}' is unknown; there are:\n        {Help}"),
        };
    }

    /// <summary>Words that a person chose keep their case.</summary>
    private static bool IsValue(string[] words, int at) => at > 0 && words[at - 1].ToLowerInvariant() switch
    {
        "idtoken" or "address" or "port" or "username" or "password" or "fingerprint" or "file" or "local" or "name" or "id" or "peer" or "application" => true,
        _ when at > 1 && words[1].Equals("ha", StringComparison.OrdinalIgnoreCase) => true,
        "smart" or "callhome" or "cslu" => at == 3,
        _ => false,
    };

    private static Task<int> Configure(LicensingAgent agent, WireResult<TransportSettings> chosen) =>
        chosen.IsOk ? Configure(agent, chosen.Value) : throw new CommandException(chosen.Detail!);

    private static Task<int> Configure(LicensingAgent agent, TransportSettings transport)
    {
        agent.Configure(state => state with { Transport = transport });
        return Task.FromResult(ExitCode.Done);
    }

    private static Task<int> Proxy(LicensingAgent agent, Func<ProxySettings?, ProxySettings> change)
    {
        var proxy = change(agent.State.Transport.Proxy);
        return Uri.CheckHostName(proxy.Address) == UriHostNameType.Unknown
            ? throw new CommandException($"'{proxy.Address}' is no host; expected a name or an address without port")
            : Configure(agent, agent.State.Transport with { Proxy = proxy });
    }

    private static ProxySettings Known(ProxySettings? proxy) => proxy ?? throw new CommandException("set the proxy's address first: license smart proxy address HOST port PORT");

    private static int Port(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536
            ? port
            : throw new CommandException($"'{text}' is no port; expected 1 to 65535");

    private static string Fingerprint(string text)
    {
        var plain = text.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
        return plain.Length == 64 && plain.All(char.IsAsciiHexDigit)
            ? plain
            : throw new CommandException("a fingerprint is the SHA-256 of the root certificate, 64 hexadecimal digits, as the token page shows it");
    }

    private static async Task<int> TrustFile(LicensingAgent agent, string file)
    {
        using var root = InitCommand.ReadRoot(file);
        return await Trust(agent, DeviceSetup.Pin(root));
    }

    private static Task<int> Trust(LicensingAgent agent, TrustAnchor trust)
    {
        if (agent.State.Registration.Identity is not null)
        {
            throw new CommandException("this device is registered and trusts its authority already; 'license smart deregister' first to change to another");
        }

        agent.Configure(state => state with { Trust = trust });
        return Task.FromResult(ExitCode.Done);
    }

    private static async Task<int> RegisterAsync(DeviceSession session, string token, bool force, CancellationToken cancel)
    {
        if (!session.Agent.Policy.IsInUse)
        {
            await session.Output.WriteLineAsync(InProgress);
        }

        if (session.Agent.State.IsReserved())
        {
            await session.Output.WriteLineAsync("This device gives its reservation up as soon as it is registered; its licenses come free where they were reserved");
        }

        return await session.ReportAsync("Registration", await session.Agent.RegisterAsync(token, force, cancel));
    }

    private static async Task<int> ExportAsync(DeviceSession session, string license, long count, CancellationToken cancel)
    {
        var outcome = await session.Agent.RequestExportAsync(license, count, cancel);
        if (outcome.Kind == AgentOutcomeKind.Refused)
        {
            throw new CommandException($"NOT AUTHORIZED: {outcome.Reason}");
        }

        return await session.ReportAsync("Export authorization", outcome);
    }

    private static long Count(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : throw new CommandException($"'{text}' is no count; expected 1 or more");

    /// <summary>All that is in use of it.</summary>
    private static long InUse(LicensingAgent agent, string license) => agent.State.Entitlements.FirstOrDefault(use => use.IsCalled(license))?.Count ?? 1;

    private static async Task<int> DeregisterAsync(DeviceSession session, CancellationToken cancel)
    {
        var outcome = await session.Agent.DeregisterAsync(cancel);
        if (outcome is { Kind: AgentOutcomeKind.Refused, Code: null })
        {
            return await session.ReportAsync("Deregistration", outcome);
        }

        if (!outcome.IsDone)
        {
            await session.Error.WriteLineAsync($"purser: this device is no longer registered, but the authority could not be told: {outcome.Reason}. Remove the product instance there, or its licenses stay counted");
        }

        return ExitCode.Done;
    }

    private static async Task<int> ResetAsync(DeviceSession session)
    {
        var outcome = session.Agent.FactoryReset();
        if (outcome.IsDone)
        {
            await session.Output.WriteLineAsync("%Warning: reload required after \"license smart factory reset\" command");
        }

        return await session.ReportAsync("Factory reset", outcome);
    }

    private static async Task<int> RenewAsync(DeviceSession session, string what, Task<AgentOutcome> renewal) => await session.ReportAsync(what, await renewal);
}
