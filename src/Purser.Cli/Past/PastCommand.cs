using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Purser.Agent.Transport;
using Purser.Cli.Rest;

namespace Purser.Cli.Past;

/// <summary>
/// <c>purser past</c>: lets the devices of a fresh demo estate live through the time before today, so that charts, logs and alerts have something to
/// show. The server's clock waits in the past; at the end it runs on with the machine's, and the devices' stores are left for the live fleet.
/// </summary>
internal static class PastCommand
{
    private const int AtOnce = 16;
    private const int TokenDays = 365;

    /// <summary>Not a day: things happen at all hours.</summary>
    private static readonly TimeSpan StepLength = TimeSpan.FromHours(31);

    private static readonly Option<string> Estate = new("--estate") { Required = true, Description = "File with accounts and places, as the demo estate writes it", HelpName = "FILE" };
    private static readonly Option<string> Store = new("--store") { Required = true, Description = "Folder for the devices' stores", HelpName = "DIR" };

    public static Command Build()
    {
        var command = new Command("past", "Live through the past of a fresh demo estate") { Estate, Store };
        command.Hidden = true;
        command.SetAction(async (parsed, cancel) =>
        {
            try
            {
                await RunAsync(EstateFile.Read(parsed.GetValue(Estate)!), parsed.GetValue(Store)!, cancel);
                return ExitCode.Done;
            }
            catch (Exception problem) when (problem is CommandException or RestException or HttpRequestException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"purser: {problem.Message}");
                return ExitCode.Refused;
            }
        });
        return command;
    }

    private static async Task RunAsync(EstateFile estate, string folder, CancellationToken cancel)
    {
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = AtOnce, UseProxy = false };
        using var operatorApi = new RestClient(new HttpClient(handler, disposeHandler: false) { BaseAddress = estate.BaseUrl }, estate.Operator.Id, estate.Operator.Secret);
        var clock = new PastClock(operatorApi);
        var present = TimeProvider.System.GetUtcNow();
        if (!await clock.ReadAsync(cancel) || clock.Now >= present)
        {
            // The clock runs already: there is no past left to live through.
            return;
        }

        using var link = new AuthorityLink(new HttpMessageInvoker(handler, disposeHandler: false));
        using var random = RandomNumberGenerator.Create();
        var devices = Devices(estate, present, clock, link, random);
        try
        {
            await LiveAsync(devices, clock, present, Tokens(estate, handler), cancel);
            Directory.CreateDirectory(folder);
            foreach (var (device, index) in devices.Where(device => device.LivesOn).Select((device, index) => (device, index)))
            {
                device.SaveTo(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"device-{index:0000}.json")));
            }
        }
        finally
        {
            devices.ForEach(device => device.Dispose());
        }
    }

    private static List<PastDevice> Devices(EstateFile estate, DateTimeOffset present, PastClock clock, AuthorityLink link, RandomNumberGenerator random) =>
        [.. PastPlan.LivingOn(estate, clock.Now, present).Concat(PastPlan.Others(estate, clock.Now, present)).Select((plan, index) =>
            new PastDevice(
                $"{estate.Operator.Id}/{index}", string.Create(CultureInfo.InvariantCulture, $"{plan.Place.Pid.ToLowerInvariant()}-{index:000}"),
                plan.Place, plan.Life, clock, estate.BaseUrl, link, random))];

    private static async Task LiveAsync(
        List<PastDevice> devices, PastClock clock, DateTimeOffset present, Func<EstateFile.Place, CancellationToken, Task<string>> token, CancellationToken cancel)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel };
        for (var step = clock.Now + StepLength; step < present; step += StepLength)
        {
            await clock.MoveAsync(step, cancel);
            await Parallel.ForEachAsync(devices.Where(device => device.NextDue <= step), parallel, async (device, inner) => await device.StepAsync(token, inner));
            await clock.RunJobsAsync(cancel);
        }

        await clock.LetRunAsync(TimeProvider.System.GetUtcNow(), cancel);
    }

    /// <summary>One token a virtual account.</summary>
    private static Func<EstateFile.Place, CancellationToken, Task<string>> Tokens(EstateFile estate, SocketsHttpHandler handler)
    {
        var made = new Dictionary<long, Task<string>>();
        return (place, cancel) =>
        {
            lock (made)
            {
                if (!made.TryGetValue(place.VirtualAccountId, out var token))
                {
                    token = MakeAsync(place, cancel);
                    made.Add(place.VirtualAccountId, token);
                }

                return token;
            }
        };

        async Task<string> MakeAsync(EstateFile.Place place, CancellationToken cancel)
        {
            var client = estate.Accounts.First(account => account.Domain == place.Account).Client;
            using var api = new RestClient(new HttpClient(handler, disposeHandler: false) { BaseAddress = estate.BaseUrl }, client.Id, client.Secret);
            var answer = await api.PostAsync(
                $"/api/v1/accounts/{place.Account}/tokens",
                new { VirtualAccountIds = new[] { place.VirtualAccountId }, ExpiresInDays = TokenDays, TermsAccepted = true, Description = "Roll-out" }, cancel);
            return answer["tokens"]!.AsArray()[0]!["token"]!.GetValue<string>();
        }
    }
}
