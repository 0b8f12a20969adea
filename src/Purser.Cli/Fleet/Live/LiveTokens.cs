using Purser.Cli.Rest;

namespace Purser.Cli.Fleet.Live;

/// <summary>A token for each virtual account, made when the first device needs it.</summary>
internal sealed class LiveTokens(HttpClient http, LiveEstate estate) : IDisposable
{
    private const int Days = 30;

    private readonly Dictionary<string, RestClient> apis = estate.Accounts.ToDictionary(static one => one.Domain, one => new RestClient(http, one.Client.Id, one.Client.Secret));
    private readonly Dictionary<long, (string Token, DateTimeOffset Until)> tokens = [];
    private readonly SemaphoreSlim turn = new(1, 1);

    public async Task<string> OfAsync(LiveEstate.Place place, DateTimeOffset now, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            if (!tokens.TryGetValue(place.VirtualAccountId, out var known) || known.Until <= now)
            {
                var answer = await apis[place.Account].PostAsync(
                    $"/api/v1/accounts/{place.Account}/tokens",
                    new { virtualAccountIds = new[] { place.VirtualAccountId }, expiresInDays = Days, termsAccepted = true, description = "Simulated devices" },
                    cancel);
                tokens[place.VirtualAccountId] = known = (answer["tokens"]![0]!["token"]!.GetValue<string>(), now.AddDays(Days - 1));
            }

            return known.Token;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();
}
